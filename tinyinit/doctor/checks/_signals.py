"""PID 1, judged by what it does with signals and with children, never by its name.

Source: the table of what inits, shells, runtimes were measured to do (docs/doctor.md). A signal
that PID 1 neither catches nor waits for is dropped by the kernel; one that it blocks without
anything that takes it stays pending for ever.
"""

from __future__ import annotations

from signal import Signals
from typing import TYPE_CHECKING, Final

from tinyinit.doctor.checks._words import children, count, first, main, who
from tinyinit.doctor.facts._processes import forwards
from tinyinit.findings import ERROR, INFO, WARNING, Finding, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinyinit.doctor.facts._model import Facts, Process

_CHLD: Final = 17
_INT, _QUIT = 2, 3
_LAST_SIGNAL: Final = 64
# They catch SIGTERM for their own ends and may still not end by it: only a rehearsal tells.
_CATCHES_ANYWAY = frozenset({"node", "nodejs", "bun", "deno"})
_INIT_ADVICE: Final = {
    "docker": "docker run --init, or ENTRYPOINT with an init as its first word: tinyinit, tini",
    "compose": "init: true",
    "kubernetes": "an init in the image's ENTRYPOINT: Kubernetes adds none",
}
_EXEC_ADVICE: Final = {
    "docker": 'begin the script\'s last line with exec, or ENTRYPOINT ["program"] without a shell',
    "compose": 'entrypoint and command as lists: ["program", "argument"]',
    "kubernetes": 'command: ["program"], not ["sh", "-c", "program"] without exec',
}
_LIVE: Final = 1.0
"""Seconds after which a child is one that a shell waits for, not one step of a script."""


def bit(number: int) -> int:
    """Return the mask with one signal in it; none for what is no signal's number."""
    return 1 << (number - 1) if 1 <= number <= _LAST_SIGNAL else 0


def _has(mask: int | None, number: int) -> bool:
    return bool((mask or 0) & bit(number))


def _signal(number: int) -> str:
    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"


def _waiting_shell(facts: Facts, process: Process) -> Process | None:
    """Return the child that a shell waits for; None if the process is no shell that waits."""
    if not process.shell or process.waits not in ("child", "pause", None):
        return None
    below = [one for one in children(facts, process) if one.age >= _LIVE]
    return max(below, key=lambda one: one.age, default=None)


def _in_background(process: Process) -> bool:
    # POSIX: a shell without job control starts what runs in the background with both ignored.
    return _has(process.ignored, _INT) and _has(process.ignored, _QUIT)


def pid1_shell(facts: Facts) -> Iterator[Finding | Unknown]:
    """PID 1 is a shell that waits for the app."""
    if not facts.init:
        return
    shell = first(facts)
    child = _waiting_shell(facts, shell)
    if child is None or (_takes_stop(facts, shell) and _in_background(child)):
        return
    yield Finding(
        "pid1-shell",
        ERROR,
        f"PID 1 is a shell, {who(shell)}, and waits for {who(child)}, its child",
        f"a shell passes no signal on: the app never sees {_signal(facts.stop_signal)}, and is"
        " killed in the middle of its work when the time to stop is over",
        _EXEC_ADVICE,
    )


def _takes_stop(facts: Facts, process: Process) -> bool:
    return _has(process.caught, facts.stop_signal)


def pid1_term(facts: Facts) -> Iterator[Finding | Unknown]:
    """PID 1 would not end on the stop signal."""
    if not facts.init:
        return
    process, stop = first(facts), facts.stop_signal
    name = _signal(stop)
    if process.ignored is None or process.caught is None or process.blocked is None:
        yield Unknown("pid1-term", "the status of PID 1 has no signal masks")
        return
    seen = _why_deaf(facts, process)
    if isinstance(seen, Unknown):
        yield seen
    elif seen:
        deferred = _takes_stop(facts, process)
        yield Finding(
            "pid1-term",
            WARNING if deferred else ERROR,
            f"{who(process)}, PID 1, {seen}",
            f"the container does not end on {name}: every stop and every deployment takes the"
            " full grace period, and then kills the app in the middle of its work",
            # An init alone in front of a shell only makes the loss a fast one.
            _EXEC_ADVICE
            if _waiting_shell(facts, process)
            else {
                "docker": f"handle {name} in the app, or docker run --init for a program that"
                " has no handler",
                "compose": "init: true",
                "kubernetes": f"handle {name}, or an init in ENTRYPOINT; a preStop hook does not"
                " help",
            },
        )


