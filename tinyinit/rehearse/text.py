"""A run as lines of text: the verdicts, and a lane for each process."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tinyinit.rehearse._lanes import Lane, Picture, picture
from tinyinit.rehearse.model import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinyinit.rehearse.model import Run

_LEAST_WIDTH = 50


class Piece(NamedTuple):
    """Some text and how it looks: a style's name, "" for plain."""

    text: str
    style: str = ""


Line = list[Piece]

_ASCII: dict[int, int] = str.maketrans("─━▼✕●│…", "-=v#*|.")


def as_text(run: Run, *, width: int = 100, unicode: bool = True) -> str:
    """Return a run as lines of at most `width` columns, without colour."""
    text = "".join(
        "".join(piece.text for piece in line).rstrip() + "\n" for line in lines(run, width=width)
    )
    return text if unicode else in_ascii(text)


def in_ascii(text: str) -> str:
    """Return lines with what ASCII has for their signs."""
    return text.translate(_ASCII).encode("ascii", "replace").decode()


def lines(run: Run, *, width: int = 100, until: float | None = None) -> Iterator[Line]:
    """Yield a run's lines: what is said of it, then the timeline."""
    yield from said(run)
    yield []
    yield from timeline(picture(run, until), max(width, _LEAST_WIDTH))


def headline(run: Run) -> str:
    """Return a run in one line: what was in front, how it ended, after which time."""
    front = "no init" if run.init == "none" else run.init
    note = f", stopped {run.note}" if run.note else ""
    code = "" if run.exit_code is None else f", exit code {run.exit_code}"
    ended = "killed" if run.killed else "stopped"
    lost = f", {run.lost} requests lost" if run.lost else ""
    return f"{front}{note}: {ended} after {duration(run.stop_ms)}{code}{lost}"


def said(run: Run) -> Iterator[Line]:
    """Yield the verdicts, each with its cause and the change that cures it."""
    yield [Piece(headline(run), "bold")]
    for verdict in run.verdicts:
        style = "green" if verdict.id == "clean" else "red"
        yield [Piece("  "), Piece(verdict.id, style), Piece(f": {verdict.cause}")]
        if verdict.advice:
            yield [Piece(f"    to cure it: {verdict.advice}")]


def timeline(drawn: Picture, width: int) -> Iterator[Line]:
    """Yield the axis and the lanes."""
    names = [_name(lane) for lane in drawn.lanes]
    left = min(max(len(name) for name in names), width // 3)
    right = max(len(lane.ending) for lane in drawn.lanes) + 1
    columns = width - left - right - 4
    yield _axis(drawn, left, columns)
    for lane, name in zip(drawn.lanes, names, strict=True):
        cells = _cells(lane, drawn, columns)
        style = "red" if lane.how in ("cut off", "killed") else "green"
        yield [
            Piece(f"  {_cut(name, left):<{left}} "),
            *_joined(cells),
            Piece(f" {lane.ending}", style),
        ]
    if drawn.hidden:
        yield [Piece(f"  … and {drawn.hidden} more like them")]


def _name(lane: Lane) -> str:
    more = f" x{lane.alike + 1}" if lane.alike else ""
    return f"{'  ' * min(lane.depth, 4)}{lane.process.program} ({lane.process.pid}){more}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _axis(drawn: Picture, left: int, columns: int) -> Line:
    run = drawn.run
    start, end = f"SIG{run.stop}", duration(drawn.until)
    grace = _column(run.grace_ms, drawn, columns)
    text = list(start.ljust(columns))
    word = f"grace {run.grace_ms / 1000:g} s│"
    if run.grace_ms > drawn.until:
        text[columns - len(end) :] = list(end)
    elif len(start) + len(word) < grace < columns:
        text[grace - len(word) + 1 : grace + 1] = list(word)
    return [Piece(" " * (left + 3)), Piece("".join(text)[:columns], "dim")]


def _column(ms: float, drawn: Picture, columns: int) -> int:
    return min(max(round(ms / drawn.until * (columns - 1)), 0), columns - 1)


def _cells(lane: Lane, drawn: Picture, columns: int) -> list[Piece]:
    cells = [Piece(" ")] * columns
    first, last = _column(lane.start, drawn, columns), _column(lane.end, drawn, columns)
    if lane.process.took(drawn.run.stop):
        last = max(last, min(first + 1, columns - 1))  # room for the signal and the end
    for at in range(first, last + 1):
        cells[at] = Piece("─", "dim")
    if lane.work:
        begin = _column(lane.work[0], drawn, columns)
        for at in range(begin, last + 1):
            cells[at] = Piece("━", "yellow")
    killed = lane.how in ("cut off", "killed")
    cells[last] = Piece("✕", "red") if killed else Piece("●", "green")
    for signal in lane.process.signals:
        if signal.signal not in ("KILL", "CONT") and signal.ms >= -1:
            at = _column(signal.ms, drawn, columns)
            if at != last or not killed:
                cells[at] = Piece("▼", "cyan")
    return cells


def _joined(cells: list[Piece]) -> Line:
    """Join neighbours of one style."""
    found: Line = []
    for cell in cells:
        if found and found[-1].style == cell.style:
            found[-1] = Piece(found[-1].text + cell.text, cell.style)
        else:
            found.append(cell)
    return found
