"""Joins structlog, `logging`, their sources and the output; imported only with structlog there."""

from __future__ import annotations

import atexit
import logging
import os
import sys

import structlog

from tinyinit.logs._events import STRUCTLOG, as_json, as_text, failure
from tinyinit.logs._output import Output
from tinyinit.logs._settings import read
from tinyinit.logs._sources import (
    adopt_servers,
    capture_uncaught,
    capture_warnings,
    writes_to_console,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TextIO

    from structlog.typing import EventDict


class Handler(logging.Handler):
    """The one handler: a record is a line, and logging never fails."""

    def __init__(
        self, stream: TextIO | None, line: Callable[[logging.LogRecord], str], *, drop: bool
    ) -> None:
        """Write to the stream what `line` makes of records."""
        super().__init__()
        self._line = line
        self.output = Output(stream, drop=drop, tell=self._tell)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        self.output.send(self._bytes(record))

    def _bytes(self, record: logging.LogRecord) -> bytes:
        try:
            line = self._line(record)
        except Exception as error:  # noqa: BLE001  # a log call must not be what ends an app
            line = failure(record, error)
        # In JSON, a lone surrogate's escape is that of JSON too.
        return f"{line}\n".encode("utf-8", "backslashreplace")

    def _tell(self, lost: int) -> bytes:
        record = logging.LogRecord(
            "tinyinit.logs", logging.WARNING, __file__, 0, "log lines were lost", None, None
        )
        record.lost = lost
        return self._bytes(record)


_handler: Handler | None = None


def configure(
    level: str,
    format: str,  # noqa: A002
    on_full: str,
    environ: Mapping[str, str] | None,
    stream: TextIO | None,
) -> None:
    """Do what `tinyinit.logs.configure` says."""
    global _handler  # `logging` is global, and so is what it writes to
    if on_full not in {"block", "drop"}:
        raise ValueError(f'on_full is {on_full!r}, expected "block" or "drop"')
    level, format = read(level, format, environ)  # noqa: A001
    stream = sys.stdout if stream is None else stream
    terminal = _is_terminal(stream)
    text = format == "text" or (format == "auto" and terminal)
    handler = Handler(stream, _text(colors=terminal) if text else as_json, drop=on_full == "drop")
    before, _handler = _handler, handler
    _use(handler, before, logging.getLevelNamesMapping()[level.upper()])
    if before is None:
        if hasattr(os, "register_at_fork"):  # Windows has no fork
            os.register_at_fork(after_in_child=_after_fork)
        atexit.register(_at_exit)
    else:
        before.output.finish()
        before.output.close()


def _use(handler: Handler, before: Handler | None, level: int) -> None:
    root = logging.getLogger()
    for other in root.handlers[:]:
        if other is before or writes_to_console(other):
            root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level)
    adopt_servers(handler)
    capture_warnings()
    capture_uncaught(lambda: handler.output.lost)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            _hand_over,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _hand_over(
    _logger: object, _name: str, event: EventDict
) -> tuple[tuple[object, ...], dict[str, Any]]:
    """Make an event of structlog a record like any other, for other handlers too."""
    of_logging = ("exc_info", "stack_info", "stacklevel")
    words: dict[str, Any] = {key: event.pop(key) for key in of_logging if key in event}
    return (event.pop("event", ""),), {**words, "extra": {STRUCTLOG: event}}


def _text(*, colors: bool) -> Callable[[logging.LogRecord], str]:
    wanted = colors and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    renderer = structlog.dev.ConsoleRenderer(
        colors=wanted,
        sort_keys=False,
        timestamp_key="time",
        # Any other may show the values of variables, cut: part of a secret would not be known.
        exception_formatter=structlog.dev.plain_traceback,
    )
    return as_text(lambda fields: str(renderer(None, "", dict(fields))))


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _after_fork() -> None:
    if _handler:
        _handler.output.start_again()


def _at_exit() -> None:
    if _handler:
        _handler.output.finish()
