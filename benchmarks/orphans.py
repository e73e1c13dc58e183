"""What it costs an init to reap an orphan."""

from collections.abc import Sequence

from benchmarks.model import Bench, Bound, Figure, Group, Init, progress
from benchmarks.session import session

_COUNT = 1000
_FLOODS = {"CPU per orphan, one at a time": 1, "CPU per orphan, 100 at once": 100}


def measure(bench: Bench) -> Sequence[Figure]:
    """Read the init's own time on a CPU before and after a thousand orphans."""
    progress("orphans")
    inits = [init for init in bench.inits if init.reaps]
    taken: dict[str, dict[str, list[float]]] = {
        name: {init.name: [] for init in inits} for name in _FLOODS
    }
    for _ in range(bench.rounds):
        for name, flood in _FLOODS.items():
            for init in inits:
                taken[name][init.name].append(_cpu_per_orphan(bench, init, flood))
    return [Figure(name, "µs", taken[name]) for name in _FLOODS]


def _cpu_per_orphan(bench: Bench, init: Init, flood: int) -> float:
    with session(bench, init, [bench.tool("orphans")]) as running:
        running.expect("ready")
        running.ask(f"{flood} {flood}", "done")
        before = running.cpu_time()
        running.ask(f"{_COUNT} {flood}", "done")
        return (running.cpu_time() - before) / _COUNT


GROUP = Group("orphans", measure, [Bound(name, 1.05, "tini") for name in _FLOODS])
