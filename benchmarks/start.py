"""How much later a program has run and ended because an init was in front of it."""

from collections.abc import Sequence
from statistics import median

from benchmarks.model import Bench, Bound, Figure, Group, join_commands, progress, run

_TURNS = 20
_PLACES = {"child": "as a child", "pid1": "as PID 1"}


def measure(bench: Bench) -> Sequence[Figure]:
    """Time `INIT PROBE` and `PROBE` in turns; a round's value is the median of its turns."""
    figures: list[Figure] = []
    for mode, place in _PLACES.items():
        progress(f"start {place}")
        figures += _measure_place(bench, mode, place)
    return figures


def _measure_place(bench: Bench, mode: str, place: str) -> list[Figure]:
    probe = bench.tool("probe")
    through = [init.as_child if mode == "child" else init.command for init in bench.inits]
    commands = [[probe], *([*command, probe] for command in through)]
    direct: list[float] = []
    added: dict[str, list[float]] = {init.name: [] for init in bench.inits}
    for _ in range(bench.rounds):
        printed = run([bench.tool("start"), mode, str(_TURNS), *join_commands(commands)])
        turns = [[int(word) / 1000 for word in line.split()] for line in printed.splitlines()]
        alone, *others = (median(column) for column in zip(*turns, strict=True))
        direct.append(alone)
        for name, value in zip(added, others, strict=True):
            added[name].append(value - alone)
    return [
        Figure(f"start directly, {place}", "µs", {"direct": direct}),
        Figure(f"added start time, {place}", "µs", added),
    ]


GROUP = Group(
    "start",
    measure,
    [
        Bound(f"added start time, {place}", limit, against)
        for place in _PLACES.values()
        for against, limit in (("tini-static", 0.40), ("tini", 0.27), ("stub", 1.25))
    ],
)
