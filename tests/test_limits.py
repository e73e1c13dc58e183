"""Limits for Python apps: what is raised, what is left, and that the figures are real."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.core.proc import LIMITS
from tinyinit import limits

ROOT = Path(__file__).resolve().parents[1]
MIB = 1 << 20

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="stacks are Linux only")


def run(code: str, stack: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a new Python with the soft and hard `ulimit -s`; it prints what it calls x.

    A process of its own each time: a limit that is raised stays raised.
    """
    soft, hard = stack.split(":")
    head = "import json, resource, threading\nfrom tinyinit import limits\n"
    return subprocess.run(
        [
            *("sh", "-c", 'ulimit -Ss "$1" && ulimit -Hs "$2" && exec "$3" -c "$4"', "sh"),
            *(soft, hard, sys.executable, f"{head}{code}\nprint(json.dumps(x))"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def in_python(code: str, stack: str = "8192:unlimited") -> Any:
    """Return what `code` calls x, run with that `ulimit -s`."""
    done = run(code, stack)
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(done.stdout)


@pytest.mark.parametrize(("soft", "size"), [("1024", MIB), ("8192", 8 * MIB), ("65536", 64 * MIB)])
def test_a_new_thread_is_measured(soft: str, size: int) -> None:
    """The size is that of a real thread: on glibc what `ulimit -s` said at start."""
    assert size == in_python("x = limits.thread_stack_size()", f"{soft}:unlimited")


def test_what_the_app_has_chosen_is_measured() -> None:
    """`threading.stack_size` of the app shows, as its threads get that."""
    code = "threading.stack_size(3 << 20); x = limits.thread_stack_size()"

    assert 3 * MIB == in_python(code)


@pytest.mark.parametrize("soft", ["1024", "8192"])
def test_both_ways_to_measure_agree(soft: str) -> None:
    """The C library's answer and the mapping in /proc are within the 8 KiB that are documented."""
    libc, proc = in_python("x = [limits._ask_libc(), limits._ask_proc()]", f"{soft}:unlimited")

    assert libc <= proc <= libc + 8192


def test_without_proc_and_ctypes_it_is_unknown() -> None:
    """Where neither way is there, the answer is None and no guess; raise_stack raises all the same.

    No /proc is an unreadable path here, no ctypes an import that fails.
    """
    code = (
        "import sys; sys.modules['ctypes'] = None\n"
        "def refuse(path): raise FileNotFoundError(path)\n"
        "limits._read = refuse\n"
        "x = [limits.thread_stack_size(), limits.raise_stack(9 << 20), threading.stack_size()]"
    )

    assert [None, None, 9 * MIB] == in_python(code)


@pytest.mark.parametrize(
    ("before", "thread", "main"),
    [
        ("1024:unlimited", 8 * MIB, 8 * MIB),
        ("1024:4096", 8 * MIB, 4 * MIB),
        ("8192:8192", 8 * MIB, 8 * MIB),
        ("65536:unlimited", 64 * MIB, 64 * MIB),
        ("unlimited:unlimited", 8 * MIB, -1),
    ],
)
def test_raise_stack_never_lowers(before: str, thread: int, main: int) -> None:
    """Threads and main have at least 8 MiB after it, main no more than the hard limit allows.

    What was larger or unlimited stays.
    """
    code = "x = [limits.raise_stack(), resource.getrlimit(resource.RLIMIT_STACK)[0]]"

    assert [thread, main] == in_python(code, before)


def test_raise_stack_leaves_hard_alone() -> None:
    """The hard limit is the administrator's."""
    code = "limits.raise_stack(); x = resource.getrlimit(resource.RLIMIT_STACK)[1]"

    assert 16 * MIB == in_python(code, "1024:16384")


def test_raise_stack_twice_and_to_more() -> None:
    """Each call goes up only, and says what a thread has now."""
    code = "x = [limits.raise_stack(n << 20) for n in (16, 2, 32)]"

    assert [16 * MIB, 16 * MIB, 32 * MIB] == in_python(code)


def test_a_thread_that_recurses_lives_after_raise_stack() -> None:
    """What dies of SIGSEGV with a small stack runs after the call."""
    code = (
        "def deep(n): return n and sum(map(deep, [n - 1])) + 1\n"
        "limits.raise_stack()\n"
        "x = []; t = threading.Thread(target=lambda: x.append(deep(450))); t.start(); t.join()"
    )

    small = code.replace("limits.raise_stack()", "threading.stack_size(64 << 10)")
    assert -signal.SIGSEGV == run(small, "8192:unlimited").returncode
    assert [450] == in_python(code)


@pytest.mark.parametrize("size", [0, -1, 32 * 1024 - 1])
def test_too_small(size: int) -> None:
    """Less than Python takes is refused before anything is changed."""
    with pytest.raises(ValueError, match=f"a stack of {size} bytes is too small; expected at leas"):
        limits.raise_stack(size)


def test_more_than_there_is() -> None:
    """A size that no thread can have is refused, and threads can be started as before."""
    code = (
        "try: limits.raise_stack(1 << 60)\n"
        "except ValueError as error: x = [str(error), limits.thread_stack_size()]"
    )

    assert [f"no thread can have a stack of {1 << 60} bytes here", 8 * MIB] == in_python(code)


def test_ulimits_are_the_kernels() -> None:
    """Every name that docker takes is there, with the numbers of /proc/self/limits."""
    lines = Path("/proc/self/limits").read_text(encoding="ascii").splitlines()
    told: dict[str, tuple[int, ...]] = {}
    for name, row in LIMITS.items():
        line = next(line for line in lines if line.startswith(row))
        soft, hard = line.removeprefix(row).split()[:2]
        told[name] = tuple(-1 if x == "unlimited" else int(x) for x in (soft, hard))

    assert told == limits.ulimits()


def test_import_costs_nothing() -> None:
    """Importing loads no module that a bare interpreter has not, and changes no limit."""
    code = (
        "import sys; before = set(sys.modules); import tinyinit.limits\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "['__future__', 'tinyinit', 'tinyinit.limits']" == done.stdout.strip()


@pytest.mark.parametrize(("platform", "has_resource"), [("win32", False), ("darwin", True)])
def test_other_systems(
    monkeypatch: pytest.MonkeyPatch, platform: str, *, has_resource: bool
) -> None:
    """On macOS and Windows nothing is changed, None is returned, and nothing is raised."""
    monkeypatch.setattr(sys, "platform", platform)
    if not has_resource:
        monkeypatch.setitem(sys.modules, "resource", None)

    assert (None, None) == (limits.raise_stack(), limits.thread_stack_size())
    assert has_resource == bool(limits.ulimits())
