"""How an init passes signals on."""

import fcntl
import os
import signal

from tests.namespaces import stage
from tests.payload.build import payload
from tests.peers.inits import Init

FORWARDED = sorted(set(range(1, 65)) - {signal.SIGCHLD, signal.SIGKILL, signal.SIGSTOP})
SENTINEL = 63


def _every_signal(init: Init, *, pid1: bool) -> None:
    command = [*init.plain(), payload(), "block", "say=ready", "watch=100"]
    with stage(command, pid1=pid1, patience=init.patience) as run:
        run.skip_to("ready")
        for number in FORWARDED:
            run.kill(number)
            assert str(number) == run.skip_to("signal").split()[0]


def every_signal_is_forwarded(init: Init) -> None:
    """As PID 1 it forwards every signal there is, 1 to 64, but CHLD, KILL and STOP."""
    _every_signal(init, pid1=True)


def every_signal_not_pid1(init: Init) -> None:
    """Not PID 1 it does the same; a SIGSEGV sent to it does not end it and leave main alone."""
    _every_signal(init, pid1=False)


def values_are_kept(init: Init) -> None:
    """Queued real-time signals keep their values, their order and their number."""
    command = [*init.plain(), payload(), "block", "say=ready", "watch=100"]
    with stage(command, patience=init.patience) as run:
        run.skip_to("ready")
        for value in (7, 8, 9, 2**31 - 1):
            run.queue(40, value)
        seen = [run.skip_to("signal") for _ in range(4)]
        expected = [f"40 code -1 value {value}" for value in (7, 8, 9, 2**31 - 1)]
        assert expected == seen


def _pending(init: Init, command: list[str], times: int) -> None:
    whole = [*command, payload(), "watch=1", "exit=9"]
    for _ in range(times):
        with stage(whole, "--pending", "15", patience=init.patience) as run:
            assert "15" == run.skip_to("signal").split()[0]
            assert 9 == run.wait()


def pending_signal_is_not_lost(init: Init) -> None:
    """Of 200 starts with a SIGTERM pending already, main gets every one."""
    _pending(init, init.plain(), 200)


def pending_signal_to_group_is_not_lost(init: Init) -> None:
    """The same when signals go to main's whole group."""
    _pending(init, init.with_option("signal the group"), 200)


