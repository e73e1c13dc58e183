"""Words that checks share: processes, sizes, times, counts, made fit for one line of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit.base.text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.doctor.facts._model import Facts, Process

_NAME = 40
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_FEW_SECONDS = 10
_LONGEST = 3650 * _DAY


def who(process: Process) -> str:
    """Return a process for people: `gunicorn (pid 7)`, by its PID in the container."""
    return f"{name(process.program or process.name)} (pid {process.inner})"


def name(text: str) -> str:
    """Return a name on one line, cut if it is long."""
    shown = plain(text)
    return f"{shown[:_NAME]}…" if len(shown) > _NAME else shown or '""'


def count(number: int, one: str, many: str = "") -> str:
    """Return `1 zombie`, `1,024 zombies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Return bytes for people, in powers of 1024."""
    for unit, digits in (("bytes", 0), ("KiB", 0), ("MiB", 1), ("GiB", 1)):
        if abs(number) < 1024 or unit == "GiB":
            return f"{number:,.{digits}f} {unit}".replace(".0 ", " ")
        number /= 1024
    raise AssertionError


def time(seconds: float) -> str:
    """Return a time for people, two units at most: `1 h 25 min`."""
    if seconds >= _LONGEST:
        return "more than ten years"
    if seconds < _FEW_SECONDS:
        return f"{seconds:.1f} s".replace(".0 ", " ")
    whole = round(seconds)
    for length, unit, smaller, small_unit in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= length:
            rest = whole % length // smaller
            return f"{whole // length} {unit}" + (f" {rest} {small_unit}" if rest else "")
    return f"{whole} s"


def cpus(number: float) -> str:
    """Return a number of CPUs: `0.5 CPUs`, `1 CPU`, `2 CPUs`."""
    return f"{number:g} CPU" if number == 1 else f"{number:.3g} CPUs"


def some(items: Sequence[str], most: int = 5) -> str:
    """Return the first few of some names, and how many more there are."""
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more:,} more" if more > 0 else "")


def children(facts: Facts, process: Process) -> list[Process]:
    """Return the live children of a process, without the doctor's own."""
    return [
        one
        for one in facts.processes
        if one.parent == process.pid and one.state not in ("Z", "X") and not one.own
    ]


def first(facts: Facts) -> Process:
    """Return the process that the facts are about."""
    return next(one for one in facts.processes if one.pid == facts.first)


def main(facts: Facts) -> Process:
    """Return the app."""
    return next((one for one in facts.processes if one.pid == facts.main), first(facts))
