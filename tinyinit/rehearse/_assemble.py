"""Makes a `Run` of what the recorder and a source of signals have seen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tinyinit.rehearse import proc, signals
from tinyinit.rehearse.model import End, Process, Signal

_RECENT = 0.3

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tinyinit.rehearse._watch import Seen
    from tinyinit.rehearse.signals import Sent


def processes(seen: list[Seen], sent: Iterable[Sent], stop: float) -> list[Process]:
    """Return all processes with their signals; times from `stop`, in milliseconds.

    Those that had ended and were reaped before the stop have no part in it.
    """
    made = {id(one): _process(one, seen, stop) for one in seen}
    for signal in sorted(sent, key=lambda one: one.time):
        sender = _at(seen, signal.sender, signal.time)
        for target in _targets(signal, sender, seen):
            made[id(target)].signals.append(
                Signal(
                    signals.name(signal.number),
                    (signal.time - stop) * 1000,
                    sender.inner if sender else 0,
                )
            )
    return [
        one
        for one in made.values()
        if one.end is None or one.end.ms > -1 or (one.zombie_ms and one.zombie_ms[1] > -1)
    ]


def _process(one: Seen, seen: list[Seen], stop: float) -> Process:
    parent = _at(seen, one.parent, one.born)
    caught, ignored, blocked, pending = one.masks
    at_stop = one.at_stop or (one.name, one.words, caught)
    return Process(
        pid=one.inner or one.pid,
        parent=parent.inner if parent else 0,
        program=proc.program(one.name, one.words),
        command=one.words,
        was=proc.program(*at_stop[:2]),
        was_command=at_stop[1],
        session=one.session,
        born_ms=(one.born - stop) * 1000,
        new=one.at_stop is None and seen[0].at_stop is not None,
        end=_end(one, stop),
        caught=at_stop[2],
        caught_last=caught,
        ignored=ignored,
        blocked=blocked,
        pending=pending,
        waits=one.waits,
        state=_last_state(one),
        zombie_ms=one.zombie and ((one.zombie[0] - stop) * 1000, (one.zombie[1] - stop) * 1000),
        output_to=_reader(one, seen),
    )


def _last_state(one: Seen) -> str:
    stopped = one.stopped is not None and one.end is not None and one.end - one.stopped < _RECENT
    return "T" if stopped else one.state


def _end(one: Seen, stop: float) -> End | None:
    if one.end is None:
        return None
    ms = (one.end - stop) * 1000
    if one.status is None:
        return End("exit", None, ms)
    if os.WIFSIGNALED(one.status):
        return End("signal", os.WTERMSIG(one.status), ms)
    return End("exit", os.WEXITSTATUS(one.status), ms)


def _reader(one: Seen, seen: list[Seen]) -> int:
    pipe = one.pipes.get(1, "")
    readers = (other for other in seen if pipe and other.pipes.get(0) == pipe)
    return next((other.inner for other in readers if other is not one), 0)


def _at(seen: list[Seen], pid: int, time: float) -> Seen | None:
    """Return the process that had a PID at a time: the latest one born by then."""
    found = None
    for one in seen:
        if one.pid == pid and (found is None or one.born <= time):
            found = one
    return found


def _targets(signal: Sent, sender: Seen | None, seen: list[Seen]) -> list[Seen]:
    if signal.outer:
        one = _at(seen, signal.target, signal.time)
        return [one] if one else []
    # A new process may be seen a moment after it was there to be signalled.
    late = signal.time + 0.05
    living = [
        one
        for one in seen
        if one.born <= late and (one.end is None or one.end >= signal.time - 0.001)
    ]
    if signal.target > 0:
        return [one for one in living if one.inner == signal.target][-1:]
    if signal.target == -1:
        return [one for one in living if one is not sender and one.inner != 1]
    group = -signal.target if signal.target else sender.group if sender else 0
    return [one for one in living if one.group == group]
