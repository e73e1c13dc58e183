"""The thread stacks of the container's processes, by `tinyinit.stack.process`.

A mapping with huge pages shows more as used than its thread did: it is left out.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tinyinit.doctor.facts._model import Stack, Stacks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tinyinit.doctor.facts._model import Process

_MOST = 64
_THREADS = 256
_HUGE = 2 << 20


def read(root: str, processes: Iterable[Process], seconds: float) -> tuple[tuple[Stacks, ...], str]:
    """Return the stacks of processes with threads, and why some are missing, if they are.

    Those with most threads first, for `seconds` at most.
    """
    threaded = [one for one in processes if one.threads > 1 and one.state != "Z" and not one.own]
    threaded.sort(key=lambda one: -one.threads)
    if not threaded:
        return (), ""
    from tinyinit.stack.process import ProcessError, read_process  # most have none

    end = time.monotonic() + seconds
    found: list[Stacks] = []
    hidden = ""
    for process in threaded[:_MOST]:
        if time.monotonic() > end:
            break
        try:
            seen = read_process(process.pid, root or "/")
        except (ProcessError, OSError, ValueError):
            continue
        if seen.stacks is None:
            hidden = seen.unknown or "its memory is hidden"
            continue
        stacks = [one for one in seen.stacks if one.used < _HUGE][:_THREADS]
        found.append(
            Stacks(
                pid=process.pid,
                libc=seen.libc or "",
                main=seen.main
                and Stack(
                    process.pid,
                    process.pid,
                    # What counts for the main thread is what it may grow to.
                    seen.main.size if seen.limit is None else max(seen.limit, seen.main.size),
                    seen.main.used,
                ),
                threads=tuple(
                    Stack(process.pid, one.thread or 0, one.size, one.used) for one in stacks
                ),
            )
        )
    return tuple(found), hidden if not found else ""
