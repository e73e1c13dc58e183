"""The end: main has ended, others are still there."""

import os
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO

import pytest

from tests.core.conftest import Start
from tests.namespaces import Run
from tests.syscalls import number

modes = pytest.mark.parametrize("pid1", [True, False], ids=["PID 1", "not PID 1"])


@modes
@pytest.mark.parametrize(
    "manner", ["same", "group", "session", "orphan", "orphan,session", "stopped", "orphan,stopped"]
)
def test_leftover_gets_time(start: Start, manner: str, *, pid1: bool) -> None:
    """A leftover gets SIGTERM and time, whatever its group, session, parent, and if stopped too."""
    with start([], [f"leave={manner},delay=200", "exit=3"], pid1=pid1) as run:
        run.expect("leftover got SIGTERM")
        run.expect("leftover cleaned up")
        assert 3 == run.wait()
        assert not run.find("payload")


@modes
def test_leftovers_of_main_killed(start: Start, *, pid1: bool) -> None:
    """Main killed by a signal leaves no less: its leftovers get their time, the code stays."""
    with start([], ["leave=delay=200", "leave=session,delay=100", "die=9"], pid1=pid1) as run:
        run.expect("leftover cleaned up")
        run.expect("leftover cleaned up")
        assert 137 == run.wait()


@modes
@pytest.mark.parametrize("manner", ["stubborn", "stubborn,session", "stubborn,orphan,stopped"])
def test_stubborn_leftover_is_killed(start: Start, manner: str, *, pid1: bool) -> None:
    """A leftover that ignores SIGTERM is killed after the grace time, not before."""
    begun = time.monotonic()
    with start(["--grace", "400ms"], [f"leave={manner}", "exit=3"], pid1=pid1) as run:
        assert 3 == run.wait()
        assert 0.4 <= time.monotonic() - begun
        assert not run.find("payload")


@modes
@pytest.mark.parametrize("grace", ["0", "off"])
def test_no_grace(start: Start, grace: str, *, pid1: bool) -> None:
    """With `--grace 0` leftovers are killed at once, without a SIGTERM."""
    with start([f"--grace={grace}"], ["leave", "leave=session", "exit=3"], pid1=pid1) as run:
        assert 3 == run.wait()
        assert "got SIGTERM" not in run.so_far()
        assert not run.find("payload")


def test_grace_is_five_seconds(start: Start) -> None:
    """The grace time is 5 seconds unless said otherwise."""
    with start([], ["leave=stubborn", "say=over", "exit=3"]) as run:
        run.skip_to("over")
        begun = time.monotonic()
        assert 3 == run.wait()
        assert 4.9 <= time.monotonic() - begun < 15


def test_grace_by_variable(start: Start) -> None:
    """TINYINIT_GRACE sets the grace time."""
    words = ["leave=stubborn", "say=over", "exit=3"]
    with start([], words, environment={"TINYINIT_GRACE": "300ms"}) as run:
        run.skip_to("over")
        begun = time.monotonic()
        assert 3 == run.wait()
        assert 0.3 <= time.monotonic() - begun < 4.9


@modes
def test_stop_signals_shorten_nothing(start: Start, *, pid1: bool) -> None:
    """Signals that come during the end change nothing: neither the time nor the code."""
    with start([], ["leave=session,delay=600", "exit=3"], pid1=pid1) as run:
        run.expect("leftover got SIGTERM")
        for number in (15, 2, 1, 15, 3, 10, 11, 20, 18):
            run.kill(number)
        run.expect("leftover cleaned up")
        assert 3 == run.wait()


@modes
def test_many_leftovers(start: Start, *, pid1: bool) -> None:
    """Each of 300 leftovers cleans up."""
    words = [f"leave={'orphan' if at % 2 else 'session'},delay=50" for at in range(300)]
    with start([], [*words, "exit=3"], pid1=pid1) as run:
        assert 3 == run.wait()
        run.until(lambda: 300 == run.so_far().count("leftover cleaned up"))


@modes
def test_fork_bomb(start: Start, *, pid1: bool) -> None:
    """Leftovers that fork on and on are gone in the end, and the code is main's."""
    with start(["--grace", "100ms"], ["bomb=5000", "exit=3"], pid1=pid1) as run:
        assert 3 == run.wait()
        assert "bomb lit" in run.so_far()
        assert not run.find("payload")


