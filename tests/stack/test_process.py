"""Reading the stacks of processes: real ones on musl and glibc, and what may not be read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tinyinit.stack.process import ProcessError, read_process
from tinyinit.stack.replace import check, write

Compile = Callable[..., Path]
THREADS = Path(__file__).with_name("threads.c")

GLIBC_THREADS = """
import sys, threading
threading.stack_size(1 << 20)
def deep(n): return sorted([n], key=lambda n: deep(n - 1) if n else 0)
def run(n): deep(n); ready.release(); sys.stdin.read()
ready = threading.Semaphore(0)
for n in (1, 100): threading.Thread(target=run, args=(n,), daemon=True).start()
for _ in range(2): ready.acquire()
print(flush=True); sys.stdin.read()
"""


@contextmanager
def started(*words: str | Path) -> Generator[tuple[int, str]]:
    """Run a program that prints a line when it is ready; give its id and the line."""
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        # A thread has a stack pointer to read once it waits; the line may be a moment before.
        deadline = time.monotonic() + 10
        while any(
            path.read_text().strip() == "running"
            for path in Path(f"/proc/{process.pid}/task").glob("*/syscall")
        ):
            assert time.monotonic() < deadline
        yield process.pid, line
        process.communicate()


@pytest.mark.parametrize("flags", [(), ("-static",)])
@pytest.mark.parametrize("size", [0, 64 << 10, 1 << 20, 8 << 20])
def test_set_gives_musl_threads_that_size(
    compile_musl: Compile, flags: tuple[str, ...], size: int
) -> None:
    """A real thread of a real musl program, dynamic or static, has the size that was set."""
    program = compile_musl(THREADS, *flags)
    targets, problems = check([str(program)])
    assert [] == problems
    write(targets, size)
    least = max(size, 128 << 10)

    with started(program) as (pid, line):
        found = read_process(pid)

    # musl rounds the stack and the thread's own data up to pages together.
    assert least <= int(line) <= least + 8192
    assert found.stacks
    assert least <= found.stacks[0].size
    assert (2, size, str(program)) == (found.threads, found.asked, found.asked_by)
    assert (None if flags else "musl") == found.libc


def test_glibc_threads_with_what_they_used() -> None:
    """Each thread has its own stack by id, and the one that recursed deeper has used more."""
    with started(sys.executable, "-c", GLIBC_THREADS) as (pid, _):
        found = read_process(pid)
        threads = sorted(int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir())

    assert found.stacks is not None
    assert threads[1:] == [stack.thread for stack in found.stacks]
    first, second = found.stacks
    assert 1 << 20 <= second.size < 2 << 20
    assert first.used < second.used - (32 << 10)
    assert (3, "glibc", None) == (found.threads, found.libc, found.unknown)
    assert found.main
    assert 0 < found.main.used <= found.main.size


def test_a_library_that_asks_for_more_is_named(compile_musl: Compile, tmp_path: Path) -> None:
    """A preloaded file's larger size is what musl goes by, and the report names the file."""
    source = tmp_path / "nothing.c"
    source.write_text("")
    library = compile_musl(source, "-shared", "-fPIC", "-Wl,-z,stack-size=4194304")
    program = compile_musl(THREADS)

    with started("env", f"LD_PRELOAD={library}", program) as (pid, line):
        found = read_process(pid)

    assert 4 << 20 <= int(line)
    assert (4 << 20, str(library)) == (found.asked, found.asked_by)


def test_no_process() -> None:
    """A process that is not there is said to be not there."""
    with pytest.raises(ProcessError, match="there is no process 4194305"):
        read_process(4194305)


def test_a_zombie_has_no_stacks() -> None:
    """What has no memory any more is unknown, not a process without threads."""
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        found = read_process(process.pid)

    assert found.stacks is None
    assert "it has no memory: a zombie or a thread of the kernel" == found.unknown


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_another_users_process_is_unknown() -> None:
    """Without the right to read it, the answer is who may, and what anybody may read."""
    with subprocess.Popen(["sleep", "60"], user=1234) as process:
        found = subprocess.run(
            [
                *("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-all"),
                *(sys.executable, "-m", "tinyinit", "stack", "show", str(process.pid)),
            ],
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        process.kill()

    assert 126 == found.returncode
    assert f"process {process.pid} (sleep), 1 thread, main limit " in found.stdout
    assert "stacks unknown: run as uid 1234, or with the capability SYS_PTRACE\n" in found.stdout


SMAPS = """\
7f0000000000-7f0000002000 ---p 00000000 00:00 0
Rss:                   0 kB
7f0000002000-7f0000023000 rw-p 00000000 00:00 0
Rss:                  20 kB
Swap:                  8 kB
7f0000023000-7f0000025000 ---p 00000000 00:00 0
7f0000025000-7f0000046000 rw-p 00000000 00:00 0
Rss:                  12 kB
7f0000100000-7f0000101000 ---p 00000000 00:00 0
7f0000101000-7f0000122000 rw-p 00000000 00:00 0          [heap]
7f0000200000-7f0000201000 ---p 00000000 00:00 0
7f0000202000-7f0000223000 rw-p 00000000 00:00 0
7f0000300000-7f0000301000 ---s 00000000 00:00 0
7f0000301000-7f0000322000 rw-p 00000000 00:00 0
7f0000400000-7f0000401000 ---p 00001000 fe:00 77         /lib/with a space.so
7f0000401000-7f0000422000 rw-p 00000000 00:00 0
7fff00000000-7fff00021000 rw-p 00000000 00:00 0          [stack]
Rss:                  40 kB
"""


def fake_process(root: Path, threads: dict[int, str]) -> None:
    """Write a /proc under `root` with process 7 and its `threads`, each with its syscall file."""
    folder = root / "proc" / "7"
    for thread, syscall in threads.items():
        (folder / "task" / str(thread)).mkdir(parents=True)
        (folder / "task" / str(thread) / "syscall").write_text(syscall)
    (folder / "status").write_text(f"Name:\tapp\nUid:\t10\t10\t10\t10\nThreads:\t{len(threads)}\n")
    (folder / "limits").write_text(
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max stack size            unlimited            unlimited            bytes     \n"
    )
    (folder / "smaps").write_text(SMAPS)
    (folder / "exe").symlink_to("/nowhere")


def test_only_guarded_anonymous_memory_is_a_stack(tmp_path: Path) -> None:
    """The heap, files, shared memory and what has a gap below are no stacks; swap was used too."""
    fake_process(tmp_path, {7: "0 0x0 0x7fff00000100 0x1", 8: "running", 9: "running"})

    found = read_process(7, root=str(tmp_path))

    assert found.stacks is not None
    assert [(None, 0x21000, 28 << 10), (None, 0x21000, 12 << 10)] == [*map(tuple, found.stacks)]
    assert found.main is not None
    assert (40 << 10, None) == (found.main.used, found.limit)


def test_stacks_of_ended_threads_are_left_out(tmp_path: Path) -> None:
    """Where every thread's stack pointer is known, a stack that none is on is not shown."""
    fake_process(tmp_path, {7: "running", 8: "202 0x1 0x7f0000025100 0x1"})

    found = read_process(7, root=str(tmp_path))

    assert found.stacks is not None
    assert [(8, 0x21000, 12 << 10)] == [*map(tuple, found.stacks)]
