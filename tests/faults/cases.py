"""The planted faults: what each is, how to run it, and what must be said of it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.machine import YES, Answer, compiler, has_command

HERE = Path(__file__).parent
BUILT = HERE.parent.parent / "build" / "faults"


@dataclass(frozen=True)
class Fault:
    """One fault. `cause` is a regular expression that the cause must match."""

    folder: str
    command: tuple[str, ...]
    verdict: str
    cause: str
    init: str = "none"
    stop: str = "TERM"
    grace: float = 1.0
    at: float | None = None
    """Seconds after the start at which it is stopped, None for once it is ready."""
    ready: str | None = None
    """A line that says that it is ready; None for half a second."""
    name: str = ""

    @property
    def id(self) -> str:
        """Return the fault's name in a list of tests."""
        return self.name or self.folder

    @property
    def dockerfile(self) -> Path:
        """Return its Dockerfile, whose context is the folder of all faults."""
        return HERE / self.folder / "Dockerfile"


def _script(folder: str, file: str = "entry.sh") -> tuple[str, ...]:
    return (str(HERE / folder / file),)


def _python(folder: str) -> tuple[str, ...]:
    return ("python3", str(HERE / folder / "app.py"))


FAULTS = (
    Fault(
        "no_exec",
        _script("no_exec"),
        "deaf",
        r"entry\.sh \(pid 1\) did not pass SIGTERM on to python3 app\.py \(pid \d+\)",
        ready="ready",
    ),
    Fault(
        "no_exec",
        _script("no_exec"),
        "cut-off",
        r"entry\.sh \(pid \d+\) did not pass SIGTERM on to python3 app\.py \(pid \d+\); tini",
        init="tini",
        ready="ready",
        name="no_exec_tini",
    ),
    Fault(
        "pipe_into_tee",
        _script("pipe_into_tee"),
        "deaf",
        r"entry\.sh \(pid 1\) did not pass SIGTERM on to python3 .* it pipes into tee \(pid \d+\)",
    ),
    Fault(
        "dead_trap",
        _script("dead_trap"),
        "cut-off",
        r'entry\.sh sets "trap … EXIT" and then becomes python3 app\.py .* by exec: it never runs',
        ready="ready",
    ),
    Fault(
        "ignores_term",
        _python("ignores_term"),
        "deaf",
        r"python3 app\.py \(pid 1\) ignores SIGTERM",
        ready="ready",
    ),
    Fault(
        "second_term",
        _python("second_term"),
        "deaf",
        r"took the first SIGTERM and went on; a second one ended it",
        ready="ready",
    ),
    Fault(
        "outlives_master",
        _python("outlives_master"),
        "leftovers",
        r"python3 app\.py \(pid \d+\) outlived python3 app\.py \(pid 1\), never got SIGTERM",
        ready="ready",
    ),
    Fault(
        "slow_flush",
        _python("slow_flush"),
        "too-slow",
        r"was still at work in its handler for SIGTERM.* when the grace period of 1 s was over",
        ready="ready",
    ),
    Fault(
        "own_session",
        _python("own_session"),
        "cut-off",
        r"did not pass SIGTERM on to python3 app\.py \(pid \d+\), in a session of its own",
        ready="ready",
    ),
    Fault(
        "stopped_child",
        _python("stopped_child"),
        "deaf",
        r"python3 app\.py \(pid \d+\) is stopped, as by SIGSTOP: SIGTERM waits until SIGCONT",
        ready="ready",
    ),
    Fault(
        "fork_storm",
        _python("fork_storm"),
        "cut-off",
        r"and \d+ more was started \S+ m?s after SIGTERM, and killed at work",
        ready="ready",
    ),
    Fault(
        "stopsignal_mismatch",
        _python("stopsignal_mismatch"),
        "deaf",
        r"python3 app\.py \(pid 1\) has a handler for SIGTERM, none for SIGQUIT",
        stop="QUIT",
        ready="ready",
    ),
    Fault(
        "stop_at_start",
        _python("stop_at_start"),
        "deaf",
        r"had no handler for SIGTERM yet: it came while the program started",
        at=0.1,
        grace=3.0,
    ),
    Fault(
        "migration",
        _script("migration"),
        "deaf",
        r"entry\.sh \(pid 1\) did not pass SIGTERM on to python3 migrate\.py .* before python3 app",
        at=0.6,
        grace=3.0,
    ),
    Fault(
        "code_143",
        _python("code_143"),
        "exit-code",
        r"python3 app\.py \(pid 1\) ended with exit code 143 after SIGTERM, by its own choice",
        ready="ready",
    ),
    Fault(
        "deaf_python",
        _python("deaf_python"),
        "deaf",
        r"python3 app\.py \(pid 1\) has no handler for SIGTERM, and for PID 1 the kernel",
        ready="ready",
    ),
    Fault(
        "deaf_node",
        ("node", str(HERE / "deaf_node" / "app.js")),
        "deaf",
        r"node app\.js \(pid 1\) has no handler of its own for SIGTERM",
        ready="ready",
    ),
    Fault(
        "deaf_c",
        (str(BUILT / "deaf_c"),),
        "deaf",
        r"deaf_c \(pid 1\) has no handler for SIGTERM, and for PID 1 the kernel",
    ),
    Fault(
        "java_143",
        ("java", str(HERE / "java_143" / "App.java")),
        "exit-code",
        r"java.* \(pid 1\) ended with exit code 143 after SIGTERM, by its own choice",
        ready="ready",
        grace=5.0,
    ),
)


def can_run(fault: Fault) -> Answer:
    """Whether this machine has what a fault's program and init need."""
    if fault.init != "none" and not (here := has_command(fault.init)):
        return here
    program = fault.command[0]
    return has_command(program) if program in ("node", "java") else YES


def build_c() -> None:
    """Compile the fault that is a static C program; its test is skipped without a compiler."""
    if BUILT.joinpath("deaf_c").exists() and shutil.which(str(BUILT / "deaf_c")):
        return
    BUILT.mkdir(parents=True, exist_ok=True)
    source = HERE / "deaf_c" / "app.c"
    words = [*compiler(), "-static", "-o", str(BUILT / "deaf_c"), str(source)]
    subprocess.run(words, check=True, timeout=200)
