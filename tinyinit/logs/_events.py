"""From a record of `logging` to a line."""

from __future__ import annotations

import contextlib
import json
import logging
import time
import traceback

from tinyinit.logs._mask import mask, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from tinyinit.logs._mask import Plain

STRUCTLOG: Final = "_structlog"
"""The attribute of a record that has the fields of an event of structlog."""

_STANDARD: Final = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message", STRUCTLOG}
)
_OURS: Final = frozenset({"time", "level", "event", "logger", "exception", "stack"})
_ACCESS: Final[dict[str, tuple[tuple[str, object], ...]]] = {
    "uvicorn.access": (("client", 0), ("method", 1), ("path", 2), ("status", 4)),
    "gunicorn.access": (("client", "h"), ("method", "m"), ("path", "U"), ("status", "s")),
}
# What would move the cursor, or make a line look like another: all but newline and tab.
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    9: "\t",
    10: "\n",
}


def describe(record: logging.LogRecord, clean: Callable[[str], str] = mask) -> dict[str, Plain]:
    """Return what a line says, in its order, without secrets."""
    fields: dict[str, Plain] = {}
    event = _message(record, fields)
    for key, value in _given(record).items():
        name = clean(str(key))
        fields[f"{name}_" if name in _OURS else name] = plain(value, clean)
    if record.exc_info and record.exc_info[0]:
        trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        fields["exception"] = clean(trace)
    elif record.exc_text:
        fields["exception"] = clean(record.exc_text)
    if record.stack_info:
        fields["stack"] = clean(record.stack_info)
    return {
        "time": _time(record.created),
        "level": record.levelname.lower(),
        "event": clean(event),
        "logger": record.name,
        **fields,
    }


def as_json(record: logging.LogRecord) -> str:
    """Return one line of JSON."""
    return json.dumps(describe(record), ensure_ascii=False)


def as_text(render: Callable[[dict[str, Plain]], str]) -> Callable[[logging.LogRecord], str]:
    """Return what makes readable text of a record, with `render` of the event's fields."""

    def line(record: logging.LogRecord) -> str:
        return render(describe(record, lambda text: mask(text).translate(_CONTROL)))

    return line


def failure(record: logging.LogRecord, error: Exception) -> str:
    """Return the line of a record that no line can be made of, with nothing of what it says."""
    return json.dumps(
        {
            "time": _time(record.created),
            "level": "error",
            "event": "a log call failed",
            "logger": record.name,
            "problem": type(error).__name__,
            "at": f"{record.pathname}:{record.lineno}",
        }
    )


def _message(record: logging.LogRecord, fields: dict[str, Plain]) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001  # arguments that do not fit, a `__str__` that raises
        fields["problem"] = mask(f"cannot be formatted: {type(error).__name__}: {error}")
        fields["at"] = f"{record.pathname}:{record.lineno}"
        return record.msg if isinstance(record.msg, str) else f"<{type(record.msg).__name__}>"


def _given(record: logging.LogRecord) -> Mapping[str, object]:
    fields: dict[str, object] = {
        key: value for key, value in vars(record).items() if key not in _STANDARD
    }
    fields.update(getattr(record, STRUCTLOG, {}))
    args: Any = record.args
    # Another version's may be others, and so may those of a format of the user's own.
    with contextlib.suppress(LookupError, TypeError):
        fields.update({name: args[place] for name, place in _ACCESS.get(record.name, ())})
    return fields


def _time(seconds: float) -> str:
    milliseconds = int(seconds * 1000)
    second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000))
    return f"{second}.{milliseconds % 1000:03d}Z"
