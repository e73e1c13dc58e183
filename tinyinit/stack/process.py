"""Read the thread stacks of one process from /proc: how large each is, how much it has used.

A thread's stack is a private anonymous mapping without a name that may be written, with a guard
(the same, but nothing allowed) directly below. What is resident of it is the most that the thread
has used. The kernel may join a stack to memory of the program directly above it; where the C
library's own note of the stack may be read, it is told apart, else it is shown with that memory.

Source: proc(5), Linux `Documentation/admin-guide/mm/pagemap.rst`; musl
`src/thread/pthread_create.c`, glibc `nptl/allocatestack.c`.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tinyinit.stack.elf import Elf, ElfError, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHUNK = 64 << 10


class ProcessError(Exception):
    """A process that is not there; the text is one line."""


class Stack(NamedTuple):
    """One stack in use. `size` and `used` are bytes."""

    thread: int | None
    """The thread's id; None if its stack pointer may not be read, or if the thread has ended."""
    size: int
    """The whole mapping: on musl up to 8 KiB more than the stack, for the thread's own data."""
    used: int
    """The most it has used so far, in whole pages, this data included."""


class Process(NamedTuple):
    """What /proc says about the stacks of a process. Sizes are bytes; None is not known."""

    pid: int
    name: str
    threads: int
    limit: int | None
    """Soft limit for the main thread's stack; None is unlimited."""
    program: str | None
    libc: str | None
    """`musl`, `glibc` or None."""
    asked: int | None
    """The largest PT_GNU_STACK of the program and what is loaded with it."""
    asked_by: str | None
    """The file that has it."""
    main: Stack | None
    stacks: tuple[Stack, ...] | None
    unknown: str | None
    """Why the rest is None."""


class _Mapping(NamedTuple):
    start: int
    end: int
    mode: str
    inode: int
    path: str
    used: int


def read_process(pid: int, root: str = "/") -> Process:
    """Return what `root`/proc says about process `pid`.

    Raises ProcessError if there is none. What this user may not read is None, and `unknown` says
    what is needed.
    """
    folder = Path(root, "proc", str(pid))
    try:
        status = dict(
            line.split(":", 1) for line in _text(folder, "status").splitlines() if ":" in line
        )
        limit = _stack_limit(_text(folder, "limits"))
    except FileNotFoundError as error:
        raise ProcessError(f"there is no process {pid}") from error
    except ProcessLookupError as error:
        raise ProcessError(f"process {pid} has just ended") from error
    known = Process(
        pid=pid,
        name=status.get("Name", "").strip(),
        threads=int(status.get("Threads", "1")),
        limit=limit,
        program=None,
        libc=None,
        asked=None,
        asked_by=None,
        main=None,
        stacks=None,
        unknown=None,
    )
    try:
        program = str((folder / "exe").readlink())
        mappings = list(_mappings(_text(folder, "smaps").splitlines()))
    except PermissionError:
        return known._replace(unknown=_who_may_read(status.get("Uid", "").split()[:1]))
    except (FileNotFoundError, ProcessLookupError):
        return known._replace(unknown="it has no memory: a zombie or a thread of the kernel")
    if not mappings:
        return known._replace(unknown="it has no memory: a zombie or a thread of the kernel")
    asked, asked_by = _largest_asked(folder, program, mappings)
    main = next((m for m in mappings if m.path == "[stack]"), None)
    return known._replace(
        program=program,
        libc=_libc(folder, mappings),
        asked=asked,
        asked_by=asked_by,
        main=main and Stack(pid, main.end - main.start, main.used),
        stacks=tuple(_thread_stacks(pid, folder, mappings)),
    )


def _who_may_read(uid: list[str]) -> str:
    if uid == [str(os.geteuid())]:
        return "protected from its own user; run with the capability SYS_PTRACE"
    return f"run as uid {''.join(uid)}, or with the capability SYS_PTRACE"


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8", errors="surrogateescape")


def _stack_limit(limits: str) -> int | None:
    prefix = "Max stack size"
    line = next((x for x in limits.splitlines() if x.startswith(prefix)), "")
    soft = line.removeprefix(prefix).split()[:1]
    return int(soft[0]) if soft and soft[0].isdigit() else None


def _mappings(lines: Iterable[str]) -> Iterator[_Mapping]:
    mapping: _Mapping | None = None
    for line in lines:
        first, _, rest = line.partition(" ")
        if first.endswith(":"):
            # What was paged out was used as well.
            if mapping and first in ("Rss:", "Swap:"):
                mapping = mapping._replace(used=mapping.used + (int(rest.split()[0]) << 10))
            continue
        if mapping:
            yield mapping
        start, _, end = first.partition("-")
        mode, _, _, inode, *path = rest.split(None, 4)
        mapping = _Mapping(int(start, 16), int(end, 16), mode, int(inode), "".join(path), 0)
    if mapping:
        yield mapping


