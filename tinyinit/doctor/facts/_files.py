"""Small files of the kernel, read below a root that tests replace."""

from __future__ import annotations

import os

_LIMIT = 4 << 20
GONE = (FileNotFoundError, ProcessLookupError, NotADirectoryError)


def text(path: str) -> str | None:
    """Return what a file says, None if it or its process is gone. Raises PermissionError."""
    data = data_of(path)
    return None if data is None else data.decode("utf-8", "surrogateescape")


def data_of(path: str) -> bytes | None:
    """Return the bytes of a file, at most 4 MiB; None if it or its process is gone."""
    try:
        # Not blocking: in a tree that is no /proc the name may be a pipe that nobody writes to.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except PermissionError:
        raise
    except OSError:
        return None
    try:
        parts: list[bytes] = []
        size = 0
        while size < _LIMIT and (part := os.read(file, 1 << 16)):
            parts.append(part)
            size += len(part)
        return b"".join(parts)
    except PermissionError:
        raise
    except OSError:
        return None
    finally:
        os.close(file)


def quiet_text(path: str) -> str | None:
    """Return what a file says, None if it is gone or may not be read."""
    try:
        return text(path)
    except PermissionError:
        return None


def link(path: str) -> str | None:
    """Return where a symbolic link points, None if it is gone. Raises PermissionError."""
    try:
        return os.readlink(path)
    except PermissionError:
        raise
    except OSError:
        return None


def quiet_link(path: str) -> str | None:
    """Return where a symbolic link points, None if it is gone or may not be read."""
    try:
        return link(path)
    except PermissionError:
        return None


def names(path: str) -> list[str]:
    """Return the names in a folder; none if it is gone or may not be read."""
    try:
        return os.listdir(path)
    except OSError:
        return []


def number(word: str | None) -> int | None:
    """Return a whole decimal number of at most 20 digits, None for anything else."""
    if word is None:
        return None
    word = word.strip()
    digits = word.removeprefix("-")
    return int(word) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else None
