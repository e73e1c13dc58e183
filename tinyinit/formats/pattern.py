"""The part of regular expressions that POSIX and Python read alike; pattern.c is its twin."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern
    from typing import Final

_STATES: Final = 1000
_DEPTH: Final = 20
_BYTES: Final = 0xFFFF
_TOO_LARGE: Final = "is too large (repeats count in full)"
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_DIGITS: Final = frozenset("0123456789")
#: As written in a set of Python's. No value holds a NUL.
_CLASSES: Final = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "0-9A-Za-z",
    "upper": "A-Z",
    "lower": "a-z",
    "space": "\\t-\\r ",
    "blank": "\\t ",
    "punct": "!-/:-@\\[-`{-~",
    "print": " -~",
    "graph": "!-~",
    "cntrl": "\\x00-\\x1f\\x7f",
    "xdigit": "0-9A-Fa-f",
}
_compiled: dict[str, Pattern[str]] = {}


def matches(text: str, value: str) -> bool:
    """Return whether the whole of `value` matches the pattern `text`.

    Raises ValueError with what is wrong with the pattern.
    """
    pattern = _compiled.get(text)
    if pattern is None:
        import re  # slow to import, and most contracts have no pattern

        pattern = _compiled[text] = re.compile(translate(text))
    return pattern.fullmatch(value) is not None


def translate(text: str) -> str:
    """Return `text` as Python's re has to be told it, to be matched as a whole.

    Raises ValueError with what is wrong, worded to follow "its pattern".
    """
    return _Translator(text).whole()


class _Translator:
    """Reads as pattern.c compiles, and counts the states that it would take."""

    __slots__ = ("at", "states", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.states = 0

    def whole(self) -> str:
        if len(self.text.encode("utf-8", "surrogateescape")) > _BYTES:
            raise ValueError(_TOO_LARGE)
        return f"(?s){self._alternatives(0)}"

    def _peek(self, offset: int = 0) -> str:
        """Return a character of what is left, or "" after its end."""
        return self.text[self.at + offset : self.at + offset + 1]

    def _take(self) -> str:
        character = self._peek()
        self.at += 1
        return character

    def _take_if(self, character: str) -> bool:
        found = self._peek() == character
        self.at += found
        return found

    def _grow(self, states: int) -> None:
        self.states += states
        if self.states > _STATES:
            raise ValueError(_TOO_LARGE)

    def _alternatives(self, depth: int) -> str:
        parts = [self._part(depth)]
        while self._take_if("|"):
            self._grow(2)
            parts.append(self._part(depth))
        return "|".join(parts)

    def _part(self, depth: int) -> str:
        ends = ("", "|", ")") if depth > 0 else ("", "|")
        if self._peek() in ends:
            raise ValueError("has an empty part")
        pieces: list[str] = []
        while self._peek() not in ends:
            pieces.append(self._piece(depth))
        return "".join(pieces)

    def _piece(self, depth: int) -> str:
        before = self.states
        if self._at_repeat():
            raise ValueError("has nothing to repeat before *, +, ? or {")
        character = self._take()
        if character == "(":
            piece = f"(?:{self._group(depth)})"
        else:
            piece = self._single(character)
            self._grow(1)
        if self._at_repeat():
            piece += self._repeat(before)
        return piece

    def _single(self, character: str) -> str:
        if character in "^$":
            raise ValueError("has an anchor; the whole value must match anyway")
        if character in ")]}":
            raise ValueError("has a ), ] or } that closes nothing")
        if character == "[":
            return self._set()
        if character == "\\":
            character = self._take()
            if character not in _PUNCTUATION:
                raise ValueError("has a backslash before what is not punctuation")
            return _literal(character)
        return "." if character == "." else _literal(character)

    def _group(self, depth: int) -> str:
        if self._peek() == "?":
            raise ValueError("has (?; only plain groups are supported")
        if depth == _DEPTH:
            raise ValueError("nests its groups too deeply")
        inner = self._alternatives(depth + 1)
        if not self._take_if(")"):
            raise ValueError("has an unclosed group")
        return inner

    def _set(self) -> str:
        items = ["[^" if self._take_if("^") else "["]
        first = True
        while True:
            low = self._take()
            if low == "]" and not first:
                return "".join([*items, "]"])
            if low == "[" and self._take_if(":"):
                items.append(self._class())
            else:
                items.append(self._range(low, first=first))
            first = False

    def _class(self) -> str:
        for name, ranges in _CLASSES.items():
            if self.text.startswith(f"{name}:]", self.at):
                self.at += len(name) + 2
                return ranges
        raise ValueError("has an unknown character class")

    def _range(self, low: str, *, first: bool) -> str:
        high = _member(low)
        if low != "-" and self._peek() == "-" and self._peek(1) != "]":
            self.at += 1
            high = _member(self._take())
        if high == "-" and not (low == "-" and (first or self._peek() == "]")):
            raise ValueError("has - inside a set; put it last")
        if high < low:
            raise ValueError("has a range that runs backwards")
        return _literal(low) if high == low else f"{_literal(low)}-{_literal(high)}"

    def _at_repeat(self) -> bool:
        return self._peek() in {"*", "+", "?", "{"}

    def _number(self) -> int | None:
        start = self.at
        while self._peek() in _DIGITS:
            self.at += 1
        # No more digits than are needed to see that it is too much: int() takes 4,300.
        digits = self.text[start : self.at]
        return int(digits.lstrip("0")[:5] or "0") if digits else None

    def _repeat(self, before: int) -> str:
        sign = self._take()
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1), "{": (0, 0)}[sign]
        if sign == "{":
            least, most = self._bounds()
            sign = (
                f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"
            )
        if self._at_repeat():
            raise ValueError("has two repeats in a row")
        length = self.states - before
        if length > 0:
            if most is None:
                self._grow(max(least, 1) * length + (2 if least == 0 else 1))
            else:
                self._grow(most * length + most - least)
            self.states -= length
        return sign

    def _bounds(self) -> tuple[int, int | None]:
        least = self._number()
        most = least
        endless = False
        if self._take_if(","):
            endless = self._peek() == "}"
            most = None if endless else self._number()
        if least is None or (most is None and not endless) or not self._take_if("}"):
            raise ValueError("has a { that does not begin {m}, {m,} or {m,n}")
        if most is not None and most < least:
            raise ValueError("has a repeat whose minimum exceeds its maximum")
        if max(least, most or 0) > _STATES:
            raise ValueError(_TOO_LARGE)
        return least, most


def _member(character: str) -> str:
    """Return a character of a set that has no meaning of its own."""
    if not character:
        raise ValueError("has an unclosed set")
    if character == "[":
        raise ValueError("has [ in a set")
    if character == "\\":
        raise ValueError("has a backslash in a set")
    return character


def _literal(character: str) -> str:
    return f"\\{character}" if character in _PUNCTUATION else character
