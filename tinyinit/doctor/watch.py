"""The live view: what grows, the tree of processes, their stacks, what is wrong, once a second."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from tinyinit.base.text import plain
from tinyinit.doctor.checks import examine
from tinyinit.doctor.checks._growth import leaks
from tinyinit.doctor.checks._words import name, size, who
from tinyinit.doctor.checks._words import time as span
from tinyinit.doctor.facts import Asked, Facts, gather
from tinyinit.findings import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tinyinit.doctor.facts._model import Process
    from tinyinit.findings import Result

_PAINT = re.compile(r"(\x1b\[[0-9;]*m)")
_PERIOD = 1.0
_LOOKS = 30
"""Rates are over this many looks at most."""
_BAR = 24
_COLOURS: Final = {"error": "1;31", "warning": "1;33", "info": "1;34", "zombie": "35", "dim": "2"}


def watch(asked: Asked, draw: Callable[[Facts], None], seconds: float | None) -> Facts:
    """Look once a second and draw, until `seconds` have passed; return the last facts."""
    end = None if seconds is None else time.monotonic() + seconds
    seen = [gather(asked)]
    draw(seen[-1])
    while end is None or time.monotonic() + _PERIOD <= end:
        time.sleep(_PERIOD)
        facts = gather(asked, seen[0])
        seen = [*seen[-_LOOKS + 1 :], facts]
        draw(facts)
    return seen[-1]


def screen(facts: Facts, columns: int, lines: int, *, colour: bool) -> str:
    """Return what a terminal of this size shows, from its first line on."""
    rows = _screen(facts, lines, colour=colour)
    shown = "".join(f"{_cut(row, columns)}\x1b[K\r\n" for row in rows)
    return f"\x1b[H{shown}\x1b[J"


def _cut(line: str, columns: int) -> str:
    """Return a line that fits; what paints it takes no room."""
    room = columns
    parts: list[str] = []
    for part in _PAINT.split(line):
        if part.startswith("\x1b"):
            parts.append(part)
        else:
            parts.append(part[:room])
            room -= len(parts[-1])
    return "".join(parts)


def one_line(facts: Facts) -> str:
    """Return a look on one line, where there is no terminal to draw on."""
    group = facts.group
    zombies = sum(len(leak.zombies) for leak in leaks(facts))
    worst = next(iter(examine(facts).findings), None)
    parts = [
        time.strftime("%H:%M:%S", time.localtime(facts.taken)),
        f"{len(facts.processes)} processes",
        f"{zombies} zombies",
        f"memory {_of(group.memory_used, group.memory_limit, size)}",
        f"pids {_of(group.pids_used, group.pids_limit, lambda value: f'{value:,.0f}')}",
        f"{worst.severity} {worst.id}" if worst else "nothing found",
    ]
    return "  ".join(parts)


def _screen(facts: Facts, height: int, *, colour: bool) -> list[str]:
    result = examine(facts)
    lines = list(_head(facts))
    tail = list(_found(result, colour=colour))
    room = max(3, height - len(lines) - len(tail) - 2)
    tree = list(_tree(facts, colour=colour))
    if len(tree) > room:
        tree = [*tree[: room - 1], f"  … and {len(tree) - room + 1:,} more"]
    return [*lines, "", *tree, "", *tail][: max(height - 1, 1)]


def _head(facts: Facts) -> Iterator[str]:
    group = facts.group
    clock = time.strftime("%H:%M:%S", time.localtime(facts.taken))
    yield f"{plain(facts.target)}  {clock}  {len(facts.processes):,} processes"
    yield _bar("memory", group.memory_used, group.memory_limit, size)
    yield _bar("pids", group.pids_used, group.pids_limit, lambda value: f"{value:,.0f}")
    for leak in leaks(facts)[:2]:
        parent = who(leak.parent) if leak.parent else "outside"
        rate = f", 1 every {span(1 / leak.rate)}" if leak.rate else ""
        left = ""
        if leak.rate and group.pids_limit and group.pids_used is not None:
            left = f", full in {span((group.pids_limit - group.pids_used) / leak.rate)}"
        yield f"zombies {len(leak.zombies):,} of {parent}{rate}{left}"


def _bar(label: str, used: int | None, limit: int | None, show: Callable[[float], str]) -> str:
    if not limit or used is None:
        return f"{label:<8}{_of(used, limit, show)}"
    full = min(_BAR, round(_BAR * used / limit))
    return f"{label:<8}[{'#' * full}{'.' * (_BAR - full)}] {_of(used, limit, show)}"


def _of(used: int | None, limit: int | None, show: Callable[[float], str]) -> str:
    now = "unknown" if used is None else show(used)
    return f"{now} of {show(limit)}" if limit else f"{now}, no limit"


def _tree(facts: Facts, *, colour: bool) -> Iterator[str]:
    stacks = {
        one.pid: max((s.used / s.size for s in one.threads if s.thread and s.size), default=None)
        for one in facts.stacks or ()
    }
    below: dict[int, list[Process]] = {}
    for one in facts.processes:
        below.setdefault(one.parent, []).append(one)
    known = {one.pid for one in facts.processes}
    waiting = [(one, 0) for one in facts.processes if one.parent not in known and not one.own]
    waiting.reverse()
    seen: set[int] = set()
    yield f"  {'PID':>6}  {'RSS':>9}  {'FILES':>5}  {'STACK':>5}  PROCESS"
    while waiting:
        one, depth = waiting.pop()
        if one.pid in seen:
            continue
        seen.add(one.pid)
        children = [child for child in below.get(one.pid, []) if not child.own]
        yield _row(one, depth, stacks.get(one.pid), colour=colour)
        dead = [child for child in children if child.state == "Z"]
        if len(dead) > 2:
            text = f"{' ' * 37}{'  ' * depth}{len(dead):,} zombies: {_names(dead)}"
            yield _painted("zombie", text, colour=colour)
            children = [child for child in children if child.state != "Z"]
        waiting.extend((child, depth + 1) for child in reversed(children))


def _row(one: Process, depth: int, stack: float | None, *, colour: bool) -> str:
    dead = one.state == "Z"
    rss = "" if one.rss is None or dead else size(one.rss)
    files = "" if one.files is None or dead else f"{one.files:,}"
    used = "" if stack is None else f"{stack:.0%}"
    threads = f" ({one.threads} threads)" if one.threads > 1 else ""
    label = f"{name(one.program or one.name)}{' zombie' if dead else ''}{threads}"
    text = f"  {one.inner:>6}  {rss:>9}  {files:>5}  {used:>5}  {'  ' * depth}{label}"
    return _painted("zombie", text, colour=colour and dead)


def _names(dead: Iterable[Process]) -> str:
    return ", ".join(sorted({name(one.name) for one in dead})[:3])


def _found(result: Result, *, colour: bool) -> Iterator[str]:
    for finding in result.findings:
        if finding.severity != SEVERITIES[-1]:
            text = _painted(finding.severity, f"{finding.severity:<8}", colour=colour)
            yield f"{text} {finding.id}: {finding.evidence}"
    notes = sum(finding.severity == SEVERITIES[-1] for finding in result.findings)
    yield f"{notes} info, {len(result.unknown)} unknown; Ctrl-C ends and tells all"


def _painted(kind: str, text: str, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if colour else text
