"""What is wrong with a contract, an env file or the environment, and how values are shown."""

from __future__ import annotations

from tinyinit.base import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SHOWN: Final = 60
PLAIN: Final = 200


class Problem:
    """One problem or warning: of a variable, or of a file at a line."""

    __slots__ = ("file", "line", "text", "variable", "warning")

    def __init__(
        self,
        text: str,
        *,
        variable: str | None = None,
        file: str | None = None,
        line: int = 0,
        warning: bool = False,
    ) -> None:
        """Say what is wrong; `line` 0 is none, `file` None the process environment."""
        self.text = text
        self.variable = variable
        self.file = file
        self.line = line
        self.warning = warning


def quote(value: bytes) -> str:
    """Return `value` in double quotes, escaped and cut as every message shows values."""
    return text.quote(value, SHOWN, as_core=True)


def plain(name: str) -> str:
    """Return a name or path without quotes, so that it stays on one line, cut if it is long."""
    return text.plain(name, PLAIN, as_core=True)
