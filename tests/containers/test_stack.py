"""Thread stacks on real Alpine, with and without tinyinit and its peers."""

import os
from pathlib import Path
from typing import Protocol

import pytest

from tests.containers.engine import Engine
from tests.containers.stacks import ALPINE, DEBIAN, DEEP, PYTHON, SEGFAULT, WAYS, Way, run
from tests.musl.build import threads as compile_threads

KIB, MIB = 1 << 10, 1 << 20
SMALL = 128 * KIB
SLACK = 8 * KIB
"""Bytes that musl adds for a thread's own data."""

MACHINE = os.uname().machine


@pytest.fixture(scope="session")
def threads() -> Path:
    """Return the program that tells about its threads, for musl."""
    return compile_threads(f"{MACHINE}-linux-musl", "-dynamic")


class OnAlpine(Protocol):
    """Runs a command on Alpine; gives its lines and, as the last, its exit code."""

    def __call__(
        self, *command: str, options: tuple[str, ...] = (), image: str = ALPINE
    ) -> list[str]:
        """Run it with docker's options, where /sbin/tinyinit and /threads are."""
        ...


@pytest.fixture
def alpine(engine: Engine, tinyinit: Path, threads: Path) -> OnAlpine:
    """Return the function that runs a command on Alpine."""

    def alpine(*command: str, options: tuple[str, ...] = (), image: str = ALPINE) -> list[str]:
        mounts = [(tinyinit, "/sbin/tinyinit"), (threads, "/threads")]
        return run(engine, image, *command, mounts=mounts, options=options)

    return alpine


def size_of(lines: list[str]) -> int:
    """Return the size of a thread's stack, as the program has said it."""
    (size,) = [line.removeprefix("size ") for line in lines if line.startswith("size ")]
    return int(size)


def is_small(size: int) -> bool:
    """Return whether a thread has what musl gives where nobody asks for more."""
    return SMALL <= size <= SMALL + SLACK


def is_large(size: int) -> bool:
    """Return whether a thread has the most that musl gives."""
    return 8 * MIB <= size <= 8 * MIB + SLACK


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_threads_stack(engine: Engine, tinyinit: Path, threads: Path, way: Way) -> None:
    """A thread has 8 MiB under tinyinit, and 128 KiB without it or under any other init."""
    if not way.is_there():
        pytest.skip(f"no {way.file}")
    lines = way.run(engine, tinyinit, ALPINE, "/threads", "size", mounts=[(threads, "/threads")])
    assert is_large(size_of(lines)) if way.raises else is_small(size_of(lines))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_recursion_in_pythons_thread(engine: Engine, tinyinit: Path, way: Way) -> None:
    """100 nested frames in a thread of Python die; under tinyinit, and only there, 900 live."""
    if not way.is_there():
        pytest.skip(f"no {way.file}")
    for depth in ("20", "100", "900"):
        lines = way.run(engine, tinyinit, PYTHON, "python3", "-c", DEEP, depth)
        if way.raises or depth == "20":
            assert [depth, "0"] == lines
        else:
            assert str(SEGFAULT) == lines[-1]


POOL = """
import sys
from concurrent.futures import ThreadPoolExecutor
sys.setrecursionlimit(10 ** 6)
def deep(n): sorted([n - 1] if n else [], key=deep); return n
with ThreadPoolExecutor(4) as pool: print(*pool.map(deep, [900] * 8))
"""
CHILD = f"""
import subprocess, sys
sys.exit(subprocess.run([sys.executable, "-c", {DEEP!r}, "900"]).returncode)
"""


def test_thread_pool(alpine: OnAlpine) -> None:
    """The workers of a ThreadPoolExecutor have it too."""
    command = ("python3", "-c", POOL)
    assert [" ".join(["900"] * 8), "0"] == alpine("tinyinit", *command, image=PYTHON)
    assert str(SEGFAULT) == alpine("tinyinit", "--stack=off", *command, image=PYTHON)[-1]


def test_threads_of_a_subprocess(alpine: OnAlpine) -> None:
    """And the threads of a process that main starts."""
    assert ["900", "0"] == alpine("tinyinit", "python3", "-c", CHILD, image=PYTHON)
    assert is_large(size_of(alpine("tinyinit", "/threads", "child=size")))


