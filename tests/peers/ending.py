"""How an init ends: what is left gets its time, and nobody else is touched."""

import time

from tests.namespaces import stage
from tests.payload.build import payload
from tests.peers.inits import Init

GRACE = 5.0


def _leftover_cleans_up(init: Init, manner: str, *, pid1: bool) -> None:
    command = [*init.adopting(), payload(), f"leave={manner},delay=300", "exit=3"]
    with stage(command, pid1=pid1, patience=init.patience) as run:
        assert 3 == run.wait()
        assert "leftover got SIGTERM" in run.so_far()
        assert "leftover cleaned up" in run.so_far()
        assert not run.find("payload")


def leftover_gets_time(init: Init) -> None:
    """A process that main leaves behind gets SIGTERM and the time to clean up."""
    _leftover_cleans_up(init, "same", pid1=True)


def leftover_in_its_own_session_gets_time(init: Init) -> None:
    """So does one in a session of its own."""
    _leftover_cleans_up(init, "session", pid1=True)


def stopped_leftover_gets_time(init: Init) -> None:
    """So does a stopped one: it is continued."""
    _leftover_cleans_up(init, "stopped,group", pid1=True)


def leftover_gets_time_not_pid1(init: Init) -> None:
    """Not PID 1, what main leaves behind gets SIGTERM and time too, and is waited for."""
    _leftover_cleans_up(init, "same", pid1=False)


def orphan_in_its_own_session_gets_time_not_pid1(init: Init) -> None:
    """Not PID 1, so does an orphan in a session of its own."""
    _leftover_cleans_up(init, "orphan,session", pid1=False)


def wrapper_without_exec(init: Init) -> None:
    """Main is a shell that did not exec the app: on SIGTERM the app still cleans up in full."""
    app = f"{payload()} block say=ready until=15 sleep=300 say=flushed"
    with stage([*init.plain(), "sh", "-c", f"{app}; exit $?"], patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(15)
        run.skip_to("flushed")
        assert 143 == run.wait()


def grace_ends_early(init: Init) -> None:
    """It ends as soon as the last leftover has, not when the time for them is over."""
    command = [*init.plain(), payload(), "leave=same,delay=100", "exit=3"]
    with stage(command, patience=init.patience) as run:
        run.skip_to("leftover got SIGTERM")
        begun = time.monotonic()
        run.skip_to("leftover cleaned up")
        assert 3 == run.wait()
        assert GRACE - 1 > time.monotonic() - begun


def nothing_left_no_wait(init: Init) -> None:
    """With nothing left it ends at once."""
    begun = time.monotonic()
    with stage([*init.plain(), payload(), "exit=3"], patience=init.patience) as run:
        assert 3 == run.wait()
    assert GRACE - 1 > time.monotonic() - begun


def stubborn_leftover_is_killed(init: Init) -> None:
    """Not PID 1, a leftover that ignores SIGTERM is killed after its time, and not before."""
    command = [*init.with_option("give leftovers 300 ms"), payload()]
    begun = time.monotonic()
    with stage(
        [*command, "leave=session,stubborn", "exit=3"], pid1=False, patience=init.patience
    ) as run:
        assert 3 == run.wait()
        assert 0.3 <= time.monotonic() - begun
        assert not run.find("payload")


def bystander_survives(init: Init) -> None:
    """Not PID 1, a process that is not main's is left alone."""
    command = ["leave=orphan,session", "exec", *init.adopting(), payload(), "leave"]
    with stage([payload(), *command, "exit=3"], pid1=False, patience=init.patience) as run:
        bystander = int(run.skip_to("leftover"))
        run.skip_to("leftover")
        assert 3 == run.wait()
        alive = [one.state for one in run.processes() if one.pid == bystander]
        assert ["S"] == alive


def fork_bomb_during_the_end(init: Init) -> None:
    """Not PID 1, a leftover that forks on and on during the end is gone as well."""
    command = [*init.adopting(), payload(), "bomb=2000", "exit=3"]
    with stage(command, pid1=False, patience=init.patience * 2) as run:
        assert 3 == run.wait()
        assert "bomb lit" in run.so_far()
        assert not run.find("payload")


def stop_timeout(init: Init) -> None:
    """Main that does not end after the stop signal can be killed after a time."""
    command = [*init.with_option("kill main 300 ms after the stop signal"), payload()]
    with stage([*command, "block", "say=ready", "watch=100"], patience=init.patience) as run:
        run.skip_to("ready")
        begun = time.monotonic()
        run.kill(15)
        assert 137 == run.wait()
        assert 0.3 <= time.monotonic() - begun


def nested(init: Init) -> None:
    """Two of it, one running the other: codes, signals and leftovers pass through both."""
    command = [*init.plain(), *init.adopting(), payload(), "leave=orphan,delay=100"]
    with stage(
        [*command, "block", "say=ready", "until=15", "exit=3"], patience=init.patience
    ) as run:
        run.skip_to("ready")
        run.kill(15)
        run.expect("leftover cleaned up")
        assert 3 == run.wait()
