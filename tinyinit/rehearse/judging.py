"""The verdicts on a stop: pure functions of a `Run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit.rehearse import _advice, proc, signals
from tinyinit.rehearse.model import Process, Run, Verdict, duration

if TYPE_CHECKING:
    from collections.abc import Iterator

INITS = frozenset({"tinyinit", "tini", "dumb-init", "catatonit", "docker-init", "podman-init"})
_KILL = 9
_INT = 2
_SHELL_LIKE = 128
_LOST_MS = 1500
"""supervisord asks once a second who has ended: those it will reap are not lost."""
_COMPANIONS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Python's own helpers: they ignore SIGTERM and end with the last of those they help."""


def judge(run: Run) -> list[Verdict]:
    """Return all that is to be said of a run; mark who was cut off."""
    number = signals.number_of(run.stop) or 15
    found: list[Verdict] = []
    if run.killed:
        found.append(_unended(run, number))
    found.extend(_killed_early(run, number))
    found.extend(_zombies(run))
    if not run.killed:
        found.extend(_exit_code(run, number))
    if not found:
        cause = f"all ended by themselves within {duration(run.stop_ms)}"
        found.append(Verdict("clean", None, cause, ""))
    return found


def main_of(run: Run) -> Process:
    """Return main: the init's first child, or PID 1 itself where that is no init."""
    root = run.root
    if root.program in INITS or run.init not in ("", "none"):
        first = next((one for one in run.processes if one.parent == root.pid), None)
        return first or root
    return root


def catches(process: Process, number: int) -> bool:
    """Whether a process has a handler for a signal, or takes it as inits do."""
    bit = signals.bit(number)
    return bool(process.caught & bit) or process.waits


def _is_shell(process: Process) -> bool:
    return proc.is_shell(process.command)


def _was_shell(process: Process) -> bool:
    return proc.is_shell(process.was_command or process.command)


def _below(run: Run, process: Process) -> Iterator[Process]:
    for one in run.processes:
        if one.parent == process.pid and one is not process:
            yield one
            yield from _below(run, one)


def _held(run: Run, one: Process) -> bool:
    """Whether a process was there at the stop and was killed at the very end."""
    end = one.end
    return (
        end is None
        or (end.how == "signal" and end.code == _KILL)
        or (end.code is None and (end.ms >= run.stop_ms - 1))
    )


def _unended(run: Run, number: int) -> Verdict:
    """Say why PID 1 had to be killed: main is deaf, or too slow."""
    main, stop = main_of(run), f"SIG{run.stop}"
    held = [one for one in run.processes if _held(run, one)]
    for one in held:
        one.cut_off = catches(one, number) and one is not run.root
    stopped = next((one for one in held if one.state in "Tt"), None)
    if stopped:
        cause = f"{stopped.label} is stopped, as by SIGSTOP: {stop} waits until SIGCONT"
        return Verdict("deaf", stopped.pid, cause, _advice.STOPPED)
    if _was_shell(main) and not main.caught & signals.bit(number):
        return _shell(run, main, number)
    if run.second:
        cause = f"{main.label} took the first {stop} and went on; a second one ended it at once"
        return Verdict("deaf", main.pid, cause, _advice.SECOND)
    if not catches(main, number) or _only_restored(run, main, number):
        return _deaf(run, main, number)
    below = next((one for one in _below(run, main) if one in held), None)
    if below and not below.took(run.stop) and _was_shell(main):
        return _shell(run, main, number)
    main.cut_off = True
    return _too_slow(run, main, held)


def _too_slow(run: Run, main: Process, held: list[Process]) -> Verdict:
    worker = next((one for one in held if one is not main and one.cut_off), None)
    too = f"; so was {worker.label}" if worker else ""
    doing = {"D": ", waiting for a disk or another device,", "R": ", computing,"}
    cause = (
        f"{main.label} was still at work in its handler for SIG{run.stop}"
        f"{doing.get(main.state, '')} when the grace period of {run.grace_ms / 1000:g} s was "
        f"over{too}"
    )
    return Verdict("too-slow", main.pid, cause, _advice.too_slow(run))


