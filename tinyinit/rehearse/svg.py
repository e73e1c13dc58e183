"""The picture: a lane for each process, the signal's path as arrows, work as bars, KILL in red."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tinyinit.rehearse._lanes import Lane, Picture, picture
from tinyinit.rehearse.model import duration
from tinyinit.rehearse.text import headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinyinit.rehearse.model import Run, Signal

WIDE, NARROW = 860, 380
_NARROW_BELOW = 600
_CHARACTER = 7.0
"""Width of a character of 13 pixels, a little more than most are."""
_BOLD = 7.6
_SHORTEST = 14.0
"""The least length of a lane: what ends at once must still be seen to end."""
_HIDDEN_SIGNALS = frozenset({"CHLD", "CONT", "URG"})

STYLE = """\
.tinyinit { --ink: #1f2328; --soft: #656d76; --line: #8c959f; --paper: #ffffff; --band: #f0f4f8;
  --work: #d4880a; --kill: #cf222e; --good: #1a7f37; --sent: #0969da; --edge: #d0d7de }
@media (prefers-color-scheme: dark) { .tinyinit { --ink: #e6edf3; --soft: #9198a1; --line: #6e7681;
  --paper: #0d1117; --band: #18202b; --work: #e3a534; --kill: #ff7b72; --good: #3fb950;
  --sent: #58a6ff; --edge: #30363d } }
.tinyinit text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  fill: var(--ink) }
.tinyinit .title { font-weight: 600; font-size: 15px }
.tinyinit .small { font-size: 13px }
.tinyinit .soft { fill: var(--soft); font-size: 12px }
.tinyinit .paper { fill: var(--paper) }
.tinyinit .band { fill: var(--band) }
.tinyinit .life { stroke: var(--line); stroke-width: 2 }
.tinyinit .work { fill: var(--work) }
.tinyinit .kill { stroke: var(--kill); fill: none; stroke-width: 3; stroke-linecap: round }
.tinyinit .killed { fill: var(--kill); font-weight: 600 }
.tinyinit .good { fill: var(--good) }
.tinyinit .sent { stroke: var(--sent); stroke-width: 1.5; fill: none }
.tinyinit .head { fill: var(--sent) }
.tinyinit .late { stroke: var(--kill); stroke-dasharray: 4 3; stroke-width: 1.5 }
.tinyinit .edge { stroke: var(--edge) }
"""


@dataclass(frozen=True)
class Frame:
    """Where things stand in one panel, in pixels."""

    width: float
    left: float
    right: float
    top: float
    lane: float
    narrow: bool
    until: float

    def x(self, ms: float) -> float:
        """Return where a time is."""
        share = min(max(ms / self.until, 0.0), 1.0)
        return self.left + share * (self.right - self.left)

    def y(self, index: int) -> float:
        """Return where a lane's line is."""
        return self.top + index * self.lane + (self.lane - 9 if self.narrow else self.lane / 2)


def as_svg(runs: Sequence[Run], width: int = WIDE) -> str:
    """Return all runs below each other on one time axis, as one SVG file."""
    shown = _different(runs)
    until = max(picture(run).until for run in shown)
    parts: list[str] = []
    height = 8.0
    drawn = [picture(run, until) for run in shown]
    longest = max(len(_name(lane)) for one in drawn for lane in one.lanes)
    left = 16.0 if width < _NARROW_BELOW else min(longest * _CHARACTER + 24, width * 0.34)
    for one in drawn:
        body, size = _panel(one, width, height, left)
        parts.append(body)
        height += size
    legend = _legend(width, height)
    height += 46 if width < _NARROW_BELOW else 28
    title = escape("; ".join(f"{headline(run)}: {run.verdicts[0].id}" for run in shown))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tinyinit" role="img" '
        f'viewBox="0 0 {width} {height:.0f}" width="{width}">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}</style>\n"
        f'<rect class="paper" width="{width}" height="{height:.0f}"/>\n{"".join(parts)}{legend}'
        "</svg>\n"
    )


def _different(runs: Sequence[Run]) -> list[Run]:
    """Return one run of each kind: the same init, the same moment, the same verdicts."""
    found: dict[tuple[object, ...], Run] = {}
    for run in runs:
        found.setdefault((run.init, run.note, *(one.id for one in run.verdicts)), run)
    return list(found.values())


def _panel(drawn: Picture, width: int, top: float, left: float) -> tuple[str, float]:
    narrow = width < _NARROW_BELOW
    said = list(_said(drawn.run, width))
    head = 30 + 17 * len(said) + 26
    lane = 38.0 if narrow else 28.0
    frame = Frame(
        width, left, width - (118 if narrow else 140), top + head, lane, narrow, drawn.until
    )
    height = head + lane * len(drawn.lanes) + (18 if drawn.hidden else 0) + 22
    parts = [
        *_heading(drawn.run, said, top, narrow=narrow),
        *_band(drawn, frame),
        *(part for index, one in enumerate(drawn.lanes) for part in _lane(one, frame, index)),
        *_arrows(drawn, frame),
    ]
    if drawn.hidden:
        y = frame.top + lane * len(drawn.lanes) + 12
        parts.append(_text(16, y, f"… and {drawn.hidden} more like them", "soft"))
    parts.append(_line(0, top + height - 6, width, top + height - 6, "edge"))
    return "\n".join(parts) + "\n", height


def _heading(run: Run, said: Sequence[str], top: float, *, narrow: bool) -> Iterator[str]:
    kind = "good" if run.clean else "killed"
    size = "title small" if narrow else "title"
    yield _text(16, top + 22, headline(run), size)
    for index, line in enumerate(said):
        yield _text(16, top + 42 + 17 * index, line, kind)


def _said(run: Run, width: int) -> Iterator[str]:
    """Yield the first verdict, in lines of the panel's width."""
    first = run.verdicts[0]
    line = ""
    for word in f"{first.id}: {first.cause}".split():
        if line and (len(line) + 1 + len(word)) * _BOLD > width - 24:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def _band(drawn: Picture, frame: Frame) -> Iterator[str]:
    run = drawn.run
    bottom = frame.top + frame.lane * len(drawn.lanes) + 2
    end = frame.x(min(run.grace_ms, drawn.until))
    yield (
        f'<rect class="band" x="{frame.left:.1f}" y="{frame.top - 20:.1f}" '
        f'width="{end - frame.left:.1f}" height="{bottom - frame.top + 20:.1f}"/>'
    )
    yield _text(frame.left + 6, frame.top - 7, f"SIG{run.stop} at 0 s", "soft")
    seconds = run.grace_ms / 1000
    if run.grace_ms <= drawn.until:
        yield _line(end, frame.top - 20, end, bottom, "late")
        yield _text(end - 4, frame.top - 7, f"grace ends, {seconds:g} s", "soft", "end")
    else:
        at = f"{duration(drawn.until)} of {seconds:g} s grace"
        yield _text(end - 4, frame.top - 7, at, "soft", "end")


def _name(lane: Lane) -> str:
    more = f" x{lane.alike + 1}" if lane.alike else ""
    return f"{'  ' * min(lane.depth, 4)}{lane.process.program} ({lane.process.pid}){more}"


def _lane(lane: Lane, frame: Frame, index: int) -> Iterator[str]:
    y = frame.y(index)
    first = frame.x(lane.start)
    last = max(frame.x(lane.end), min(first + _SHORTEST, frame.right))
    name = _name(lane)
    room = int((frame.width if frame.narrow else frame.left - 20) / _CHARACTER)
    name = name if len(name) <= room else name[: room - 1] + "…"
    indent = (len(name) - len(name.lstrip())) * 5.0
    label_y = y - 12 if frame.narrow else y + 4.5
    yield _text((40 if frame.narrow else 16) + indent, label_y, name.strip())
    yield _line(first, y, last, y, "life")
    if lane.work:
        begin = frame.x(lane.work[0])
        wide = max(last - begin, 4)
        yield (
            f'<rect class="work" x="{begin:.1f}" y="{y - 5:.1f}" width="{wide:.1f}" '
            'height="10" rx="2"/>'
        )
    after = duration(lane.end)
    if lane.how in ("cut off", "killed"):
        d = 5.5
        yield (
            f'<path class="kill" d="M{last - d:.1f} {y - d:.1f}l{2 * d} {2 * d}'
            f'M{last - d:.1f} {y + d:.1f}l{2 * d} -{2 * d}"/>'
        )
        yield _text(last + 11, y + 4.5, f"{lane.ending}, {after}", "killed")
    else:
        yield f'<circle class="good" cx="{last:.1f}" cy="{y:.1f}" r="5"/>'
        yield _text(last + 11, y + 4.5, f"{lane.ending}, {after}")


def _arrows(drawn: Picture, frame: Frame) -> Iterator[str]:
    """Yield an arrow for each signal, from its sender's lane or from outside the tree."""
    rows = {lane.process.pid: index for index, lane in enumerate(drawn.lanes)}
    taken: list[tuple[float, float]] = []
    for index, lane in enumerate(drawn.lanes):
        before: set[str] = set()
        for signal in lane.process.signals:
            if signal.ms < -1 or signal.signal in _HIDDEN_SIGNALS or signal.signal in before:
                continue
            before.add(signal.signal)
            if signal.signal == "KILL" and lane.how not in ("cut off", "killed"):
                continue
            yield from _arrow(signal, index, rows, frame, drawn.run.stop, taken)


def _arrow(  # noqa: PLR0913, PLR0917  # one arrow: from, to, and what is there already
    signal: Signal,
    row: int,
    rows: dict[int, int],
    frame: Frame,
    stop: str,
    taken: list[tuple[float, float]],
) -> Iterator[str]:
    sender = rows.get(signal.sender)
    if sender == row:
        return
    end = frame.y(row)
    start = frame.top - 4 if sender is None else frame.y(sender)
    x = frame.x(signal.ms)
    while any(abs(x - other) < 8 and abs(end - y) < frame.lane * 4 for other, y in taken):
        x += 8  # two arrows at one moment stand beside each other
    taken.append((x, end))
    killing = " late" if signal.signal == "KILL" else ""
    gap = 6 if end > start else -6
    yield _line(x, start, x, end - gap, f"sent{killing}")
    head = f"M{x - 4:.1f} {end - gap * 1.6:.1f}l8 0l-4 {gap * 1.3:.1f}z"
    yield f'<path class="{"killed" if killing else "head"}" d="{head}"/>'
    if signal.signal not in (stop, "KILL") and not frame.narrow:
        yield _text(x + 6, end - 7, signal.signal, "soft")


def _legend(width: int, top: float) -> str:
    y = top + 12
    parts = [
        f'<rect class="work" x="16" y="{y - 9:.1f}" width="22" height="10" rx="2"/>',
        _text(44, y, "handler at work", "soft"),
        f'<path class="head" d="M158 {y - 9:.1f}l8 0l-4 8z"/>',
        _text(172, y, "signal", "soft"),
        f'<circle class="good" cx="230" cy="{y - 4:.1f}" r="5"/>',
        _text(242, y, "ended by itself", "soft"),
    ]
    x, y = (16, y + 18) if width < _NARROW_BELOW else (350, y)
    parts.append(
        f'<path class="kill" d="M{x} {y - 9:.1f}l10 10M{x} {y + 1:.1f}l10 -10"/>'
        + _text(x + 18, y, "killed by SIGKILL", "soft")
        + f'<rect class="band" x="{x + 132}" y="{y - 10:.1f}" width="22" height="12"/>'
        + _text(x + 160, y, "grace period", "soft")
    )
    return "\n".join(parts) + "\n"


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "") -> str:
    look = f' class="{kind}"' if kind else ""
    side = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{look}{side}>{escape(text)}</text>'


def _line(x: float, y: float, to_x: float, to_y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'
