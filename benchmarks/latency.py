"""How long a signal takes through an init to main."""

from collections.abc import Sequence
from statistics import median

from benchmarks.model import Bench, Bound, Figure, Group, join_commands, progress, run

_SIGNALS = 100
_P50 = "signal latency, p50"
_P99 = "signal latency, p99"


def measure(bench: Bench) -> Sequence[Figure]:
    """Send a hundred signals a round through each init, and to main as PID 1 itself."""
    progress("signal latency")
    commands = {"direct": ()} | {init.name: init.command for init in bench.inits if init.forwards}
    p50: dict[str, list[float]] = {name: [] for name in commands}
    p99: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(bench.rounds):
        words = [
            (*command, bench.tool("listener"), str(bench.tools / f"latency.{number}.{name}"))
            for name, command in commands.items()
        ]
        printed = run([bench.tool("latency"), str(_SIGNALS), *join_commands(words)])
        turns = [[int(word) / 1000 for word in line.split()] for line in printed.splitlines()]
        for name, column in zip(commands, zip(*turns, strict=True), strict=True):
            p50[name].append(median(column))
            p99[name].append(sorted(column)[len(column) * 99 // 100 - 1])
    return [Figure(_P50, "µs", p50), Figure(_P99, "µs", p99)]


GROUP = Group("latency", measure, [Bound(_P50, 1.05, "tini"), Bound(_P99, 1.05, "tini")])