@pytest.mark.parametrize(
    "script",
    ["/threads size", "exec /threads size", "sh -c '/threads size; :'", "env /threads size"],
)
def test_through_a_shell_wrapper(alpine: OnAlpine, script: str) -> None:
    """Through shells, which are musl's busybox here, with exec and without."""
    assert is_large(size_of(alpine("tinyinit", "sh", "-c", f"{script}")))


@pytest.mark.parametrize("line", ["#!/bin/sh", "#!/usr/bin/env sh", "#! /bin/busybox sh"])
def test_through_a_script(alpine: OnAlpine, tmp_path: Path, line: str) -> None:
    """An entry script counts by the interpreter that its first line names."""
    script = tmp_path / "entry"
    script.write_text(f"{line}\n/threads size\n")
    script.chmod(0o755)
    assert is_large(size_of(alpine("tinyinit", "/entry", options=("-v", f"{script}:/entry:ro"))))


def test_busybox_is_the_same(alpine: OnAlpine) -> None:
    """Busybox does what it did, without a word."""
    script = "ls / | grep -c . && echo $((6 * 7)) && awk 'BEGIN { print 1 / 4 }'"
    assert alpine("sh", "-c", script) == alpine("tinyinit", "sh", "-c", script)


def test_static_program_hands_it_on(engine: Engine, tinyinit: Path, threads: Path) -> None:
    """A static program keeps the size it was built with, and its dynamic children have 8 MiB."""
    static = compile_threads(f"{MACHINE}-linux-musl", "-static")
    mounts = [(tinyinit, "/sbin/tinyinit"), (static, "/static"), (threads, "/threads")]
    without = run(engine, ALPINE, "/static", "size", mounts=mounts)
    assert is_small(size_of(without))
    assert without == run(engine, ALPINE, "tinyinit", "/static", "size", mounts=mounts)
    run_it = "run=/threads"
    assert is_small(size_of(run(engine, ALPINE, "/static", run_it, mounts=mounts)))
    assert is_large(size_of(run(engine, ALPINE, "tinyinit", "/static", run_it, mounts=mounts)))


def test_static_program_where_there_is_glibc(engine: Engine, tinyinit: Path) -> None:
    """Where a child may be of glibc, a static program gets no LD_PRELOAD to hand on."""
    static = compile_threads(f"{MACHINE}-linux-musl", "-static")
    mounts = [(tinyinit, "/sbin/tinyinit"), (static, "/static")]
    lines = run(engine, DEBIAN, "tinyinit", "-v", "/static", "run=/bin/true", mounts=mounts)
    assert [] == [line for line in lines if "LD_PRELOAD" in line]
    assert "0" == lines[-1]


@pytest.mark.parametrize(
    ("asked", "large"), [(64 * KIB, True), (MIB, True), (8 * MIB, True), (16 * MIB, False)]
)
def test_request_for_less_is_raised(alpine: OnAlpine, asked: int, large: bool) -> None:  # noqa: FBT001
    """A thread that asks for less than 8 MiB has those, and one that asks for more what it asks."""
    expected = 8 * MIB if large else asked
    size = size_of(alpine("tinyinit", "/threads", f"ask={asked}"))
    assert expected <= size <= expected + SLACK
    assert asked <= size_of(alpine("/threads", f"ask={asked}")) <= asked + SLACK


def test_request_for_no_size_is_refused(alpine: OnAlpine) -> None:
    """What musl refuses as no size is refused in the same way."""
    for asked in ("0", "2047", "-1"):
        refused = ["refused 22", "0"]
        assert refused == alpine("/threads", f"ask={asked}")
        assert refused == alpine("tinyinit", "/threads", f"ask={asked}")


def test_what_is_loaded(alpine: OnAlpine) -> None:
    """Under tinyinit one object more is loaded, and nothing else of what a program sees differs."""
    words = ("/threads", "objects", "deep=40", "child=objects")
    without, under = alpine(*words), alpine("tinyinit", *words)
    assert 2 == under.count("object /sbin/tinyinit")
    assert without == [line for line in under if line != "object /sbin/tinyinit"]