@modes
def test_long_wait_is_told(start: Start, *, pid1: bool) -> None:
    """Leftovers that take more than a second are named, with the time that they have."""
    words = ["leave=session,delay=1300", "exit=3"]
    with start([], words, pid1=pid1) as run:
        leftover = run.skip_to("leftover").split()[-1]
        assert 3 == run.wait()
        assert (
            f"tinyinit: still waiting for what payload has left: payload (pid {leftover}); "
            "killed 5000 ms after its end (--grace)\n"
        ) == run.so_far("errors")


def test_many_are_told_by_number(start: Start) -> None:
    """Of many leftovers a few are named and the others counted."""
    with start(["--grace", "1100ms"], [*["leave=stubborn"] * 7, "exit=3"]) as run:
        assert 3 == run.wait()
        (line,) = run.errors().splitlines()
        assert 4 == line.count("payload (pid ")
        assert "), payload (pid " in line
        assert " and 3 more; killed 1100 ms after" in line


def test_short_wait_is_not_told(start: Start) -> None:
    """Leftovers that end within a second are worth no word."""
    with start([], ["leave=session,delay=300", "exit=3"]) as run:
        assert 3 == run.wait()
        assert "" == run.errors()


def test_who_survives_a_kill_is_named(start: Start) -> None:
    """A leftover that SIGKILL does not end is named, and tinyinit leaves with main's code."""
    # A process that cannot be killed cannot be made; a kill() that is refused has the same effect.
    options = ["--refuse", str(number("kill"))]
    with start(["--grace", "100ms"], ["leave=stubborn,delay=0", "exit=3"], *options) as run:
        leftover = run.skip_to("leftover").split()[-1]
        assert 3 == run.wait()
        assert (
            f"tinyinit: leaving though SIGKILL did not end payload (pid {leftover})\n"
        ) == run.errors()


@contextmanager
def _entered(run: Run, *command: str) -> Generator[IO[bytes]]:
    """Run a command in the namespace that is no child of anybody there, as `docker exec` does."""
    namespaces = ["--pid", "--mount"]
    if os.geteuid() != 0:
        namespaces += ["--user", "--preserve-credentials"]
    enter = ["nsenter", "--target", str(run.pid), *namespaces, *command]
    with subprocess.Popen(enter, stdout=subprocess.PIPE) as entered:
        try:
            assert entered.stdout is not None
            yield entered.stdout
        finally:
            entered.kill()


def test_entered_shell_is_not_waited_for(start: Start) -> None:
    """A process that entered the namespace, as `docker exec` does, does not hold up the end."""
    with start(["--grace", "60s"], ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        with _entered(run, "sleep", "600"):
            run.until(lambda: bool(run.find("sleep")))
            begun = time.monotonic()
            run.kill(15)
            assert 143 == run.wait()
            assert 40 > time.monotonic() - begun


def test_entered_shell_and_a_leftover(start: Start) -> None:
    """With a leftover as well, both get SIGTERM, and only the leftover is waited for."""
    trap = "trap 'echo got SIGTERM' TERM; echo set; while :; do sleep 0.05; done"
    words = ["leave=session,delay=300", "say=ready", "hold"]
    with start(["--grace", "60s"], words) as run:
        run.skip_to("ready")
        with _entered(run, "sh", "-c", trap) as output:
            assert b"set\n" == output.readline()
            begun = time.monotonic()
            run.kill(15)
            run.expect("leftover cleaned up")
            assert b"got SIGTERM\n" == output.readline()
            assert 143 == run.wait()
            assert 40 > time.monotonic() - begun


@pytest.mark.slow
def test_fifty_thousand_orphans(start: Start) -> None:
    """Of 50,000 orphans, 1,000 dying at a time, none is left a zombie."""
    with start([], ["waves=50,1000", "say=done", "hold"], patience=120) as run:
        run.skip_to("done")
        run.until(lambda: 2 == len(run.processes()))


@pytest.mark.slow
def test_pids_come_round_again(start: Start) -> None:
    """Main's PID given to another process after its end: that one gets none of the signals."""
    # Once the numbers have been round, a process gets one from 300 up; in a session of its own the
    # leftover does not keep main's number as that of its group.
    options = ["--pid-max", "330", "--last-pid", "310"]
    with start(["--grace", "60s"], ["state", "leave=session,churn=500", "exit=3"], *options) as run:
        assert 311 == int(run.skip_to("pid"))
        run.expect("leftover got SIGTERM")
        while "hit" not in run.so_far() and not run.is_over():
            run.kill(10)
            run.kill(15)
            time.sleep(0.0005)
        assert "0" == run.skip_to("hit")
        assert 3 == run.wait()
