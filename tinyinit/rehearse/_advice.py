"""The change that cures each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyinit.rehearse.model import Run

EXEC = (
    'let the script\'s last command replace the shell, exec "$@", or put tinyinit in front, '
    "which signals the whole tree"
)
PIPE = (
    "start the program with exec and send its output to the container's log, not into a pipe: "
    "exec app, or exec app > >(tee FILE) in bash"
)
FORWARD = (
    "pass the signal on to children and wait for them, or put tinyinit in front, which does both"
)
WAIT = "wait for children before the end, or put tinyinit in front, which waits for what is left"
STOPPED = "send SIGCONT after the stop signal (kill -CONT), or put tinyinit in front, which does"
SECOND = "end on the first signal: a container gets one, and then SIGKILL"
LEFTOVERS = (
    "stop and wait for children when main ends, or put tinyinit in front, which gives what is left "
    "the signal and time"
)
ZOMBIES = 'put an init in front that reaps: ENTRYPOINT ["tinyinit", "--"], or docker run --init'
LOST = (
    "on the stop signal, stop accepting, answer what is in flight, and then end; nginx: "
    "STOPSIGNAL SIGQUIT, or tinyinit --rewrite TERM:QUIT"
)
DEAD_TRAP = (
    "a trap of the shell is gone after exec: do the cleaning up in the program's own handler, or "
    "run it without exec and with tinyinit in front"
)


def handler(run: Run) -> str:
    """Return what to do about a program that does not react to the stop signal."""
    return (
        f"install a handler for SIG{run.stop}, or put an init in front: with "
        f'ENTRYPOINT ["tinyinit", "--"] the default action ends the program'
    )


def stop_signal(name: str, stop: str) -> str:
    """Return how to have the signal sent that the program handles."""
    return (
        f"STOPSIGNAL SIG{name} in the Dockerfile (compose: stop_signal: SIG{name}), or "
        f"tinyinit --rewrite {stop}:{name}"
    )


def too_slow(run: Run) -> str:
    """Return how to give it more time."""
    seconds = max(round(run.grace_ms / 1000 * 2), 1)
    return (
        f"give it more time: docker stop -t {seconds}, compose stop_grace_period: {seconds}s, "
        f"kubernetes terminationGracePeriodSeconds: {seconds}; or have it do less at the end"
    )


def exit_code(code: int) -> str:
    """Return how to make a code a success."""
    return f"end with exit code 0 after a stop, or map the code: tinyinit --success {code}"
