"""The recorder: who exists, who sent which signal when, who ended how."""

import signal
import sys
from pathlib import Path

from tests.machine import can_unshare, needs
from tinyinit.rehearse import Run
from tinyinit.rehearse._local import Stage

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


def test_signals_between_processes(tmp_path: Path) -> None:
    """A signal that one process sends another is there, with its time, whoever we are."""
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
