"""Run an init in a PID namespace of its own, as PID 1 or not, and talk to what it runs.

Nothing outlives the `with` block: the namespace's first process is killed at its end, and with
that the kernel ends everything in it.
"""

import contextlib
import ctypes
import os
import pty
import subprocess
import termios
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tests import machine
from tests.payload.build import program
from tests.streams import Stream, close, pump

Argument: TypeAlias = str | bytes | Path

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 120.0
"""Seconds that a step may take on a busy machine before a test gives up."""


class Process(NamedTuple):
    """One process as the namespace's own /proc shows it."""

    pid: int
    parent: int
    state: str
    name: str


class Run:
    """An init on the stage: what it says, what it runs, how it ends.

    `first` is the namespace's first process as seen from outside, `inner` the init's PID inside.
    """

    def __init__(self, fds: Mapping[str, int], *, pid1: bool, patience: float) -> None:
        """Take over descriptors: status, control, output, and errors unless on a terminal."""
        self.fds = fds
        self.pid1 = pid1
        self.patience = patience
        self.streams = {name: Stream(fd) for name, fd in fds.items() if name != "control"}
        self.first = int(self.reported("pid"))
        self.inner = "1" if pid1 else self.reported("init")

    @cached_property
    def pid(self) -> int:
        """Return the init's PID as seen from outside."""
        return self.first if self.pid1 else _outer_pid(self.first, self.inner)

    def _wait(self, name: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.patience
        while not holds():
            if not self.streams[name].open:
                raise AssertionError(f"{name} ended without it; {self}")
            try:
                pump(list(self.streams.values()), deadline)
            except TimeoutError:
                raise AssertionError(f"waited {self.patience} s; {self}") from None

    def _line(self, name: str) -> str:
        lines: list[bytes] = []

        def taken() -> bool:
            line = self.streams[name].line()
            lines.extend([] if line is None else [line])
            return bool(lines)

        self._wait(name, taken)
        return lines[0].decode(errors="surrogateescape")

    def __str__(self) -> str:
        """Return all that was seen so far, for the message of a failed test."""
        seen = (f"{name} {stream.data[-2000:]!r}" for name, stream in self.streams.items())
        return ", ".join(seen)

    def reported(self, what: str) -> str:
        """Return what the stage reports next, which must be a "pid", "init" or "held"."""
        word, _, rest = self._line("status").partition(" ")
        assert what == word, f"the stage reports {word} {rest}; {self}"
        return rest

    def line(self) -> str:
        """Return main's next line."""
        return self._line("output")

    def error_line(self) -> str:
        """Return the next line on standard error."""
        return self._line("errors")

    def skip_to(self, beginning: str) -> str:
        """Return what follows in main's next line that begins so."""
        while not (line := self.line()).startswith(beginning):
            pass
        return line.removeprefix(beginning).strip()

    def expect(self, text: str) -> None:
        """Wait until output has a text, in a whole line or not, and take it."""
        self._wait("output", lambda: self.streams["output"].past(text.encode()))

    def output(self) -> str:
        """Return the rest of standard output, waiting for its end: nobody holds it any more."""
        return self._rest("output")

    def errors(self) -> str:
        """Return the rest of standard error, the same."""
        return self._rest("errors")

    def so_far(self, name: str = "output") -> str:
        """Return all of a stream that is there by now, taken or not."""
        self.streams[name].fill()
        return self.streams[name].data.decode(errors="surrogateescape")

    def _rest(self, name: str) -> str:
        stream = self.streams[name]
        self._wait(name, lambda: not stream.open)
        rest, stream.taken = stream.data[stream.taken :], len(stream.data)
        return rest.decode(errors="surrogateescape")

    def wait(self) -> int:
        """Return the init's exit code, or minus the signal that killed it."""
        word, _, number = self._line("status").partition(" ")
        assert word in ("exit", "signal"), f"the stage reports {word} {number}; {self}"
        return int(number) if word == "exit" else -int(number)

    def is_over(self) -> bool:
        """Whether the init has ended by now."""
        return any(
            line.startswith(("exit ", "signal ")) for line in self.so_far("status").splitlines()
        )

    def kill(self, number: int) -> None:
        """Send a signal to the init from outside its namespace, as `docker kill` does."""
        os.kill(self.pid, number)

    def kill_main(self, number: int) -> None:
        """Send a signal to main, the init's first child."""
        os.kill(min(children(self.pid)), number)

    def queue(self, number: int, value: int) -> None:
        """Send a signal with a value, as sigqueue does."""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.sigqueue(self.pid, number, ctypes.c_void_p(value)) != 0:
            raise OSError(ctypes.get_errno(), "sigqueue")

    def type(self, keys: str) -> None:
        """Type on the terminal."""
        os.write(self.fds["output"], keys.encode())

    def release(self) -> None:
        """Let the held system call go on."""
        os.write(self.fds["control"], b"g")

    def processes(self) -> list[Process]:
        """Return the processes of the namespace but the stage's own."""
        entries = Path(f"/proc/{self.first}/root/proc").glob("[0-9]*")
        listed = (read_process(entry) for entry in entries)
        return [one for one in listed if one and (self.pid1 or one.pid != 1)]

    def find(self, name: str) -> list[Process]:
        """Return the processes of the namespace with this name."""
        return [one for one in self.processes() if one.name == name]

    def settle(self) -> None:
        """Wait until the init has done what it does after main's start, and sleeps."""
        directory = Path(f"/proc/{self.pid}/cwd")
        self.until(lambda: directory.readlink() == Path("/"))
        self.until(lambda: status_field(self.pid, "State").startswith("S"))

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something outside the streams holds."""
        deadline = time.monotonic() + self.patience
        while not holds():
            assert time.monotonic() < deadline, f"never within {self.patience} s; {self}"
            time.sleep(0.005)

    def state(self, name: str) -> str:
        """Return a process's state letter by its name, "" if there is none."""
        return "".join(one.state for one in self.find(name)[:1])


def read_process(entry: Path) -> Process | None:
    """Return the process of one directory of /proc, or None if it has gone."""
    try:
        text = (entry / "stat").read_text(errors="replace")
    except OSError:
        return None
    name_from, name_to = text.index("("), text.rindex(")")
    state, parent = text[name_to + 2 :].split()[:2]
    return Process(int(text[:name_from]), int(parent), state, text[name_from + 1 : name_to])


def children(pid: int) -> list[int]:
    """Return the children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found.extend(int(child) for child in (task / "children").read_text().split())
    return found


def descendants(pid: int) -> list[int]:
    """Return all processes below one, nearest first."""
    found = children(pid)
    for one in found:
        found.extend(children(one))
    return found


def status_field(pid: int, field: str) -> str:
    """Return one field of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"{field}:"))


