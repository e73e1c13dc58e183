"""Logs of an app in a container: lines of JSON on standard output, and no secret in them.

`configure()` is called once, first thing in the app. From then on everything that goes through
structlog or `logging`, warnings and uncaught exceptions come out as one event each. It needs
structlog, the extra `tinyinit[logs]`; `hide` and `hide_secrets` do not.
"""

from __future__ import annotations

from tinyinit.base.codes import WRONG_CONFIGURATION
from tinyinit.base.hidden import HIDDEN
from tinyinit.logs._mask import hide, hide_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal, TextIO

__all__ = ["HIDDEN", "configure", "configure_or_exit", "hide", "hide_secrets"]


def configure(
    *,
    level: Literal["debug", "info", "warning", "error", "critical"] = "info",
    format: Literal["auto", "json", "text"] = "auto",  # noqa: A002  # the variable is LOG_FORMAT
    on_full: Literal["block", "drop"] = "block",
    environ: Mapping[str, str] | None = None,
    stream: TextIO | None = None,
) -> None:
    """Send what structlog and `logging` are told to standard output; a second call replaces.

    LOG_LEVEL and LOG_FORMAT of the environment win over `level` and `format`, which are their
    defaults. `auto` is text on a terminal and JSON elsewhere. `on_full` says what to do while
    nobody reads the output: "block" waits, "drop" drops lines, counts them, and says how many
    when there is room. A closed output is never an error. `environ` is for tests, and so is
    `stream`; they are `os.environ` and `sys.stdout`.

    `ConfigError`: LOG_LEVEL or LOG_FORMAT is not one of these; its text is the report.
    `ImportError`: structlog is not installed. `ValueError`: an argument is not one of these.
    """
    try:
        from tinyinit.logs import _setup  # an extra
    except ImportError as error:
        if error.name != "structlog":
            raise
        raise ImportError(
            "tinyinit.logs needs structlog, which is not installed; "
            "install the extra: pip install 'tinyinit[logs]'",
            name="structlog",
        ) from error
    _setup.configure(level, format, on_full, environ, stream)


def configure_or_exit(
    *,
    level: Literal["debug", "info", "warning", "error", "critical"] = "info",
    format: Literal["auto", "json", "text"] = "auto",  # noqa: A002
    on_full: Literal["block", "drop"] = "block",
) -> None:
    """Do the same as `configure`; a wrong environment is reported and ends the app with 78."""
    from tinyinit.config import ConfigError

    try:
        configure(level=level, format=format, on_full=on_full)
    except ConfigError as error:
        import sys

        sys.stderr.write(f"{error}\n")
        raise SystemExit(WRONG_CONFIGURATION) from None