def group_is_signalled(init: Init) -> None:
    """With an option, main's children in its group get the signal too."""
    command = [*init.with_option("signal the group"), payload(), "leave", "block"]
    with stage([*command, "say=ready", "watch=5"], patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(15)
        seen = {run.line().split(" code")[0] for _ in range(3)}
        assert {"signal 15", "leftover got SIGTERM", "leftover cleaned up"} == seen


def rewrite_by_number(init: Init) -> None:
    """A signal can be rewritten to another, by number."""
    command = [*init.with_option("rewrite 1 to 10"), payload(), "block", "say=ready"]
    with stage([*command, "watch=1"], patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(1)
        assert "10" == run.skip_to("signal").split()[0]


def rewrite_by_name(init: Init) -> None:
    """A signal can be rewritten to another, by name."""
    command = [*init.with_option("rewrite by name"), payload(), "block", "say=ready"]
    with stage([*command, "watch=1"], patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(signal.SIGHUP)
        assert str(int(signal.SIGUSR1)) == run.skip_to("signal").split()[0]


def signal_is_dropped(init: Init) -> None:
    """A signal can be dropped."""
    command = [*init.with_option("drop 12"), payload(), "block", "say=ready", "watch=2"]
    with stage(command, patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(12)
        run.kill(SENTINEL)
        assert str(SENTINEL) == run.skip_to("signal").split()[0]


def stop_signal_is_delayed(init: Init) -> None:
    """The stop signal can be held back for a time, other signals pass meanwhile."""
    command = [*init.with_option("delay the stop signal by 300 ms"), payload(), "block"]
    with stage([*command, "say=ready", "watch=2"], patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(15)
        run.kill(SENTINEL)
        assert str(SENTINEL) == run.skip_to("signal").split()[0]
        assert "15" == run.skip_to("signal").split()[0]


def terminal_stop_reaches_main(init: Init) -> None:
    """SIGTSTP sent to the init stops main and not the init, and SIGCONT continues main."""
    command = [*init.plain(), payload(), "say=ready", "hold"]
    with stage(command, patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(signal.SIGTSTP)
        # In time: it may still be at work when main has stopped already.
        run.until(lambda: {1: "S", 2: "T"} == {one.pid: one.state for one in run.processes()})
        run.kill(signal.SIGCONT)
        run.until(lambda: ["S"] == [one.state for one in run.processes() if one.pid == 2])


def stopped_main_gets_signals(init: Init) -> None:
    """Main stopped by somebody gets SIGTERM when it is continued; the init just waits."""
    command = [*init.plain(), payload(), "block", "stop", "until=15", "exit=6"]
    with stage(command, patience=init.patience) as run:
        run.until(lambda: ["T"] == [one.state for one in run.processes() if one.pid == 2])
        run.kill(15)
        run.kill(signal.SIGCONT)
        assert 6 == run.wait()


def control_c_arrives_once(init: Init) -> None:
    """Ctrl-C on a terminal reaches main once, not once more by the init."""
    command = [*init.plain(), payload(), "block", "say=ready", f"until={SENTINEL}"]
    with stage(command, terminal=True, patience=init.patience) as run:
        run.skip_to("ready")
        for _ in range(20):
            run.type("\x03")
            assert "2" == run.skip_to("signal").split()[0]
        run.kill(SENTINEL)
        assert str(SENTINEL) == run.skip_to("signal").split()[0]


def control_z_in_a_shell(init: Init) -> None:
    """In a shell on a terminal, Ctrl-Z stops the job, `fg` continues it, Ctrl-C ends it."""
    shell = ["/bin/bash", "--norc", "--noprofile", "-i"]
    job = " ".join([*init.plain(), str(payload()), "say=run''ning", "hold"])
    with stage(shell, terminal=True, pid1=False, patience=init.patience) as run:
        run.type("PS1='pro''mpt> '\n")
        run.expect("prompt> ")
        run.type(f"{job}\n")
        run.expect("running")
        run.type("\x1a")
        run.expect("prompt> ")
        run.type("jobs\n")
        run.expect("Stopped")
        run.expect("prompt> ")
        run.type("fg\n")
        run.until(lambda: "S" == run.state("payload"))
        run.type("\x03")
        run.expect("prompt> ")
        run.type("echo code $?\n")
        run.expect("code 130")


def _broken_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _full_pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b"x" * 4096)
    return reader, writer


def closed_log(init: Init) -> None:
    """Nobody reads its log any more: main gets no SIGPIPE for that, and all goes on."""
    command = [*init.with_option("say more"), payload(), "block", "say=ready"]
    environment = {"PATH": os.defpath, **init.variables}
    writer = _broken_pipe()
    try:
        with stage(
            [*command, f"until={SENTINEL}", "exit=7"],
            environment=environment,
            stderr=writer,
            patience=init.patience,
        ) as run:
            run.skip_to("ready")
            run.kill(10)
            assert "10" == run.skip_to("signal").split()[0]
            run.kill(SENTINEL)
            assert str(SENTINEL) == run.skip_to("signal").split()[0]
            assert 7 == run.wait()
    finally:
        os.close(writer)


def full_log(init: Init) -> None:
    """Its log is full and nobody reads it: signals pass and zombies are reaped all the same."""
    command = [*init.with_option("say more"), payload(), "block", "say=ready"]
    environment = {"PATH": os.defpath, **init.variables}
    reader, writer = _full_pipe()
    try:
        with stage(
            [*command, "zombies=50", "until=12"],
            environment=environment,
            stderr=writer,
            patience=init.patience,
        ) as run:
            run.skip_to("zombies")
            run.kill(10)
            assert "10" == run.skip_to("signal").split()[0]
            run.until(lambda: 2 == len(run.processes()))
    finally:
        os.close(writer)
        os.close(reader)


def terminal_in_the_background(init: Init) -> None:
    """Started by a shell in the background, it leaves the terminal to the shell."""
    shell = ["/bin/bash", "--norc", "--noprofile", "-i"]
    job = " ".join([*init.plain(), str(payload()), "say=run''ning", "sleep=100", "state"])
    with stage(shell, terminal=True, pid1=False, patience=init.patience) as run:
        run.type("PS1='pro''mpt> '\n")
        run.expect("prompt> ")
        for _ in range(5):
            run.type(f"{job} &\n")
            run.expect("running")
            run.type("echo still ''here\n")
            run.expect("still here")
            run.type("wait $!; echo co''de $?\n")
            run.expect("code 0")
