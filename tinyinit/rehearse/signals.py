"""Names of signals, and the sources that tell who sent which signal to whom."""

from __future__ import annotations

import signal
from typing import NamedTuple, Protocol

_UNINTERESTING = frozenset({0, signal.SIGCHLD, signal.SIGURG})
"""Asks whether a process is there; news of children; what Go and PostgreSQL wake threads with."""


class Sent(NamedTuple):
    """A signal that somebody sent, at a time of the monotonic clock.

    `sender` is a PID as the recorder sees it, 0 if unknown. `target` is one where `outer` is set;
    else it is what `kill` was given inside the namespace: a PID, 0, -1 or minus a group.
    """

    time: float
    sender: int
    target: int
    number: int
    outer: bool


class Source(Protocol):
    """Something that collects signals while a recording runs."""

    sent: list[Sent]

    def drain(self) -> None:
        """Take in what waits."""

    def close(self) -> None:
        """Stop collecting, and leave nothing behind."""


def interesting(number: int) -> bool:
    """Whether a signal is worth a place in the report."""
    return number not in _UNINTERESTING


def name(number: int) -> str:
    """Return a signal's name without SIG."""
    try:
        return signal.Signals(number).name.removeprefix("SIG")
    except ValueError:
        first = int(signal.SIGRTMIN)
        return f"RTMIN+{number - first}" if number >= first else str(number)


def number_of(text: str) -> int | None:
    """Return the number of a signal by its name, with or without SIG, or by its number."""
    if text.isascii() and text.isdigit():
        return int(text) if 0 < int(text[:4]) <= int(signal.SIGRTMAX) else None
    word = text.upper().removeprefix("SIG")
    base, plus, offset = word.partition("+")
    if base == "RTMIN" and (not plus or (offset.isascii() and offset.isdigit())):
        number = int(signal.SIGRTMIN) + int(offset[:3] or 0)
        return number if number <= int(signal.SIGRTMAX) else None
    found = signal.Signals.__members__.get(f"SIG{word}")
    return int(found) if found else None


def bit(number: int) -> int:
    """Return a signal's bit in the masks of /proc/PID/status."""
    return 1 << (number - 1)
