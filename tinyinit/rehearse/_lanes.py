"""What a picture of a run shows: one lane a process, the few that matter of a thousand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tinyinit.rehearse import judging, signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.rehearse.model import Process, Run

MOST = 12
_MANY = 4
_KILL = 9


@dataclass(frozen=True)
class Lane:
    """One process in a picture; times in milliseconds from the stop signal."""

    process: Process
    depth: int
    start: float
    end: float
    work: tuple[float, float] | None
    """From the stop signal that it handles to its end."""
    how: str
    """How it ended: `exit`, `signal`, `killed`, `cut off`, or `running`."""
    alike: int = 0
    """How many more processes of this kind are not shown."""

    @property
    def ending(self) -> str:
        """Return its end in words: `exit 0`, `SIGTERM`, `cut off`, `killed`."""
        end = self.process.end
        if self.how in ("killed", "cut off", "running"):
            return self.how
        if end is None or end.code is None:
            return "ended"
        return f"exit {end.code}" if end.how == "exit" else f"SIG{signals.name(end.code)}"


@dataclass(frozen=True)
class Picture:
    """All lanes of a run, and until when its time axis goes."""

    run: Run
    lanes: Sequence[Lane]
    until: float
    hidden: int


def picture(run: Run, until: float | None = None) -> Picture:
    """Return what to draw of a run; `until` sets the axis' end, for two runs side by side."""
    last = max([one.end.ms for one in run.processes if one.end] + [run.stop_ms, 10.0])
    axis = until if until is not None else last * 1.04
    named = {one.process for one in run.verdicts}
    drawn = [_lane(run, process, depth, last) for process, depth in _tree(run)]
    kinds = Counter(_kind(one) for one in drawn)
    lanes: list[Lane] = []
    first: dict[tuple[int, str, str], int] = {}
    hidden = 0
    for lane in drawn:
        kind = _kind(lane)
        if kind in first and kinds[kind] >= _MANY:
            at = first[kind]
            lanes[at] = replace(lanes[at], alike=lanes[at].alike + 1)
        elif len(lanes) < MOST or lane.process.pid in named:
            first.setdefault(kind, len(lanes))
            lanes.append(lane)
        else:
            hidden += 1
    return Picture(run, lanes, axis, hidden)


def _kind(lane: Lane) -> tuple[int, str, str]:
    return (lane.process.parent, lane.process.program, lane.how)


def _tree(run: Run) -> list[tuple[Process, int]]:
    """Return all processes, each after its parent, with their depth."""
    below: dict[int, list[Process]] = {}
    known = {one.pid for one in run.processes}
    for one in run.processes[1:]:
        below.setdefault(one.parent if one.parent in known else run.root.pid, []).append(one)
    found: list[tuple[Process, int]] = []
    stack = [(run.root, 0)]
    while stack:
        one, depth = stack.pop()
        found.append((one, depth))
        stack.extend((child, depth + 1) for child in reversed(below.pop(one.pid, [])))
    return found


def _lane(run: Run, process: Process, depth: int, last: float) -> Lane:
    end = process.end
    stop_number = signals.number_of(run.stop) or 15
    got = process.took(run.stop)
    ended = end.ms if end else last
    works = got is not None and judging.catches(process, stop_number) and not process.waits
    if end is None:
        how = "running"
    elif process.cut_off:
        how = "cut off"
    elif end.how == "signal" and end.code == _KILL:
        how = "killed"
    else:
        how = end.how
    return Lane(
        process,
        depth,
        max(process.born_ms, 0.0),
        ended,
        (got.ms, ended) if works and got else None,
        how,
    )
