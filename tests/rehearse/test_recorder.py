"""The recorder: who exists, who sent which signal when, who ended how."""

import signal
import sys
from pathlib import Path

import pytest

from tests.machine import can_unshare, needs
from tinyinit.rehearse import Run, _local, proc
from tinyinit.rehearse._local import Stage
from tinyinit.rehearse._trace import open_trace

pytestmark = needs(can_unshare())

APP = """
import os, signal, time
def flush(number, frame):
    print("took", time.monotonic(), flush=True)
    time.sleep(0.3)
    print("done", time.monotonic(), flush=True)
    os._exit(3)
signal.signal(signal.SIGTERM, flush)
print("ready", flush=True)
while True:
    time.sleep(9)
"""

MANY = """
import os, signal, sys, time
children = []
for _ in range(300):
    child = os.fork()
    if child == 0:
        signal.pause()
    children.append(child)
def stop(*_):
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(9)
"""


def stopped(*program: str) -> tuple[Run, str]:
    """Return the record of a program that is stopped once it says that it is ready."""
    stage = Stage(program)
    try:
        assert stage.output.wait_for(b"ready\n", 20)
        stage.recording.mark()
        stage.kill(signal.SIGTERM)
        assert stage.recording.ended(20)
        run = stage.recording.finish(exit_code=stage.wait())
        return run, stage.output.rest()
    finally:
        stage.close()


def test_times_are_those_the_program_logs() -> None:
    """Signal and end stand where the program's own log has them (50 ms: a machine at work)."""
    run, output = stopped(sys.executable, "-c", APP)
    logged = {word: float(at) for word, at in (one.split() for one in output.splitlines()[1:])}
    assert run.root.end
    assert 0 <= run.root.end.ms - (logged["done"] - logged["took"]) * 1000 < 50
    assert ("exit", 3) == (run.root.end.how, run.root.end.code)
    assert 3 == run.exit_code


@pytest.mark.parametrize("traced", [True, False], ids=["trace", "seccomp"])
def test_signals_between_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, traced: bool
) -> None:
    """A signal that one process sends another is there, with its time, by either source."""
    if not traced:
        monkeypatch.setattr(_local, "open_trace", lambda: None)
    elif (trace := open_trace()) is None:
        pytest.skip("no trace of the kernel here, or no right to it")
    else:
        trace.close()
    script = tmp_path / "pass.sh"
    script.write_text(
        "trap 'kill -USR1 $child; wait' TERM\nsleep 9 & child=$!\nsleep 0.3\necho ready\nwait\n"
    )
    run, _ = stopped("/bin/sh", str(script))
    child = next(one for one in run.processes if one.program == "sleep")
    assert ["USR1"] == [one.signal for one in child.signals]
    assert 1 == child.signals[0].sender
    assert 0 <= child.signals[0].ms < 500
    assert child.end
    assert ("signal", signal.SIGUSR1) == (child.end.how, child.end.code)


def test_without_files_of_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without /proc/PID/task/TID/children is no hindrance: all of /proc is read."""

    def no_such_file(pid: int, threads: int) -> None:
        del pid, threads

    monkeypatch.setattr(proc, "children", no_such_file)
    run, _ = stopped("/bin/sh", "-c", "trap 'exit 0' TERM; sleep 9 & sleep 0.3; echo ready; wait")
    assert "sleep" in [one.program for one in run.processes]


@pytest.mark.parametrize("traced", [True, False], ids=["trace", "seccomp"])
def test_three_hundred_processes(monkeypatch: pytest.MonkeyPatch, *, traced: bool) -> None:
    """Each of 300 processes has its signal and its end, and none is taken for another."""
    if not traced:
        monkeypatch.setattr(_local, "open_trace", lambda: None)
    run, _ = stopped(sys.executable, "-c", MANY)
    children = [one for one in run.processes if one.parent == 1]
    assert 300 == len(children)
    assert all(one.took("TERM") for one in children)
    assert {("signal", 15)} == {(one.end.how, one.end.code) for one in children if one.end}
    assert ["clean"] == [one.id for one in run.verdicts]


def test_program_that_forks_on_and_on_is_recorded_and_ended() -> None:
    """Processes that come and go all the time are not kept, and none is left at the end."""
    work = "while :; do /bin/true; done"
    program = f"trap 'exit 0' TERM; for i in $(seq 200); do /bin/true; done; echo ready; {work}"
    run, _ = stopped("/bin/sh", "-c", program)
    assert len(run.processes) < 50


def test_program_that_writes_on_and_on_fills_nothing() -> None:
    """Output without end is read and dropped but for its last 64 KiB."""
    write = "while :; do head -c 100000 /dev/zero; done"
    run, output = stopped("/bin/sh", "-c", f"trap 'exit 0' TERM; echo ready; {write}")
    assert 0 == run.exit_code
    assert len(output) <= 64 * 1024


def test_zombie_that_nobody_reaps() -> None:
    """An orphan that ended and that PID 1 never reaped is a zombie in the report."""
    orphan = "import subprocess; subprocess.run(['sh', '-c', 'sleep 0.1 & :'], check=True)"
    stop = "import os, signal, time; signal.signal(15, lambda *_: os._exit(0)); time.sleep(2)"
    program = f"{orphan}; {stop}; print('ready', flush=True); time.sleep(9)"
    run, _ = stopped(sys.executable, "-c", program)
    assert ["zombies"] == [one.id for one in run.verdicts]
    assert "sleep" in run.verdicts[0].cause
    assert "never reaped by python" in run.verdicts[0].cause


def test_nothing_stays() -> None:
    """The namespace, its processes and all descriptors are gone after the rehearsal."""
    before = _descriptors()
    run, _ = stopped("/bin/sh", "-c", "trap 'exit 0' TERM; sleep 77 & sleep 0.3; echo ready; wait")
    assert before == _descriptors()
    sleeper = next(one for one in run.processes if one.program == "sleep")
    assert sleeper.end
    assert not any(b"sleep\x0077" in _command(one) for one in Path("/proc").iterdir())


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
