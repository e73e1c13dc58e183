"""What is wrong with a contract, an env file or the environment, and how values are shown."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SHOWN: Final = 60
PLAIN: Final = 200
_SHORT: Final = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


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
        """Say what is wrong; ``line`` 0 is none, ``file`` None the process environment."""
        self.text = text
        self.variable = variable
        self.file = file
        self.line = line
        self.warning = warning


def quote(value: bytes) -> str:
    """Return ``value`` in double quotes, escaped and cut as every message shows values."""
    text = value.decode("utf-8", "surrogateescape")
    shown = "".join(_escaped(character) for character in text[:SHOWN])
    return f'"{shown}{"…" if len(text) > SHOWN else ""}"'


def plain(text: str) -> str:
    """Return a name or path without quotes, so that it stays on one line, cut if it is long."""
    shown = "".join(c if c in '"\\' else _escaped(c) for c in text[:PLAIN])
    return f"{shown}…" if len(text) > PLAIN else shown


def json_string(text: str) -> str:
    """Return ``text`` as JSON has it; a byte that is not UTF-8 is told as in :func:`quote`."""
    shown = "".join(_escaped(c, control="\\u00", byte="\\\\x") for c in text)
    return f'"{shown}"'


def _escaped(character: str, *, control: str = "\\x", byte: str = "\\x") -> str:
    code = ord(character)
    if code in _SHORT:
        return _SHORT[code]
    if code < 0x20 or code == 0x7F:  # noqa: PLR2004
        return f"{control}{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004  # a byte that is not UTF-8
        return f"{byte}{code - 0xDC00:02x}"
    return character