def _thread_stacks(pid: int, folder: Path, mappings: list[_Mapping]) -> Iterator[Stack]:
    found = [
        (guard, stack)
        for guard, stack in pairwise(mappings)
        if guard.mode == "---p" and stack.mode == "rw-p" and guard.end == stack.start
        if not (guard.inode or guard.path or stack.inode or stack.path)
    ]
    pointers = _stack_pointers(pid, folder)
    owner = {
        stack: thread
        for thread, pointer in pointers.items()
        for _, stack in found
        if pointer is not None and stack.start <= pointer < stack.end
    }
    # glibc keeps the stacks of ended threads for new ones; where every thread's own is known, the
    # rest is not in use.
    shown = [pair for pair in found if pair[1] in owner or len(owner) < len(pointers)]
    for guard, stack in sorted(shown, key=lambda pair: (owner.get(pair[1], 0), pair[1].start)):
        thread = owner.get(stack)
        size, used = stack.end - stack.start, stack.used
        pointer = pointers[thread] if thread is not None else None
        end = _end_of_stack(folder, guard, stack, pointer) if pointer else None
        if end is not None and end < stack.end:
            # The kernel joined the stack to memory of the same kind directly above it.
            size = end - stack.start
            used = _resident(folder, stack.start, end, used)
        yield Stack(thread, size, used)


def _end_of_stack(folder: Path, guard: _Mapping, stack: _Mapping, pointer: int) -> int | None:
    """Return where a thread's memory ends, from what its C library keeps at the end of it.

    Both have start and length of all of it, guard included, one after the other: musl as `map_base`
    and `map_size`, glibc as `stackblock` and `stackblock_size` of `struct pthread`.
    """
    word = 8 if stack.end >> 32 else 4
    start = guard.start.to_bytes(word, sys.byteorder)
    # From the stack pointer up: what is below may be unused yet, and reading it would map pages.
    at = pointer
    try:
        with (folder / "mem").open("rb", buffering=0) as memory:
            while at < stack.end:
                memory.seek(at)
                # A word more, for what lies across two reads.
                part = memory.read(min(_CHUNK, stack.end - at) + 2 * word)
                found = part.find(start)
                while found >= 0:
                    length = part[found + word : found + 2 * word]
                    end = guard.start + int.from_bytes(length, sys.byteorder)
                    if pointer < end <= stack.end:
                        return end
                    found = part.find(start, found + 1)
                at += _CHUNK
    except (OSError, OverflowError):
        return None
    return None


def _resident(folder: Path, start: int, end: int, otherwise: int) -> int:
    """Return the bytes from `start` to `end` that have a page, in memory or paged out."""
    page = os.sysconf("SC_PAGESIZE")
    try:
        with (folder / "pagemap").open("rb") as pages:
            pages.seek(start // page * 8)
            entries = pages.read((end - start) // page * 8)
    except OSError:
        return otherwise
    # The two highest bits of 64 say present and swapped.
    highest = entries[7::8] if sys.byteorder == "little" else entries[::8]
    return sum(1 for byte in highest if byte & 0xC0) * page


def _stack_pointers(pid: int, folder: Path) -> dict[int, int | None]:
    """Return the stack pointer of each thread but the main one; None while it runs or is hidden."""
    pointers: dict[int, int | None] = {}
    try:
        threads = [int(entry.name) for entry in (folder / "task").iterdir()]
    except OSError:
        return pointers
    for thread in threads:
        if thread == pid:
            continue
        try:
            words = _text(folder, f"task/{thread}/syscall").split()
        except OSError:
            words = []
        pointers[thread] = int(words[-2], 16) if len(words) > 1 else None
    return pointers


def _largest_asked(
    folder: Path, program: str, mappings: list[_Mapping]
) -> tuple[int | None, str | None]:
    largest: int | None = None
    by: str | None = None
    paths = dict.fromkeys(m.path for m in mappings if m.inode and m.path.startswith("/"))
    for path in dict.fromkeys([program, *paths]):
        # The program by its own link: it may be deleted or have another file in its place.
        elf = _elf(folder / "exe" if path == program else Path(f"{folder}/root{path}"))
        if elf and elf.stack is not None and (largest is None or elf.stack > largest):
            largest, by = elf.stack, path
    return largest, by


def _elf(path: Path) -> Elf | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return read(file)
    except (ElfError, OSError):
        return None
    finally:
        os.close(file)


def _libc(folder: Path, mappings: list[_Mapping]) -> str | None:
    program = _elf(folder / "exe")
    if program and program.libc:
        return program.libc
    # A program that was started through its loader is the loader, by its link.
    names = [m.path.rsplit("/", 1)[-1] for m in mappings]
    if any(name.startswith(("ld-musl-", "libc.musl-")) for name in names):
        return "musl"
    return "glibc" if "libc.so.6" in names else None
