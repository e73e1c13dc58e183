"""What a command made, against a file: the difference, or the file anew."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN, END = "<!-- contract -->", "<!-- /contract -->"
_VARIABLE = re.compile(r"^[ \t]*\[[ \t]*var[ \t]*[.\]]", re.MULTILINE)
_OTHER = re.compile(r"^[ \t]*\[[ \t]*(init|env)[ \t]*\]", re.MULTILINE)


class OutputError(Exception):
    """A file cannot be read, written or kept; the text is one line."""


def read_text(file: str) -> str:
    """Return the text of a file."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise OutputError(f"cannot read {file}: it is not UTF-8") from error
    except OSError as error:
        raise OutputError(f"cannot read {file}: {error.strerror}") from error


def with_head(old: str, new: str, variables: str) -> str:
    """Return a contract file whose variables are new and whose beginning stays as it was.

    A class says nothing of `[init]`, and its file may have comments.
    """
    if not old.strip():
        return new
    first = _VARIABLE.search(old)
    if first is None:
        return f"{old.rstrip()}\n\n{variables}"
    if late := _OTHER.search(old, first.start()):
        raise OutputError(f"cannot keep [{late[1]}]: it must stand before the first [var.NAME]")
    return old[: first.start()] + variables


def between_marks(old: str, new: str) -> str:
    """Return the text with what is between the marks replaced; all of it if it has none."""
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{begin}\n{new}{end}{after}" if begin and end else new


def difference(file: str, make: Callable[[str], str]) -> str:
    """Return the unified diff from the file to what it should be; empty if it is."""
    old = read_text(file) if Path(file).exists() else ""
    pieces = difflib.unified_diff(
        old.splitlines(keepends=True),
        make(old).splitlines(keepends=True),
        file,
        "as it should be",
    )
    return "".join(
        piece if piece.endswith("\n") else f"{piece}\n\\ No newline at end of file\n"
        for piece in pieces
    )


def write(file: str, make: Callable[[str], str]) -> bool:
    """Make the file what it should be; say whether it was not."""
    path = Path(file)
    exists = path.exists()
    old = read_text(file) if exists else ""
    new = make(old)
    if exists and new == old:
        return False
    try:
        with path.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(new)
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror}") from error
    return True
