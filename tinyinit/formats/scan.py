"""What the readers of text files share: no byte of a line is read before it was looked at."""

from __future__ import annotations

_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09})


def scan_line(line: bytes) -> str | None:
    """Return what is in `line`, which has no line end, that no text file has, else None."""
    try:
        line.decode()
        valid = len(line)
    except UnicodeDecodeError as error:
        valid = error.start
    if len(line) != len(line.translate(None, _CONTROLS)):
        first = next(i for i, byte in enumerate(line) if byte in _CONTROLS)
        if first < valid:
            return "has a control character" if line[first] else "has a NUL byte"
    return "has a byte that is not UTF-8" if valid < len(line) else None