def _shell(run: Run, shell: Process, number: int) -> Verdict:
    """Say that a shell stood between the signal and the program."""
    stop = f"SIG{run.stop}"
    name = f"{shell.was} (pid {shell.pid})"
    below = [
        one
        for one in _below(run, shell)
        if not one.took(run.stop) and (catches(one, number) or not _was_shell(one))
    ]
    below.sort(key=lambda one: (one.new, not _held(run, one), not catches(one, number)))
    if not below:
        cause = f"{name} has no trap for {stop}, and for PID 1 the kernel then drops it"
        return Verdict("deaf", shell.pid, cause, _advice.handler(run))
    app = below[0]
    piped = run.process(app.output_to) if app.output_to else None
    more = f", whose output it pipes into {piped.label}" if piped else ""
    if not _is_shell(shell):
        more = f", which ran before {shell.program}"
    elif app.new:
        more = f", started {app.born_ms / 1000:.1f} s after it"
    cause = f"{name} did not pass {stop} on to {app.label}{more}"
    return Verdict("deaf", app.pid, cause, _advice.PIPE if piped else _advice.EXEC)


def _only_restored(run: Run, main: Process, number: int) -> bool:
    """Whether a handler, as that of node, only restored the default action, to no effect."""
    bit = signals.bit(number)
    return main is run.root and not main.waits and bool(main.caught & ~main.caught_last & bit)


def _deaf(run: Run, main: Process, number: int) -> Verdict:
    stop, bit = f"SIG{run.stop}", signals.bit(number)
    other = next((n for n in (15, 2, 3, 1, 28) if n != number and main.caught & signals.bit(n)), 0)
    advice = _advice.handler(run)
    if main.ignored & bit:
        cause = f"{main.label} ignores {stop}"
    elif main.caught & bit:
        cause = (
            f"{main.label} has no handler of its own for {stop}: it restores the default action, "
            "which the kernel drops for PID 1"
        )
    elif main.caught_last & bit:
        cause = f"{main.label} had no handler for {stop} yet: it came while the program started"
    elif main.blocked & bit:
        cause = f"{main.label} blocks {stop}, and never looks whether it came"
    elif other and not (other == _INT and main.program.startswith("python")):  # python's own
        name = signals.name(other)
        cause = f"{main.label} has a handler for SIG{name}, none for {stop}"
        advice = _advice.stop_signal(name, run.stop)
    elif main is run.root:
        cause = f"{main.label} has no handler for {stop}, and for PID 1 the kernel then drops it"
    elif not main.took(run.stop):
        cause = f"{run.root.label} did not pass {stop} on to {main.label}"
    else:
        cause = f"{main.label} did not end on {stop}"
    return Verdict("deaf", main.pid, cause, advice)


def _killed_early(run: Run, number: int) -> Iterator[Verdict]:
    """Yield what is to be said of those who were killed though the grace period was not over."""
    if run.killed:
        return
    gone = [
        one
        for one in run.processes[1:]
        if one.end and one.end.how == "signal" and one.end.code == _KILL and one.end.ms > 0
    ]
    leftovers: list[Process] = []
    for one in gone:
        killer = one.took("KILL")
        by_app = killer and run.process(killer.sender)
        own_choice = by_app and by_app.program not in INITS and by_app is not one
        if catches(one, number):
            one.cut_off = one.took(run.stop) is not None or not own_choice
        elif not own_choice and not _is_companion(one):
            leftovers.append(one)
            one.cut_off = one.new and not _never_ends(one)
    cut = [one for one in gone if one.cut_off]
    if cut:
        yield _cut_off(run, cut)
    below = {one.pid for above in cut for one in _below(run, above)}
    leftovers = [one for one in leftovers if not one.cut_off and one.pid not in below]
    if leftovers:
        yield _left(run, leftovers)


def _is_companion(process: Process) -> bool:
    return any(name in word for name in _COMPANIONS for word in process.command)


def _never_ends(process: Process) -> bool:
    return process.ignored != 0 and process.state in "Tt"


