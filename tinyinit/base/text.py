"""Names and values from outside: what a name may be, and how they are shown on one line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SHORT: Final = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}

NAME_LENGTH_MAX: Final = 255
"""The length of a variable's name, in bytes."""
NAME_PATTERN: Final = "[A-Za-z_][A-Za-z0-9_]*"
"""What `is_name` takes, but for its length, as a regular expression for other programs."""
NAME_BEGINS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
NAME_CHARACTERS: Final = NAME_BEGINS | frozenset("0123456789")


def is_name(text: str) -> bool:
    """Say whether a text can be the name of a variable."""
    return (
        text[:1] in NAME_BEGINS
        and NAME_CHARACTERS.issuperset(text)
        and len(text) <= NAME_LENGTH_MAX
    )


def quote(text: str | bytes, most: int | None = None, *, as_core: bool = False) -> str:
    r"""Return `text` in double quotes, what does not print escaped; cut after `most` characters.

    A control character or a byte that is not UTF-8 becomes `\xNN`, any other that does not print
    `\uNNNN`. `as_core` leaves the last as they are: the core cannot tell them, and what both say
    must be the same.
    """
    text = _decoded(text)
    shown = "".join(_escaped(char, as_core=as_core) for char in text[:most])
    return f'"{shown}{"…" if len(text) > len(text[:most]) else ""}"'


def plain(text: str | bytes, most: int | None = None, *, as_core: bool = False) -> str:
    """Return `text` as `quote` does, but without quotes, and with quotes and backslashes as is."""
    text = _decoded(text)
    shown = "".join(c if c in '"\\' else _escaped(c, as_core=as_core) for c in text[:most])
    return f"{shown}…" if len(text) > len(text[:most]) else shown


def json_string(text: str) -> str:
    """Return `text` as JSON has it; of a byte that is not UTF-8 what `quote` shows of it."""
    shown = "".join(_escaped(c, control="\\u00", byte="\\\\x", as_core=True) for c in text)
    return f'"{shown}"'


def _decoded(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "surrogateescape")


def _escaped(
    character: str, *, control: str = "\\x", byte: str = "\\x", as_core: bool = False
) -> str:
    code = ord(character)
    if code in _SHORT:
        return _SHORT[code]
    if code < 0x20 or code == 0x7F:
        return f"{control}{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # os.fsdecode keeps a byte that is not UTF-8 so
        return f"{byte}{code - 0xDC00:02x}"
    return character if as_core or character.isprintable() else f"\\u{code:04x}"
