"""What was seen of one stop: processes, signals, ends, verdicts; times from the stop signal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Json: TypeAlias = dict[str, object]

_AS_MS = 100
VERDICTS = ("clean", "cut-off", "deaf", "too-slow", "leftovers", "zombies", "exit-code")
"""The ids of all verdicts, as JSON has them."""


@dataclass(frozen=True)
class Signal:
    """A signal that was sent to a process: `signal` is its name without SIG, `ms` when.

    `sender` is the PID of who sent it, 0 for one from outside (the engine, the kernel).
    """

    signal: str
    ms: float
    sender: int = 0


@dataclass(frozen=True)
class End:
    """How a process ended: by `exit` with a code, or by a `signal` whose number is the code.

    `code` is None where the kernel does not tell it to those who are not the parent.
    """

    how: Literal["exit", "signal"]
    code: int | None
    ms: float


@dataclass
class Process:
    """One process as seen from outside. `pid` and `parent` count as inside its PID namespace."""

    pid: int
    parent: int
    program: str
    command: tuple[str, ...] = ()
    was: str = ""
    """The program that it was when the stop signal came; it may have become another since."""
    was_command: tuple[str, ...] = ()
    session: int = 0
    born_ms: float = 0.0
    new: bool = False
    """Whether it was not there yet when the stop signal came."""
    signals: list[Signal] = field(default_factory=list[Signal])
    end: End | None = None
    cut_off: bool = False
    caught: int = 0
    """The signals it had handlers for when the stop signal came; `caught_last`: at the last."""
    caught_last: int = 0
    ignored: int = 0
    blocked: int = 0
    pending: int = 0
    waits: bool = False
    """Whether it takes signals with sigtimedwait or a signalfd, as inits do."""
    state: str = "R"
    """The state's letter when it was last seen alive: R, S, D, T."""
    zombie_ms: tuple[float, float] | None = None
    """From when to when it was a zombie that nobody reaped, if for longer than a moment."""
    output_to: int = 0
    """The PID of the process whose standard input is the pipe it writes to, 0 for none."""

    @property
    def label(self) -> str:
        """Return the process as people name it: `sh (pid 7)`."""
        return f"{self.program} (pid {self.pid})"

    def took(self, name: str) -> Signal | None:
        """Return the first signal of this name that it got, from the stop signal on."""
        return next((one for one in self.signals if one.signal == name and one.ms >= -1), None)

    def as_json(self) -> Json:
        """Return the process as the JSON report has it."""
        end = self.end and {"how": self.end.how, "code": self.end.code, "ms": _ms(self.end.ms)}
        return {
            "pid": self.pid,
            "parent": self.parent,
            "program": self.program,
            "signals": [{"signal": one.signal, "ms": _ms(one.ms)} for one in self.signals],
            "end": end,
            "cut_off": self.cut_off,
        }


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a stop. `process` is the PID it is about, None for all of them."""

    id: str
    process: int | None
    cause: str
    advice: str

    def as_json(self) -> Json:
        """Return the verdict as the JSON report has it."""
        return {
            "id": self.id,
            "process": self.process,
            "cause": self.cause,
            "advice": self.advice,
        }


@dataclass
class Run:
    """One recorded stop."""

    init: str
    stop: str
    """The stop signal's name without SIG."""
    grace_ms: float
    processes: list[Process]
    exit_code: int | None = None
    """PID 1's exit code, 128 and the signal's number if one killed it; None if unknown."""
    stop_ms: float = 0.0
    """From the stop signal to the end of PID 1."""
    killed: bool = False
    """Whether PID 1 had to be killed when the grace period was over."""
    second: bool = False
    """Whether a second stop signal, at the end of the grace period, ended it at once."""
    lost: int | None = None
    """Requests of `--load` that got no answer, None without it."""
    note: str = ""
    """What the run was for: "0.1 s after its start", "" for the usual stop."""
    verdicts: list[Verdict] = field(default_factory=list[Verdict])

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong with this stop."""
        return all(one.id == "clean" for one in self.verdicts)

    @property
    def root(self) -> Process:
        """Return PID 1, which is recorded first."""
        return self.processes[0]

    @property
    def cut_off(self) -> list[Process]:
        """Return the processes that were cut off."""
        return [one for one in self.processes if one.cut_off]

    def process(self, pid: int) -> Process | None:
        """Return the process of a PID; the latest, where a PID came twice."""
        return next((one for one in reversed(self.processes) if one.pid == pid), None)

    def as_json(self) -> Json:
        """Return the run as the JSON report has it."""
        return {
            "init": self.init,
            "clean": self.clean,
            "verdicts": [one.as_json() for one in self.verdicts],
            "exit_code": self.exit_code,
            "stop_ms": _ms(self.stop_ms),
            "processes": [one.as_json() for one in self.processes],
        }


def report(runs: list[Run]) -> Json:
    """Return all runs as the JSON report."""
    return {"schema": 1, "runs": [run.as_json() for run in runs]}


def duration(ms: float) -> str:
    """Return a time as people write it: `2 ms`, `0.52 s`."""
    return f"{ms:.0f} ms" if ms < _AS_MS else f"{ms / 1000:.2f} s"


def _ms(value: float) -> float:
    return round(value, 1)