def _cut_off(run: Run, cut: list[Process]) -> Verdict:
    first, stop = cut[0], f"SIG{run.stop}"
    end = first.end.ms if first.end else run.stop_ms
    others = f" and {len(cut) - 1} more" if len(cut) > 1 else ""
    got = first.took(run.stop)
    parent = run.process(first.parent) or run.root
    shell = parent if _is_shell(parent) else None
    if got:
        cause = (
            f"{first.label}{others} was at work in its handler for {stop} for "
            f"{duration(end - got.ms)} when it was killed: {_ender(run)}"
        )
        return Verdict("cut-off", first.pid, cause, _advice.WAIT)
    if first.new:
        cause = (
            f"{first.label}{others} was started {duration(first.born_ms)} after {stop}, and "
            f"killed at work: {_ender(run)}"
        )
        return Verdict("cut-off", first.pid, cause, _advice.WAIT)
    above = shell or parent
    apart = ", in a session of its own" if _apart(run, first) else ""
    cause = f"{above.label} did not pass {stop} on to {first.label}{others}{apart}; {_ender(run)}"
    return Verdict("cut-off", first.pid, cause, _advice.EXEC if shell else _advice.FORWARD)


def _apart(run: Run, process: Process) -> bool:
    return process.session == process.pid and process is not run.root


def _ender(run: Run) -> str:
    root = run.root
    who = f"{root.label} ended" if root.end else "the namespace ended"
    return f"{who} after {duration(run.stop_ms)}, and the kernel kills the rest"


def _left(run: Run, leftovers: list[Process]) -> Verdict:
    first = leftovers[0]
    others = f" and {len(leftovers) - 1} more" if len(leftovers) > 1 else ""
    stop = f"SIG{run.stop}"
    got = "ended not on" if first.took(run.stop) else "never got"
    cause = f"{first.label}{others} outlived {main_of(run).label}, {got} {stop} and was killed"
    return Verdict("leftovers", first.pid, cause, _advice.LEFTOVERS)


def _zombies(run: Run) -> Iterator[Verdict]:
    # Those of the stop itself take nobody's PID: PID 1 ends, and they with it.
    lost = [
        one
        for one in run.processes[1:]
        if one.zombie_ms and one.zombie_ms[0] < min(one.zombie_ms[1] - _LOST_MS, 0)
    ]
    if lost:
        first = lost[0]
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        parent = run.process(first.parent) or run.root
        yield Verdict(
            "zombies",
            first.pid,
            f"{first.label}{others} ended and was never reaped by {parent.label}",
            _advice.ZOMBIES,
        )


def add_unseen(run: Run, script: str) -> None:
    """Add what the processes do not show: the dead trap of a script, requests that were lost."""
    main = main_of(run)
    more: list[Verdict] = []
    if script and (trap := dead_trap(run, main, script)):
        more.append(trap)
    if run.lost:
        more.append(lost_requests(main, run.lost))
    if more:
        run.verdicts = [one for one in run.verdicts if one.id != "clean"] + more


def dead_trap(run: Run, main: Process, script: str) -> Verdict | None:
    """Say that a script's trap never ran, if the script has become another program."""
    if _is_shell(main) or run.killed:
        return None
    cause = f'{script} sets "trap … EXIT" and then becomes {main.label} by exec: it never runs'
    return Verdict("cut-off", main.pid, cause, _advice.DEAD_TRAP)


def lost_requests(main: Process, lost: int) -> Verdict:
    """Say that requests in flight got no answer."""
    many = "1 request" if lost == 1 else f"{lost} requests"
    cause = f"{main.label} ended with {many} in flight that got no answer"
    return Verdict("cut-off", main.pid, cause, _advice.LOST)


def _exit_code(run: Run, number: int) -> Iterator[Verdict]:
    code, main = run.exit_code, main_of(run)
    if not code:
        return
    by_signal = main.end is not None and main.end.how == "signal" and main.end.code == number
    if code == _SHELL_LIKE + number and by_signal:
        return  # it has no handler, or sends itself the signal after its work: all it can do
    cause = f"{main.label} ended with exit code {code} after SIG{run.stop}"
    if code == _SHELL_LIKE + number:
        cause += ", by its own choice: an orchestrator takes that for an error"
    yield Verdict("exit-code", main.pid, cause, _advice.exit_code(code))
