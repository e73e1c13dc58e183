"""The lines of env files as people write them for examples and schemas: any dialect, forgiving."""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)", re.DOTALL)
# A comment is taken for a variable only if it looks like nothing else.
_COMMENTED = re.compile(r"#+\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)=(.*)")
_QUOTES = ("'", '"')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class Line:
    """One assignment and the comments directly above it."""

    __slots__ = ("comments", "is_comment", "is_quoted", "name", "number", "remark", "value")

    def __init__(
        self, name: str, raw: str, number: int, comments: list[str], *, is_comment: bool = False
    ) -> None:
        """Take what stands after the `=` as it is written."""
        self.name = name
        self.number = number
        self.comments = comments
        self.is_comment = is_comment
        self.is_quoted = raw.strip()[:1] in _QUOTES
        self.value, self.remark = _parts(raw)


def read_lines(text: str, *, commented: bool) -> tuple[list[Line], list[tuple[int, str]]]:
    """Return the assignments, and what is none with its line and the reason.

    `commented`: a comment that is an assignment is one, too.
    """
    lines: list[Line] = []
    strange: list[tuple[int, str]] = []
    comments: list[str] = []
    rest = text.removeprefix("\ufeff").splitlines()
    number = 0
    while number < len(rest):
        written = rest[number].strip()
        number += 1
        first = number
        if written.startswith("#"):
            found = _COMMENTED.fullmatch(written) if commented else None
            if found is None:
                comments.append(written)
                continue
            lines.append(Line(found[1], found[2], first, comments, is_comment=True))
        elif found := _LINE.fullmatch(rest[first - 1]):
            raw = found[2]
            while _is_open(raw) and number < len(rest):
                raw += "\n" + rest[number]
                number += 1
            if _is_open(raw):
                strange.append((first, "has a quote that does not end"))
                number = first
            else:
                lines.append(Line(found[1], raw, first, comments))
        elif written:
            strange.append((first, "is neither NAME=value nor a comment"))
        comments = []
    return lines, strange


def words(comments: list[str]) -> str:
    """Return what comments say, on one line; rulers and frames say nothing."""
    stripped = (comment.lstrip("#").strip() for comment in comments)
    return " ".join(text for text in stripped if text.strip("-=*#~ "))


def _is_open(raw: str) -> bool:
    start = raw.lstrip()
    return start[:1] in _QUOTES and _end(start) == len(start)


def _end(start: str) -> int:
    """Return where the quote that `start` begins with ends; its length if it does not."""
    quote = start[0]
    at = 1
    while at < len(start) and start[at] != quote:
        at += 2 if quote == '"' and start[at] == "\\" else 1
    return min(at, len(start))


def _parts(raw: str) -> tuple[str, str]:
    """Return the value without its quotes, and the comment after it."""
    start = raw.strip()
    if start[:1] in _QUOTES:
        end = _end(start)
        body = start[1:end]
        if start[0] == '"':
            body = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), body)
        return body, start[end + 1 :].strip().lstrip("#").strip()
    value, _, remark = f" {start}".partition(" #")
    return value.strip(), remark.strip()
