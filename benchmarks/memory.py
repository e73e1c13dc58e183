"""What an init that waits as PID 1 holds in memory."""

import os
from collections.abc import Sequence

from benchmarks.model import Bench, Bound, Figure, Group, progress
from benchmarks.session import idle_session

_SUMS = {"Rss": "resident memory", "Pss": "proportional memory", "Private_Dirty": "private dirty"}


def measure(bench: Bench) -> Sequence[Figure]:
    """Read smaps_rollup of each init while its main sleeps."""
    progress("memory")
    _write_back(bench)
    taken: dict[str, dict[str, list[float]]] = {
        key: {init.name: [] for init in bench.inits} for key in _SUMS
    }
    for _ in range(bench.rounds):
        for init in bench.inits:
            with idle_session(bench, init) as running:
                memory = running.memory()
            for key in _SUMS:
                taken[key][init.name].append(memory[key])
    return [Figure(name, "kB", taken[key]) for key, name in _SUMS.items()]


def _write_back(bench: Bench) -> None:
    # Until a file that was just built is on the disk, its pages count as dirty, also when mapped.
    for init in bench.inits:
        if init.file:
            file = os.open(init.file, os.O_RDONLY)
            os.fsync(file)
            os.close(file)


GROUP = Group("memory", measure, [Bound("resident memory", 64), Bound("private dirty", 24)])
