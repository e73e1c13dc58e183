"""What a failing test shows of the containers it had to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit.engine import EngineError
from tinyinit.testing._report import Result, end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tinyinit.testing._container import Container


def sections(seen: Iterable[Container | Result]) -> Iterator[tuple[str, str]]:
    """Yield title and text: the timeline of each stop, the end of each log."""
    for one in seen:
        if isinstance(one, Result):
            title = f"container that ended with exit code {one.exit_code}"
            yield f"end of the log: {title}", end_of(one.output)
            continue
        name = f"container {one.id[:12]}"
        if one.report is not None and one.report.timeline:
            yield f"timeline: the stop of {name}", one.report.timeline
        yield f"end of the log: {name}", end_of(_log(one))


def _log(one: Container) -> str:
    if one.report is not None:
        return one.report.log
    if one.kept_log is not None:
        return one.kept_log
    try:
        return one.logs()
    except EngineError as error:  # it, or the engine, has gone
        return f"({error})"