def test_one_function_is_offered(alpine: OnAlpine) -> None:
    """The preloaded file needs nothing, offers one symbol, and runs nothing at its loading."""
    lines = alpine("tinyinit", "/threads", "dynamic=/sbin/tinyinit")
    assert ["symbols 1", "dynamic /sbin/tinyinit", "0"] == lines


def test_kept_and_not_twice(alpine: OnAlpine) -> None:
    """An LD_PRELOAD that is there is kept, and under two tinyinits the file is listed once."""
    listed = "LD_PRELOAD=/sbin/tinyinit"
    assert listed in alpine("tinyinit", "env")
    assert listed in alpine("tinyinit", "--", "sh", "-c", "tinyinit env; :")
    before = ("-e", "LD_PRELOAD=/no/such.so")
    assert "LD_PRELOAD=/no/such.so:/sbin/tinyinit" in alpine("tinyinit", "env", options=before)


@pytest.mark.parametrize(
    "options", [("--user", "nobody"), ("--read-only",)], ids=lambda words: words[-1]
)
def test_hardened(alpine: OnAlpine, options: tuple[str, ...]) -> None:
    """As another user, with nothing writable and no capability, a thread has its 8 MiB too."""
    options = (*options, "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
    assert is_large(size_of(alpine("tinyinit", "/threads", "size", options=options)))


def test_other_root(alpine: OnAlpine) -> None:
    """In a chroot without this file musl passes it over, without a word."""
    script = (
        "mkdir -p /jail/lib && cp /lib/ld-musl-*.so.1 /jail/lib/ && cp /threads /jail/ &&"
        "chroot /jail /threads size"
    )
    lines = alpine("tinyinit", "sh", "-c", script)
    assert 2 == len(lines)
    assert is_small(size_of(lines))


def test_glibc_never_sees_it(engine: Engine, tinyinit: Path) -> None:
    """A program of glibc gets no LD_PRELOAD, so that its loader has nothing to complain about."""
    mounts = [(tinyinit, "/sbin/tinyinit")]
    script = "env | grep LD_PRELOAD; ls / >/dev/null && cat /proc/self/status | grep -c Name"
    for command in (["sh", "-c", script], ["/bin/sh", "-c", script], ["env", "sh", "-c", script]):
        assert ["1", "0"] == run(engine, DEBIAN, "tinyinit", *command, mounts=mounts)
        assert ["1", "0"] == run(
            engine, DEBIAN, "tinyinit", "--stack", "8M", *command, mounts=mounts
        )


def test_glibc_threads_follow_the_size(engine: Engine, tinyinit: Path) -> None:
    """With a size, threads of glibc get it as well, because it gives what the soft limit says."""
    program = compile_threads(f"{MACHINE}-linux-gnu.2.17")
    mounts = [(tinyinit, "/sbin/tinyinit"), (program, "/threads")]
    for size, expected in (("512k", 512 * KIB), ("4M", 4 * MIB)):
        lines = run(engine, DEBIAN, "tinyinit", "--stack", size, "/threads", "size", mounts=mounts)
        assert expected == size_of(lines)


def test_two_thousand_threads_take_no_more_memory(alpine: OnAlpine) -> None:
    """2,000 threads in a container of 256 MiB: 8 MiB each is a promise, not memory."""
    taken = {}
    for init in ((), ("tinyinit",)):
        lines = alpine(*init, "/threads", "memory=2000", options=("--memory", "256m"))
        assert "0" == lines[-1], lines
        taken[init] = int(lines[0].split()[-2])
    assert taken["tinyinit",] <= 1.02 * taken[()]


def test_size_is_mains_soft_limit(alpine: OnAlpine) -> None:
    """A size is main's soft limit too; where docker's hard one is lower a warning has both."""
    ulimit = ("sh", "-c", "ulimit -s")
    assert ["4096", "0"] == alpine("tinyinit", "--stack", "4M", *ulimit)
    lower = ("--ulimit", f"stack={2 * MIB}:{2 * MIB}")
    *lines, code = alpine("tinyinit", "--stack", "4M", *ulimit, options=lower)
    # docker joins the two streams in any order.
    size, warning = sorted(lines)
    assert ["2048", "0"] == [size, code]
    assert str(4 * MIB) in warning
    assert str(2 * MIB) in warning
