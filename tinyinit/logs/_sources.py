"""Where events come from: warnings, uncaught exceptions, servers that configure logs themselves."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import warnings

from tinyinit.logs._mask import mask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Final, TextIO

_SERVERS: Final = (
    *("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"),
    *("gunicorn", "gunicorn.error", "gunicorn.access"),
)
_show_to_file = warnings.showwarning


class _Adopted(logging.Logger):
    """A server's logger. Servers set theirs up before or after us; both must end up here."""

    handler: logging.Handler

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802
        """Take our handler in the place of one that writes beside it; any other as it is."""
        super().addHandler(self.handler if writes_to_console(hdlr) else hdlr)

    def setLevel(self, level: int | str) -> None:  # noqa: N802
        """Leave the level to LOG_LEVEL."""


def writes_to_console(handler: logging.Handler) -> bool:
    """Tell whether a handler's lines would stand among ours."""
    consoles = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    stream: object = getattr(handler, "stream", None)
    return stream is not None and any(stream is console for console in consoles)


def adopt_servers(handler: logging.Handler) -> None:
    """Make the loggers of servers propagate, and stay so when they are configured later."""
    _Adopted.handler = handler
    for name in _SERVERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.NOTSET)
        logger.disabled = False
        for other in logger.handlers[:]:
            if isinstance(other, type(handler)) or writes_to_console(other):
                logger.removeHandler(other)
                # Without such a handler, not to propagate is how an access log is off.
                logger.propagate = True
        if type(logger) is logging.Logger:  # of a class of the app's own no more is asked
            logger.__class__ = _Adopted


def capture_warnings() -> None:
    """Make an event of each warning that is shown."""
    warnings.showwarning = _show_warning


def capture_uncaught(lost: Callable[[], int]) -> None:
    """Make an event of the exception that ends the app or a thread; `lost` counts lost lines."""

    def tell(
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
        fields: dict[str, str],
    ) -> None:
        before = lost()
        logging.getLogger("tinyinit.logs").critical(
            "uncaught exception", exc_info=(kind, error or kind(), trace), extra=fields
        )
        if lost() > before and sys.stderr:
            # Nobody reads the logs, and why the app ended must be somewhere.
            sys.stderr.write(mask("".join(traceback.format_exception(kind, error, trace))))

    def of_app(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            tell(kind, error, trace, {})

    def of_thread(hook: threading.ExceptHookArgs) -> None:
        if not issubclass(hook.exc_type, SystemExit):
            name = hook.thread.name if hook.thread else "?"
            tell(hook.exc_type, hook.exc_value, hook.exc_traceback, {"in_thread": name})

    sys.excepthook = of_app
    threading.excepthook = of_thread


def _show_warning(  # noqa: PLR0913, PLR0917  # as `warnings` calls it
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    if file is not None:
        _show_to_file(message, category, filename, lineno, file, line)
        return
    logging.getLogger("py.warnings").warning(
        "%s", message, extra={"category": category.__name__, "at": f"{filename}:{lineno}"}
    )
