"""The processes of a container, as this machine's /proc has them."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

from tinyinit.rehearse import proc

_LISTENS = "0A"
_ANY = 2
"""Threads that a process may have: more than one has all of them asked for children."""


class Process(NamedTuple):
    """Fields of /proc/PID/stat: `state` is its letter (`Z`: a zombie), `ticks` its CPU time."""

    pid: int
    parent: int
    name: str
    state: str
    ticks: int


def below(root: int) -> list[Process]:
    """Return a process and all its descendants; none if it has gone."""
    found: list[Process] = []
    queue = [root]
    for pid in queue:  # grows while it is walked
        if one := _read(Path("/proc") / str(pid)):
            found.append(one)
            below_it = proc.children(pid, threads=_ANY)
            queue.extend(proc.by_parent().get(pid, []) if below_it is None else below_it)
    return found


def zombies(root: int) -> list[Process]:
    """Return those that have ended and that no parent has waited for."""
    return [one for one in below(root) if one.state == "Z"]


def listens(root: int, port: int) -> bool:
    """Say whether anything in the network namespace of a process listens on a TCP port."""
    lines: list[str] = []
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            lines += (Path("/proc") / str(root) / "net" / name).read_text().splitlines()[1:]
    words = [line.split() for line in lines]
    return any(each[3] == _LISTENS and each[1].endswith(f":{port:04X}") for each in words)


def _read(folder: Path) -> Process | None:
    try:
        text = (folder / "stat").read_text(errors="replace")
    except OSError:
        return None
    match = re.fullmatch(r"(\d+) \((.*)\) (.*)\n?", text, re.DOTALL)
    if match is None:
        return None
    rest = match[3].split()
    return Process(int(match[1]), int(rest[1]), match[2], rest[0], int(rest[11]) + int(rest[12]))