def _why_deaf(facts: Facts, process: Process) -> str | Unknown:  # noqa: PLR0911  # a row each
    """Return why PID 1 would not end on the stop signal; empty if it would."""
    stop = facts.stop_signal
    name = _signal(stop)
    if _has(process.ignored, stop):
        return f"ignores {name} (SigIgn {process.ignored:016x})"
    if _has(process.caught, stop):
        return _why_deferred(facts, process)
    if process.any_waits_signal:
        return ""
    if process.signalfd is None or process.any_waits_signal is None:
        why = facts.hidden.get("signals", "what PID 1 waits in is hidden")
        return Unknown("pid1-term", why)
    if _has(process.blocked, stop):
        if _has(process.signalfd, stop):
            return ""
        return f"blocks {name} and nothing takes it (SigBlk {process.blocked:016x})"
    return (
        f"has no handler for {name} (SigCgt {process.caught:016x}): for PID 1 the kernel drops"
        " a signal that has only its default action"
    )


def _why_deferred(facts: Facts, process: Process) -> str | Unknown:
    if process.program in _CATCHES_ANYWAY:
        return Unknown(
            "pid1-term",
            f"{who(process)} always catches {_signal(facts.stop_signal)}, with a handler of the"
            " app or without; tinyinit rehearse shows what it does",
        )
    child = _waiting_shell(facts, process)
    if child is not None and not _in_background(child):
        return (
            f"is a shell with a trap that runs only when {who(child)} has ended: a trap waits"
            " for what runs in the foreground"
        )
    return ""


def wrapped_shell(facts: Facts) -> Iterator[Finding | Unknown]:
    """An init whose child is a shell with a child."""
    if not facts.init:
        return
    init = first(facts)
    below = children(facts, init)
    found = [(one, app) for one in below if (app := _waiting_shell(facts, one))]
    found = [(one, app) for one, app in found if not _takes_stop(facts, one)]
    is_init = forwards(init)
    if not found or is_init is False:
        return
    if is_init is None or init.leaves_time is None:
        why = facts.hidden.get("signals", "what PID 1 waits in is hidden")
        yield Unknown("wrapped-shell", why)
        return
    shell, app = found[0]
    seen = f"{who(init)} is an init, its child is a shell, {who(shell)}, that waits for {who(app)}"
    if init.leaves_time:
        yield Finding(
            "wrapped-shell",
            INFO,
            f"{seen}; this init gives the app time after the shell has ended",
            "nothing is lost; the app gets its signal a moment later than it could",
            _EXEC_ADVICE,
        )
        return
    yield Finding(
        "wrapped-shell",
        ERROR,
        seen,
        "the shell dies of the stop signal, the init ends with it, and the kernel kills the app"
        " before it has written what it holds: the stop looks fast and clean and is not",
        _EXEC_ADVICE,
    )


def reaps(facts: Facts) -> bool | None:
    """Say whether PID 1 reaps orphans; None if that cannot be told without a probe."""
    process = first(facts)
    if facts.probe is not None and facts.probe.reaped is not None:
        return facts.probe.reaped
    if _has(process.ignored, _CHLD) or process.waits == "signal":
        return True
    if process.signalfd is None or process.any_waits_signal is None:
        return None
    if process.any_waits_signal or _has(process.signalfd, _CHLD):
        return True
    if process.waits == "child" and process.shell:
        return True
    # Go and node catch it and reap only their own; runsvdir blocks it and reaps every few seconds.
    return None if _has((process.caught or 0) | (process.blocked or 0), _CHLD) else False


def reaping(facts: Facts) -> Iterator[Finding | Unknown]:
    """Orphans are not reaped: what the probe saw."""
    probe = facts.probe
    if probe is None:
        return
    if probe.reaped is None:
        yield Unknown("reaping", probe.why)
    elif not probe.reaped:
        yield Finding(
            "reaping",
            ERROR,
            f"an orphan that the probe made was still a zombie of {who(first(facts))} after"
            f" {probe.waited:.1f} s",
            "each process whose parent ends first stays as a zombie, until no more can be made",
            _INIT_ADVICE,
        )


def init_needed(facts: Facts) -> Iterator[Finding | Unknown]:
    """An init is needed, or there are two."""
    if not facts.init:
        return
    process = first(facts)
    zombies = [one for one in facts.processes if one.state == "Z" and one.parent == process.pid]
    if zombies and reaps(facts) is False:
        yield Finding(
            "init-needed",
            WARNING,
            f"{who(process)}, PID 1, does not reap (no handler for SIGCHLD, nothing that waits) and"
            f" has {count(len(zombies), 'zombie')}",
            "PID 1 gets every orphan of the container; as it does not reap, their number only"
            " grows",
            _INIT_ADVICE,
        )
    below = children(facts, process)
    second = below[0] if len(below) == 1 else None
    if second and forwards(process) and forwards(second) and children(facts, second):
        yield Finding(
            "init-needed",
            WARNING,
            f"there are two inits: {who(process)} runs {who(second)}, and both wait for signals to"
            f" pass them on to {who(main(facts))}",
            "one does all the work; two are one more process to signal, and each may change what"
            " the other gets",
            {
                "docker": "leave out --init, or the init in ENTRYPOINT",
                "compose": "remove init: true, or the init in ENTRYPOINT",
                "kubernetes": "keep the one in ENTRYPOINT; look for shareProcessNamespace",
            },
        )
