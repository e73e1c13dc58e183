"""Limits of this process, for Python apps that do not run under tinyinit.

Nothing is changed when this is imported. Stacks are Linux only: elsewhere they are not known (None)
and left alone. `ulimits` is empty on Windows.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Thread

DEFAULT_STACK = 8 << 20
"""Bytes: what glibc gives a thread under the usual `ulimit -s`, and musl at most for a header."""

_PROBES = 4
_PROBE_SECONDS = 5.0


def raise_stack(size: int = DEFAULT_STACK) -> int | None:
    """Give the main thread and every thread started from now on a stack of at least `size` bytes.

    Call it first thing in the app. The soft RLIMIT_STACK goes up to `size`, or to the hard limit if
    that is lower; new programs started from here inherit it. Threads get `size` by
    `threading.stack_size`, so threads that Python does not start (of C libraries) keep theirs. What
    is larger already is left as it is. Stacks take memory only as they are used.

    Returns the bytes that a new thread gets now, measured; None if that cannot be told.
    Raises ValueError for less than 32 KiB, which is the least that Python takes, and for more than
    a thread can have here; threads are then as before.

    Source: setrlimit(2), `threading.stack_size`.
    """
    import threading

    if size < 32 << 10:
        raise ValueError(f"a stack of {size} bytes is too small; expected at least 32 KiB")
    if sys.platform != "linux":
        return None
    _raise_main(size)
    found = thread_stack_size()
    # Where it cannot be measured, only what somebody has asked for can be known to be larger.
    if (threading.stack_size() if found is None else found) >= size:
        return found
    before = threading.stack_size(size)
    raised = thread_stack_size()
    if raised is None and found is not None:
        threading.stack_size(before)
        raise ValueError(f"no thread can have a stack of {size} bytes here")
    return raised


def _raise_main(size: int) -> None:
    if sys.platform != "linux":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    # Never to unlimited: glibc then gives the threads of every program started from here 2 MiB.
    wanted = size if hard == resource.RLIM_INFINITY else min(size, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))


def thread_stack_size() -> int | None:
    """Return the bytes of stack that a new thread gets here, measured with a real one.

    Asks the C library (`pthread_getattr_np`) from inside the thread; without ctypes the mapping
    that holds the thread's stack pointer is looked up in /proc, which is up to 8 KiB more, as musl
    keeps the thread's own data there.

    None: not Linux, no thread could be started, or neither way is there.
    """
    if sys.platform != "linux":
        return None
    return _ask_libc() or _ask_proc()


def _ask_libc() -> int | None:
    try:
        import ctypes

        libc = ctypes.CDLL(None)
        get, size_of, destroy, me = (
            libc.pthread_getattr_np,
            libc.pthread_attr_getstacksize,
            libc.pthread_attr_destroy,
            libc.pthread_self,
        )
    except (ImportError, OSError, AttributeError):
        return None
    me.restype = ctypes.c_void_p
    get.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    size = ctypes.c_size_t(0)

    def ask() -> None:
        # Larger than pthread_attr_t on any architecture (56 or 64 bytes), and aligned.
        attributes = (ctypes.c_long * 64)()
        if get(me(), attributes) == 0:
            size_of(attributes, ctypes.byref(size))
            destroy(attributes)

    thread = _start(ask)
    if thread:
        thread.join()
    return size.value or None


def _ask_proc() -> int | None:
    import threading

    finish = threading.Event()
    threads: list[Thread] = []
    sizes: list[int] = []
    try:
        # The kernel joins a stack to memory of the same kind directly above, so that it looks
        # larger. Of several at once, most lie under the guard of the one before.
        for _ in range(_PROBES):
            thread = _start(finish.wait)
            if thread:
                threads.append(thread)
                pointer = _stack_pointer(thread.native_id)
                sizes += [end - start for start, end in _mappings() if start <= pointer < end]
    except OSError:
        return None
    finally:
        finish.set()
        for thread in threads:
            thread.join()
    return min(sizes, default=None)


def _start(run: Callable[[], object]) -> Thread | None:
    import threading

    thread = threading.Thread(target=run, name="tinyinit-stack", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # at the limit of threads
        return None
    return thread


def _stack_pointer(thread: int | None) -> int:
    """Return an address on the stack of a waiting thread; 0 if it does not come to wait."""
    import time

    end = time.monotonic() + _PROBE_SECONDS
    while time.monotonic() < end:
        words = _read(f"/proc/self/task/{thread}/syscall").split()
        # "running" until the thread has come to wait.
        if len(words) > 1:
            return int(words[-2], 16)
        time.sleep(0.001)
    return 0


def _mappings() -> Iterator[tuple[int, int]]:
    for line in _read("/proc/self/maps").splitlines():
        start, end = line.split(None, 1)[0].split("-")
        yield int(start, 16), int(end, 16)


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  (pathlib costs more than this module)
        return file.read()


def ulimits() -> dict[str, tuple[int, int]]:
    """Return the soft and hard limit for each name that docker's `--ulimit` takes; -1: unlimited.

    Units are the kernel's: bytes for core, data, fsize, memlock, msgqueue, rss and stack, seconds
    for cpu, microseconds for rttime, numbers for the rest. Names the system lacks are left out;
    on Windows that is all of them.

    Source: getrlimit(2), docker's go-units `ulimit.go`.
    """
    if sys.platform == "win32":
        return {}
    import resource

    found: dict[str, tuple[int, int]] = {}
    for name in (
        *("core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile"),
        *("nproc", "rss", "rtprio", "rttime", "sigpending", "stack"),
    ):
        number = getattr(resource, f"RLIMIT_{name.upper()}", None)
        if name == "locks" and sys.platform == "linux":
            number = 10  # Python has no name for it
        if number is not None:
            soft, hard = resource.getrlimit(number)
            unlimited = resource.RLIM_INFINITY  # not -1 everywhere
            found[name] = (
                -1 if soft == unlimited else soft,
                -1 if hard == unlimited else hard,
            )
    return found
