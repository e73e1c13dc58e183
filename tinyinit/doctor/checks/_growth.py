"""What grows until it is full, with the time when it will be: zombies, processes, memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tinyinit.doctor.checks._words import count, name, size, time, who
from tinyinit.findings import ERROR, INFO, WARNING, Finding, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinyinit.doctor.facts._model import Facts, Process

_NEAR, _FULL = 0.8, 0.95
_MEMORY_NEAR = 0.9
_MANY = 20
_SOON = 86400
_FEWEST: Final = 3
"""Zombies it takes for a rate by their ages alone."""
_STOPPED: Final = 4.0
"""A leak whose youngest zombie is this many periods old has stopped."""
_SHORTEST_LOOK = 0.5
_LEAST_GROWTH = 1 << 20


class Leak(NamedTuple):
    """Zombies of one parent."""

    parent: Process | None
    zombies: tuple[Process, ...]
    rate: float | None
    """Zombies a second; None if that is not known, 0 if there are no new ones."""


def leaks(facts: Facts) -> list[Leak]:
    """Return the zombies by parent, the most first."""
    by_parent: dict[int, list[Process]] = {}
    for one in facts.processes:
        if one.state == "Z" and not one.own:
            by_parent.setdefault(one.parent, []).append(one)
    known = {one.pid: one for one in facts.processes}
    found = [
        Leak(known.get(parent), tuple(zombies), _rate(facts, parent, zombies))
        for parent, zombies in by_parent.items()
    ]
    return sorted(found, key=lambda leak: -len(leak.zombies))


def _rate(facts: Facts, parent: int, zombies: Sequence[Process]) -> float | None:
    earlier = facts.earlier
    if earlier is not None and earlier.before >= _SHORTEST_LOOK:
        grown = len(zombies) - earlier.zombies.get(str(parent), 0)
        # Two looks close together may both miss or hit one: ages say more until enough have come.
        if grown >= _FEWEST:
            return grown / earlier.before
    ages = sorted(one.age for one in zombies)
    if len(ages) < _FEWEST:
        return None
    # A zombie was left when it began, or a moment later: their ages are the times of the leak. The
    # younger half is the rate of now; the whole would have the pauses of before in it.
    recent = ages[: max(_FEWEST, len(ages) // 2 + 1)]
    span = recent[-1] - recent[0]
    if span <= 0:
        return None
    period = span / (len(recent) - 1)
    return 0.0 if ages[0] > max(_STOPPED * period, 1.0) else 1 / period


def zombies(facts: Facts) -> Iterator[Finding | Unknown]:
    """Zombies, by parent, with their rate and the time when no process can be made any more."""
    if "processes" in facts.hidden:
        yield Unknown("zombies", facts.hidden["processes"])
        return
    limit, used = facts.group.pids_limit, facts.group.pids_used
    for leak in leaks(facts):
        number = len(leak.zombies)
        oldest = max(one.age for one in leak.zombies)
        parent = who(leak.parent) if leak.parent else "a parent outside of the container"
        names = sorted({one.name for one in leak.zombies})
        what = name(names[0]) if len(names) == 1 else f"{name(names[0])} and others"
        seen = f"{parent} has {count(number, 'zombie')} ({what}), the oldest {time(oldest)} old"
        left = None
        if leak.rate:
            seen += f"; it leaves 1 every {time(1 / leak.rate)}"
            if limit is not None and used is not None:
                left = max(0, limit - used) / leak.rate
                seen += f"; {limit:,}, the limit of pids, is reached in {time(left)}"
        if limit:
            seen += f" ({number / limit:.0%} of pids.max)"
        yield Finding(
            "zombies",
            _severity(number, limit, left, leak.rate),
            seen,
            "a zombie keeps its place in the table of processes until its parent waits for it;"
            " when pids.max is reached, no process and no thread can be started",
            _advice(leak, facts),
        )


def _severity(number: int, limit: int | None, left: float | None, rate: float | None) -> str:
    if (limit and number >= limit * _NEAR) or (left is not None and left < _SOON):
        return ERROR
    return WARNING if rate or number >= _MANY else INFO


def _advice(leak: Leak, facts: Facts) -> dict[str, str]:
    if leak.parent is None or leak.parent.pid != facts.first:
        parent = name(leak.parent.program) if leak.parent else "the parent"
        words = f"an init does not help: {parent} is alive and has to wait for its children"
        return {"anywhere": f"{words} (wait, Popen.wait, child.on('exit'))"}
    return {
        "docker": "docker run --init, or an init as ENTRYPOINT; for a HEALTHCHECK whose curl is"
        " left behind, tinyinit health URL",
        "compose": "init: true",
        "kubernetes": "an init in ENTRYPOINT; httpGet probes start no process",
    }


def pids(facts: Facts) -> Iterator[Finding | Unknown]:
    """Near pids.max, or forks refused."""
    group = facts.group
    if group.hidden:
        yield Unknown("pids", group.hidden)
        return
    limit, used, refused = group.pids_limit, group.pids_used, group.pids_refused
    advice = {
        "docker": "docker run --pids-limit, after the leak is found",
        "compose": "pids_limit, or deploy.resources.limits.pids",
        "kubernetes": "podPidsLimit of the kubelet: a Pod cannot say it",
    }
    why = "a fork that is refused is an error of whatever made it: a request, a thread pool"
    share = f"{used or 0:,} of {limit or 0:,} processes and threads"
    if refused:
        yield Finding(
            "pids",
            ERROR,
            f"{count(refused, 'fork was', 'forks were')} refused for the limit of pids"
            f" (pids.events); now there are {share if limit else f'{used or 0:,}'}",
            why,
            advice,
        )
    elif limit and used is not None and used >= limit * _NEAR:
        severity = ERROR if used >= limit * _FULL else WARNING
        yield Finding("pids", severity, f"{share} are in use ({used / limit:.0%})", why, advice)


def oom(facts: Facts) -> Iterator[Finding | Unknown]:
    """Processes killed for memory; use against the limit; growth."""
    group = facts.group
    if group.hidden:
        yield Unknown("oom", group.hidden)
        return
    limit, used = group.memory_limit, group.memory_used
    advice = {
        "docker": "docker run --memory, or less memory: fewer workers, smaller caches",
        "compose": "mem_limit, or deploy.resources.limits.memory",
        "kubernetes": "resources.limits.memory; a kill of a child is not reported as OOMKilled",
    }
    share = f"{size(used)} of {size(limit)}" if limit and used is not None else ""
    together = {True: "; the whole group dies together (memory.oom.group)", None: ""}
    if group.oom_kills:
        use = f", it uses {share}" if share else ""
        yield Finding(
            "oom",
            ERROR,
            f"the kernel has killed {count(group.oom_kills, 'process', 'processes')} in this"
            f" container for memory{use}{together.get(group.oom_group, '; one process at a time')}",
            "a worker that is killed takes its requests along, and nobody but the kernel's count"
            " says so",
            advice,
        )
    left = _until_full(facts)
    if limit and used is not None and (left is not None or used >= limit * _MEMORY_NEAR):
        grows = f" and grow; the limit is reached in {time(left)}" if left is not None else ""
        soon = (left is not None and left < _SOON) or used >= limit * _MEMORY_NEAR
        yield Finding(
            "oom",
            WARNING if soon else INFO,
            f"{share} that cannot be dropped are in use ({used / limit:.0%}){grows}",
            "at the limit the kernel kills a process of the container",
            advice,
        )


def _until_full(facts: Facts) -> float | None:
    """Return the seconds until the memory is full at the pace of two looks; None if it is not."""
    earlier, group = facts.earlier, facts.group
    if earlier is None or earlier.before < _SHORTEST_LOOK or group.memory_limit is None:
        return None
    if group.memory_used is None or earlier.memory_used is None:
        return None
    grown = group.memory_used - earlier.memory_used
    if grown < _LEAST_GROWTH:
        return None
    return max(0, group.memory_limit - group.memory_used) / (grown / earlier.before)
