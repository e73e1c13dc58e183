"""How much of the time after its start an init loses a signal."""

import subprocess
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager

from benchmarks.model import ENVIRONMENT, Bench, BenchmarkError, Figure, Group, progress

_TRIALS = 40
_IN_A_ROW = 8
_DEAF = "deaf to TERM after clone"
_LATEST = "latest TERM that was lost"


def measure(bench: Bench) -> Sequence[Figure]:
    """Send TERM to each new init after delays spread evenly over a range that ends well past loss.

    The share that was lost, times the range, is the time the init is deaf; right also where it is
    deaf twice, because it drops what comes between its fork and main's exec.
    """
    progress("window at start")
    commands = {"direct": ()} | {init.name: init.command for init in bench.inits if init.forwards}
    deaf: dict[str, list[float]] = {name: [] for name in commands}
    latest: dict[str, list[float]] = {name: [] for name in commands}
    with ExitStack() as stack:
        askers = {
            name: stack.enter_context(_asker(bench, name, command))
            for name, command in commands.items()
        }
        ranges = {name: _find_range(asker) for name, asker in askers.items()}
        for _ in range(bench.rounds):
            lost: dict[str, list[float]] = {name: [] for name in commands}
            for trial in range(_TRIALS):
                for name, asker in askers.items():
                    delay = ranges[name] * trial / _TRIALS
                    if _is_lost(asker, delay):
                        lost[name].append(delay)
            for name, delays in lost.items():
                deaf[name].append(ranges[name] * len(delays) / _TRIALS)
                latest[name].append(max(delays, default=0.0))
    return [Figure(_DEAF, "µs", deaf), Figure(_LATEST, "µs", latest)]


@contextmanager
def _asker(bench: Bench, name: str, command: Sequence[str]) -> Generator[subprocess.Popen[bytes]]:
    board = str(bench.tools / f"window.{name}")
    words = [bench.tool("window"), board, *command, bench.tool("listener"), board]
    asker = subprocess.Popen(  # noqa: S603  the inits are what is measured
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT
    )
    try:
        yield asker
    finally:
        asker.kill()
        asker.communicate()


def _find_range(asker: subprocess.Popen[bytes]) -> float:
    """Return twice a delay in microseconds at which no TERM of several in a row is lost."""
    delay = 50.0
    while any(_is_lost(asker, delay) for _ in range(_IN_A_ROW)):
        delay *= 1.3
    return 2 * delay


def _is_lost(asker: subprocess.Popen[bytes], delay: float) -> bool:
    if asker.stdin is None or asker.stdout is None:
        raise BenchmarkError("window has no pipes")
    asker.stdin.write(b"%d\n" % int(delay * 1000))
    asker.stdin.flush()
    verdict = asker.stdout.readline().strip()
    if verdict not in {b"lost", b"kept"}:
        raise BenchmarkError("window ended early")
    return verdict == b"lost"


GROUP = Group("window", measure, [])
