"""The mounts that a process sees. Source: proc(5), /proc/PID/mountinfo."""

from __future__ import annotations

import re
from typing import NamedTuple

from tinyinit.doctor.facts._files import quiet_text

_OCTAL = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """One mount."""

    root: str
    """The folder of the file system that is mounted."""
    point: str
    options: tuple[str, ...]
    kind: str
    source: str
    super_options: tuple[str, ...]


def read(root: str, pid: int | str) -> list[Mount] | None:
    """Return the mounts of a process; None if they may not be read."""
    info = quiet_text(f"{root}/proc/{pid}/mountinfo")
    if info is None:
        return None
    return [mount for line in info.split("\n") if (mount := _parse(line))]


def _parse(line: str) -> Mount | None:
    left, dash, right = line.partition(" - ")
    before, after = left.split(" "), right.split(" ")
    if not dash or len(before) < 6 or len(after) < 3:
        return None
    return Mount(
        root=_plain(before[3]),
        point=_plain(before[4]),
        options=tuple(before[5].split(",")),
        kind=after[0],
        source=_plain(after[1]),
        super_options=tuple(after[2].split(",")),
    )


def _plain(path: str) -> str:
    return _OCTAL.sub(lambda found: chr(int(found[1], 8) & 0xFF), path)
