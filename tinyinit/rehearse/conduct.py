"""The rehearsal: start, wait until it is ready, stop, record; as often as the plan says."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tinyinit.rehearse import judging, scripts, signals
from tinyinit.rehearse._container import Container
from tinyinit.rehearse._load import Load
from tinyinit.rehearse._local import Stage, init_command
from tinyinit.rehearse.plan import CannotError, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tinyinit.rehearse.model import Run

Subject: TypeAlias = "Stage | Container"

_READY_LIMIT = 60.0
_SECOND_LIMIT = 0.3
_KILL_LIMIT = 5.0
_EARLY = (0.1, 0.5)
_SHORT_START = 0.05
COMPARED = ("none", "tini", "dumb-init", "catatonit", "tinyinit")


def rehearse(plan: Plan, tell: Callable[[str], None]) -> Iterator[Run]:
    """Yield each run of a plan; `tell` is given a line before each. Raises `CannotError`."""
    if plan.image is None:
        _check(plan)
    for init in _inits(plan):
        if plan.during == "startup":
            yield from _during_startup(plan, init, tell)
            continue
        for index in range(plan.runs):
            count = f", run {index + 1} of {plan.runs}" if plan.runs > 1 else ""
            tell(f"{_front(init)}{count}")
            yield one_run(plan, init, None)[0]


def _front(init: str) -> str:
    return "without an init" if init == "none" else f"with {init} in front"


def _check(plan: Plan) -> None:
    if shutil.which(plan.program[0]) is None:
        raise CannotError(
            f"no program {plan.program[0]} here; expected one on PATH, or a path to an executable"
        )
    if plan.ready_port and _accepts("127.0.0.1", plan.ready_port):
        raise CannotError(
            f"port {plan.ready_port} is in use already, so it would not tell that the program is "
            "ready; stop what listens there, or take another port"
        )


def _inits(plan: Plan) -> list[str]:
    usual = "none" if plan.image else "tinyinit"
    if not plan.compare:
        return [plan.init or usual]
    if plan.image:
        return ["none", "tini", "tinyinit"]
    return [one for one in COMPARED if one in ("none", "tinyinit") or shutil.which(one)]


def _during_startup(plan: Plan, init: str, tell: Callable[[str], None]) -> Iterator[Run]:
    """Stop it at 0.1 s, at 0.5 s, and in the middle of what runs before main."""
    for moment in _EARLY:
        tell(f"{_front(init)}, stopped {moment:g} s after its start")
        run, _ = one_run(plan, init, moment)
        run.note = f"{moment:g} s after its start"
        yield run
    tell(f"{_front(init)}, to see what runs before main")
    _, begins = one_run(plan, init, None)
    if begins > _SHORT_START:
        middle = begins / 2
        tell(f"{_front(init)}, stopped {middle:.2f} s after its start, before main")
        run, _ = one_run(plan, init, middle)
        run.note = f"{middle:.2f} s after its start, in the middle of what runs before main"
        yield run


def one_run(plan: Plan, init: str, moment: float | None) -> tuple[Run, float]:
    """Return one run, and after how many seconds main began."""
    subject = Container(plan, init) if plan.image else Stage(plan.program, init_command(init))
    load = None
    try:
        if moment is None:
            _until_ready(plan, subject)
            load = Load(plan.load) if plan.load else None
            if load:
                time.sleep(0.5)
        else:
            time.sleep(max(subject.started + moment - time.monotonic(), 0))
        begins = _main_began(subject)
        return _stop(plan, subject, init, load), begins
    finally:
        subject.close()


def _main_began(subject: Subject) -> float:
    """Return when the last of what runs was started, as a program or by exec."""
    living = [one for one in subject.recording.watch.seen if one.alive]
    return max((one.became for one in living), default=0.0) - subject.started


def _until_ready(plan: Plan, subject: Subject) -> None:
    if plan.ready_port is None and plan.ready_line is None:
        after = 2.0 if plan.ready_after is None else plan.ready_after
        if subject.recording.ended(after):
            _ended_early(subject)
        return
    host = subject.host if isinstance(subject, Container) else "127.0.0.1"
    limit = time.monotonic() + _READY_LIMIT
    while time.monotonic() < limit:
        if subject.recording.ended(0):
            _ended_early(subject)
        if plan.ready_line is not None and not subject.saw(plan.ready_line, 0.05):
            continue
        if plan.ready_port is not None and not _accepts(host, plan.ready_port):
            time.sleep(0.02)
            continue
        if subject.recording.ended(plan.ready_after or 0):
            _ended_early(subject)
        return
    what = f"port {plan.ready_port}" if plan.ready_port else f'the line "{plan.ready_line}"'
    raise CannotError(
        f"not ready within {_READY_LIMIT:g} s: no {what}; the last line it wrote: "
        f"{subject.last_line() or 'none'}"
    )


def _ended_early(subject: Subject) -> None:
    code = subject.wait()
    last = subject.last_line()
    said = f"; its last line: {last}" if last else ""
    raise CannotError(f"the program ended with exit code {code} before it was ready{said}")


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _stop(plan: Plan, subject: Subject, init: str, load: Load | None) -> Run:
    stop = subject.stop_signal if isinstance(subject, Container) else plan.stop or "TERM"
    number = signals.number_of(stop) or int(signal.SIGTERM)
    tape = subject.recording
    words, root = _command(plan, subject)
    script = scripts.dead_trap(words, root)
    tape.mark()
    begun = time.monotonic()
    subject.kill(number)
    killed = not tape.ended(plan.grace)
    second = False
    if killed:
        if tape.main_catches(number):
            subject.kill(number)
            second = tape.ended(_SECOND_LIMIT)
        if not second:
            subject.kill(signal.SIGKILL)
            if not tape.ended(_KILL_LIMIT):
                raise CannotError(_unkillable(subject))
    code = subject.wait()
    run = tape.finish(
        init=init if not plan.image or init != "none" else "",
        stop=stop,
        grace=plan.grace,
        exit_code=code,
        killed=killed,
        second=second,
    )
    if load:
        run.lost = load.finish(begun)
    judging.add_unseen(run, script)
    return run


def _command(plan: Plan, subject: Subject) -> tuple[list[str], Path]:
    if isinstance(subject, Container):
        return subject.script()
    return list(plan.program), Path("/")


def _unkillable(subject: Subject) -> str:
    watch = subject.recording.watch
    stuck = next((one for one in watch.seen if one.alive and one.state == "D"), watch.root)
    return (
        f"{stuck.name} (pid {stuck.inner}) is in state {stuck.state} and outlives SIGKILL: it "
        "waits for a disk or another device; it is left behind"
    )