def _outer_pid(harness: int, inner: str) -> int:
    for pid in descendants(harness):
        if status_field(pid, "NSpid").split()[-1] == inner:
            return pid
    raise AssertionError(f"process {inner} has gone already")


def _pipe_or_terminal(*, terminal: bool) -> tuple[int, int]:
    if not terminal:
        return os.pipe()
    ours, theirs = pty.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[3] &= ~termios.ECHO  # what is typed would stand in the middle of main's lines
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    return ours, theirs


@contextlib.contextmanager
def stage(  # noqa: PLR0913  # a scene has many sides, each with a default
    command: Sequence[Argument],
    *options: str,
    pid1: bool = True,
    terminal: bool = False,
    environment: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int | None = None,
    stderr: int | None = None,
    patience: float = PATIENCE,
) -> Generator[Run]:
    """Start a command, an init with its arguments, in a new PID namespace.

    Options are those of tests/payload/scene.c: "--block", "all", "--refuse", "157" and so on.
    With a terminal, that is standard input, output and error, and `type` types on it.
    A given stdout or stderr is used in place of a pipe that the test reads.
    Where no namespace can be made, the test is skipped.
    """
    machine.need(machine.can_unshare())
    if "--pid-max" in options:
        machine.need(machine.has_own_pid_max())
    status, status_end = os.pipe()
    control_end, control = os.pipe()
    output, output_end = _pipe_or_terminal(terminal=terminal)
    errors, errors_end = os.pipe()
    mode = [*(["--pid1"] if pid1 else []), *(["--terminal"] if terminal else [])]
    process = subprocess.Popen(
        [program("stage"), str(status_end), str(control_end), *mode, *options, "--", *command],
        stdin=output_end if terminal else stdin,
        stdout=output_end if stdout is None else stdout,
        stderr=output_end if terminal else errors_end if stderr is None else stderr,
        pass_fds=(status_end, control_end),
        env={"PATH": SEARCH_PATH} if environment is None else environment,
        start_new_session=True,
    )
    close([status_end, control_end, output_end, errors_end])
    fds = {"status": status, "control": control, "output": output, "errors": errors}
    try:
        yield Run(fds, pid1=pid1, patience=patience)
    finally:
        close([control])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=PATIENCE)
        process.kill()
        process.wait()
        close([status, output, errors])
