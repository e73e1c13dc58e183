"""How signals pass."""

import signal
import time

import pytest

from tests.core.conftest import Start
from tests.namespaces import Run, status_field

SENTINEL = 63


def _spelt(number: int) -> str:
    name = signal.Signals(number).name
    return [name, name.lower(), name[3:], str(number)][number % 4]


def test_rewrite_by_every_name(start: Start) -> None:
    """`--rewrite` knows every signal by name, with or without SIG, in any case, and by number."""
    ordinary = [number for number in range(1, 32) if number not in (9, 16, 17, 19, 29)]
    pairs = ",".join(f"{34 + at}:{_spelt(number)}" for at, number in enumerate(ordinary))
    with start(["--rewrite", pairs], ["block", "say=ready", "watch=99"]) as run:
        run.skip_to("ready")
        for at, number in enumerate(ordinary):
            run.kill(34 + at)
            assert str(number) == run.skip_to("signal").split()[0]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("RTMIN", 34), ("SIGRTMIN+3", 37), ("rtmin+30", 64), ("RTMAX", 64), ("sigrtmax-1", 63)),
        *(("RTMAX-30", 34), ("64", 64), ("1", 1), ("SIGSTKFLT", 16), ("STKFLT", 16), ("IO", 29)),
        *(("POLL", 29), ("IOT", 6), ("32", 32), ("33", 33)),
    ],
)
def test_rewrite_to(start: Start, name: str, number: int) -> None:
    """Real-time signals are counted as docker counts them, from 34; old names work too."""
    options = [f"--rewrite=USR2:{name}"]
    with start(options, ["block", "say=ready", "watch=1"]) as run:
        run.skip_to("ready")
        run.kill(signal.SIGUSR2)
        assert str(number) == run.skip_to("signal").split()[0]


def test_rewrite_from_real_time(start: Start) -> None:
    """A rewritten signal keeps its value."""
    options = ["--rewrite", "RTMIN+2:RTMIN+5"]
    with start(options, ["block", "say=ready", "watch=1"]) as run:
        run.skip_to("ready")
        run.queue(36, 4711)
        assert "39 code -1 value 4711" == run.skip_to("signal")


def test_rewrite_to_a_fatal_one(start: Start) -> None:
    """A signal can be rewritten to KILL."""
    with start(["--rewrite", "TERM:KILL"], ["block", "say=ready", "watch=1"]) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 137 == run.wait()


def test_rewrite_does_not_touch_the_end(start: Start) -> None:
    """Leftovers get SIGTERM at the end even if a SIGTERM that comes is dropped."""
    words = ["leave=delay=100", "block", "say=ready", "watch=1", "exit=4"]
    with start(["--rewrite", "TERM:0"], words) as run:
        run.skip_to("ready")
        run.kill(15)
        run.kill(SENTINEL)
        assert str(SENTINEL) == run.skip_to("signal").split()[0]
        run.expect("leftover cleaned up")
        assert 4 == run.wait()


def test_many_values_none_lost(start: Start) -> None:
    """Of 1,000 queued real-time signals each arrives, in order."""
    with start([], ["block", "say=ready", "watch=1000", "exit=3"]) as run:
        run.skip_to("ready")
        for value in range(1000):
            run.queue(50, value)
        for value in range(1000):
            assert f"50 code -1 value {value}" == run.skip_to("signal")
        assert 3 == run.wait()


def test_fault_signals_pid1(start: Start) -> None:
    """SIGSEGV and its like, sent by another process, go to main, which dies of them: 128+n."""
    for number in (4, 5, 6, 7, 8, 11, 31):
        with start([], ["say=ready", "hold"]) as run:
            run.skip_to("ready")
            run.kill(number)
            assert 128 + number == run.wait()


@pytest.mark.parametrize("pid1", [True, False], ids=["PID 1", "not PID 1"])
@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU])
def test_terminal_stop_without_a_terminal(start: Start, number: int, *, pid1: bool) -> None:
    """SIGTSTP, SIGTTIN, SIGTTOU stop main's whole group and not tinyinit, PID 1 or not."""
    with start([], ["leave=session", "leave", "say=ready", "hold"], pid1=pid1) as run:
        run.skip_to("ready")
        run.kill(number)
        run.until(lambda: "STT" == _states(run))
        assert "S" == run.state("tinyinit")
        run.kill(signal.SIGCONT)
        run.until(lambda: "S" == run.state("payload"))


def _states(run: Run) -> str:
    return "".join(sorted(one.state for one in run.find("payload")))


def test_drain(start: Start) -> None:
    """`--drain` holds the first stop signal back for that long, not less."""
    with start(["--drain", "400ms"], ["block", "say=ready", "watch=1"]) as run:
        run.skip_to("ready")
        begun = time.monotonic()
        run.kill(15)
        assert "15" == run.skip_to("signal").split()[0]
        assert 0.4 <= time.monotonic() - begun


