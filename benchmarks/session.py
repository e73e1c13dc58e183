"""An init that waits as PID 1 of its own PID namespace, and what /proc says about it."""

import os
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.model import ENVIRONMENT, Bench, BenchmarkError, Init

_PATIENCE = 10.0
_QUIET = 0.05


class Session(NamedTuple):
    """A running init: its PID as seen from here, and main's stdin and stdout."""

    pid: int
    stdin: IO[bytes]
    stdout: IO[bytes]

    def ask(self, line: str, expected: str) -> None:
        """Write a line to main and wait for its answer.

        `BenchmarkError`: it was another one.
        """
        self.stdin.write(line.encode() + b"\n")
        self.stdin.flush()
        self.expect(expected)

    def expect(self, expected: str) -> None:
        """Wait for a line of main."""
        seen = self.stdout.readline().decode().rstrip("\n")
        if seen != expected:
            raise BenchmarkError(f"main said {seen!r}, expected {expected!r}")

    def status(self, key: str) -> str:
        """Return a field of /proc/PID/status."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == key:
                return value.strip()
        raise BenchmarkError(f"/proc/{self.pid}/status has no {key}")

    def wakeups(self) -> int:
        """Return how often the init went to sleep so far."""
        return int(self.status("voluntary_ctxt_switches"))

    def cpu_time(self) -> float:
        """Return the microseconds the init itself was on a CPU; from the scheduler, not ticks."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1000

    def memory(self) -> dict[str, float]:
        """Return the sums of /proc/PID/smaps_rollup in KiB."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]
        return {name: float(value.split()[0]) for name, value in (s.split(":") for s in lines)}


@contextmanager
def session(bench: Bench, init: Init, main: Sequence[str]) -> Generator[Session]:
    """Run an init as PID 1 with this main; both are gone afterwards."""
    reader, writer = os.pipe()
    command = [bench.tool("launch"), str(writer), *init.command, *main]
    process = subprocess.Popen(  # noqa: S603  the inits are what is measured
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
        pass_fds=[writer],
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as report:
            pid = report.readline()
        if not pid or process.stdin is None or process.stdout is None:
            raise BenchmarkError(f"{init.name} was not started")
        yield Session(int(pid), process.stdin, process.stdout)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def idle_session(bench: Bench, init: Init) -> Generator[Session]:
    """Run an init as PID 1 whose main sleeps, and wait until the init sleeps too."""
    board = bench.tools / f"board.{init.name}"
    board.unlink(missing_ok=True)
    with session(bench, init, [bench.tool("listener"), str(board)]) as running:
        deadline = time.monotonic() + _PATIENCE
        while not (board.exists() and any(board.read_bytes()) and _sleeps(running)):
            if time.monotonic() > deadline:
                raise BenchmarkError(f"{init.name} did not come to rest")
        yield running


def _sleeps(running: Session) -> bool:
    before = running.cpu_time()
    time.sleep(_QUIET)
    return running.status("State").startswith("S") and running.cpu_time() == before
