"""All runs of a rehearsal as text, JSON, SVG or HTML."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from typing import TYPE_CHECKING

from tinyinit.rehearse import html, svg, text
from tinyinit.rehearse._lanes import picture
from tinyinit.rehearse.model import Run, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinyinit.rehearse.text import Line

FORMATS = ("text", "json", "svg", "html")
_CUT_SHORT = frozenset({"cut-off", "deaf", "too-slow", "leftovers"})
"""Verdicts after which the recorded time is not what a stop takes."""
_MARGIN = 1.5
_STEP, _COARSE_FROM = 5, 10


def as_json(runs: Sequence[Run]) -> str:
    """Return the JSON report, which docs/rehearse.schema.json describes."""
    return json.dumps(report(list(runs)), indent=2, ensure_ascii=False) + "\n"


def as_lines(runs: Sequence[Run], width: int, drain: float) -> Iterator[Line]:
    """Yield all runs, side by side on one axis where they are compared, and the last line."""
    inits = {run.init for run in runs}
    until = max(picture(run).until for run in runs) if len(inits) > 1 else None
    for run in _worth_showing(runs):
        yield from text.lines(run, width=width, until=until)
        yield []
    if last := grace_period(runs, drain):
        yield [text.Piece(last)]


def _worth_showing(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield each run whose verdicts no earlier one had: twenty alike are one picture."""
    seen: set[tuple[object, ...]] = set()
    for run in runs:
        key = (run.init, run.note, *(one.id for one in run.verdicts))
        if key not in seen:
            seen.add(key)
            yield run


def grace_period(runs: Sequence[Run], drain: float = 0.0) -> str:
    """Return the line to paste into a compose file, "" unless all ended by themselves.

    `drain` is the seconds that tinyinit waits before it passes the stop signal on; the recorded
    times have it in them.
    """
    usual = [run for run in runs if not run.note]
    times = [run.stop_ms / 1000 for run in usual]
    if not times or any(one.id in _CUT_SHORT for run in usual for one in run.verdicts):
        return ""
    slowest = max(max(times) - drain, 0)
    seconds = max(math.ceil((drain + slowest) * _MARGIN), 1)
    if seconds > _COARSE_FROM:
        seconds = math.ceil(seconds / _STEP) * _STEP
    first = f"drain {drain:g} + " if drain else ""
    many = f"slowest of {len(times)} runs" if len(times) > 1 else "1 run"
    return f"stop_grace_period: {seconds}s  # {first}{many} {slowest:.1f} + margin"


def as_form(runs: Sequence[Run], form: str, drain: float) -> str:
    """Return all runs in one of `FORMATS`."""
    if form == "json":
        return as_json(runs)
    if form == "svg":
        return svg.as_svg(runs)
    if form == "html":
        return html.as_html(runs, grace_period(runs, drain))
    return "".join(
        "".join(piece.text for piece in line).rstrip() + "\n" for line in as_lines(runs, 100, drain)
    )


def for_terminal(runs: Sequence[Run], drain: float) -> str:
    """Return all runs as wide as the terminal is, in colour where it has it and rich is here."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    lines = list(as_lines(runs, width, drain))
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        coloured = _with_rich(lines, width)
        if coloured:
            return coloured
    plain = "".join("".join(piece.text for piece in line).rstrip() + "\n" for line in lines)
    encoding = (sys.stdout.encoding or "utf-8").lower().replace("-", "")
    return plain if encoding == "utf8" else text.in_ascii(plain)


def _with_rich(lines: Sequence[Line], width: int) -> str:
    try:
        from rich.console import Console  # an extra: without it, no colour
        from rich.text import Text
    except ImportError:
        return ""
    console = Console(highlight=False, width=width)
    with console.capture() as capture:
        for line in lines:
            console.print(Text.assemble(*((piece.text, piece.style) for piece in line)))
    return capture.get()