def test_second_stop_signal_ends_the_drain(start: Start) -> None:
    """A second stop signal ends the delay, and both are one for main."""
    with start(["--drain", "1h"], ["block", "say=ready", "watch=2"]) as run:
        run.skip_to("ready")
        run.kill(15)
        run.until(lambda: not int(status_field(run.pid, "ShdPnd"), 16) & 1 << 14)
        run.kill(15)
        assert "15" == run.skip_to("signal").split()[0]
        run.kill(SENTINEL)
        assert str(SENTINEL) == run.skip_to("signal").split()[0]


def test_drain_of_another_stop_signal(start: Start) -> None:
    """`--stop-signal` says which signal it is that is held back; TERM then passes at once."""
    options = ["--stop-signal", "QUIT", "--drain", "300ms"]
    with start(options, ["block", "say=ready", "watch=2"]) as run:
        run.skip_to("ready")
        run.kill(signal.SIGQUIT)
        run.kill(15)
        assert "15" == run.skip_to("signal").split()[0]
        assert "3" == run.skip_to("signal").split()[0]


def test_drain_ends_with_main(start: Start) -> None:
    """Main that ends by itself during the delay ends it: its code, at once."""
    with start(["--drain", "1h"], ["block", "say=ready", "until=10", "exit=5"]) as run:
        run.skip_to("ready")
        run.kill(15)
        run.kill(10)
        assert 5 == run.wait()


def test_options_by_variable(start: Start) -> None:
    """Drain, stop signal, stop timeout and rewriting are variables as well."""
    environment = {
        "TINYINIT_DRAIN": "200ms",
        "TINYINIT_STOP_SIGNAL": "INT",
        "TINYINIT_STOP_TIMEOUT": "200ms",
        "TINYINIT_REWRITE": "INT:USR1",
    }
    with start([], ["block", "say=ready", "watch=9"], environment=environment) as run:
        run.skip_to("ready")
        begun = time.monotonic()
        run.kill(signal.SIGINT)
        assert "10" == run.skip_to("signal").split()[0]
        assert 0.2 <= time.monotonic() - begun
        assert 137 == run.wait()
        assert 0.4 <= time.monotonic() - begun


def test_stop_timeout_starts_after_the_drain(start: Start) -> None:
    """Main's time runs from when the stop signal was forwarded, not from when it came."""
    options = ["--drain", "300ms", "--stop-timeout", "300ms"]
    with start(options, ["block", "say=ready", "watch=9"]) as run:
        run.skip_to("ready")
        begun = time.monotonic()
        run.kill(15)
        assert 137 == run.wait()
        assert 0.6 <= time.monotonic() - begun


def test_stop_timeout_is_not_restarted(start: Start) -> None:
    """More stop signals do not give main more time."""
    with start(["--stop-timeout", "700ms"], ["block", "say=ready", "watch=99"]) as run:
        run.skip_to("ready")
        begun = time.monotonic()
        run.kill(15)
        while not run.is_over() and time.monotonic() < begun + 20:
            run.kill(15)
            time.sleep(0.05)
        assert 137 == run.wait()
        assert 0.7 <= time.monotonic() - begun < 15


def test_stop_timeout_says_so(start: Start) -> None:
    """Main killed after its time: one line names it and the time; leftovers get theirs."""
    options = ["--stop-timeout", "200ms"]
    with start(options, ["leave=session,delay=100", "block", "say=ready", "watch=99"]) as run:
        run.skip_to("ready")
        run.kill(15)
        run.expect("leftover cleaned up")
        assert 137 == run.wait()
        lines = run.errors().splitlines()
        assert 1 == len(lines)
        assert "payload" in lines[0]
        assert "200 ms" in lines[0]


@pytest.mark.parametrize("empty", [True, False], ids=["its group is empty", "others are in it"])
def test_stop_timeout_with_group(start: Start, *, empty: bool) -> None:
    """With `--group`, main that has left its group and is deaf to TERM is killed all the same."""
    options = ["--group", "--stop-timeout", "200ms"]
    words = [*([] if empty else ["leave=same,delay=0"]), "move", "block", "say=ready", "until=9"]
    with start(options, words, patience=10) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 137 == run.wait()


def test_group_that_main_has_left(start: Start) -> None:
    """With `--group`, main that has left its group gets the signal, and who is still in it too."""
    with start(
        ["--group"], ["leave=same,delay=0", "move", "block", "say=ready", "until=15"]
    ) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 0 == run.wait()
        assert "signal 15" in run.so_far()


def test_stop_timeout_is_off_by_default(start: Start) -> None:
    """Without the option main may take its time."""
    with start([], ["block", "say=ready", "until=15", "sleep=700", "say=done", "exit=2"]) as run:
        run.skip_to("ready")
        run.kill(15)
        run.skip_to("done")
        assert 2 == run.wait()


def test_signal_to_stopped_main(start: Start) -> None:
    """Main stopped and killed: tinyinit sees it end, with its code."""
    with start(["--stop-timeout", "100ms"], ["block", "stop"]) as run:
        run.until(lambda: "T" == run.state("payload"))
        run.kill(15)
        assert 137 == run.wait()
