"""Record a stop: `with recording(pid) as tape: …; tape.mark(); …; run = tape.finish(…)`."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from tinyinit.rehearse import _assemble, judging, signals
from tinyinit.rehearse._trace import open_trace
from tinyinit.rehearse._watch import Watch
from tinyinit.rehearse.model import Run
from tinyinit.rehearse.signals import Sent, number_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from tinyinit.rehearse.signals import Source


class Tape:
    """A recording under way. Made by `recording`."""

    def __init__(self, pid: int, source: Source | None, watch: Watch | None = None) -> None:
        """Record the tree below a PID, the PID 1 of a container or of a namespace."""
        self.watch = watch or Watch(pid)
        self.source = source
        self._marked: float | None = None
        self._sent: list[Sent] = []
        self._finished = False

    def mark(self) -> None:
        """Note that the stop signal is sent now; call it just before sending."""
        self.watch.closely()
        self._marked = time.monotonic()

    def note(self, number: int) -> None:
        """Note that the recorder itself sends PID 1 a signal now."""
        self._sent.append(Sent(time.monotonic(), 0, self.watch.root.pid, number, outer=True))

    def main_catches(self, number: int) -> bool:
        """Whether PID 1, or the first child of an init, had a handler when the stop came."""
        seen = self.watch.seen
        root, others = seen[0], [one for one in seen if one.parent == seen[0].pid]
        main = others[0] if root.name in judging.INITS and others else root
        return bool(main.at_stop and main.at_stop[2] & signals.bit(number))

    def ended(self, seconds: float) -> bool:
        """Wait for the end of PID 1, at most so long; return whether it has ended."""
        return self.watch.root_ended.wait(seconds)

    def finish(  # noqa: PLR0913  # what only the caller knows, each with a default
        self,
        *,
        init: str = "",
        stop: str = "TERM",
        grace: float = 10.0,
        exit_code: int | None = None,
        killed: bool = False,
        second: bool = False,
    ) -> Run:
        """Stop recording and return the run with its verdicts.

        `init` names what is PID 1 in front of main, "none" for main itself; left out, it is told
        from its name. `stop` names the signal that was sent, `grace` is the seconds until SIGKILL,
        `exit_code` PID 1's where the caller knows it, and `killed` says that SIGKILL was sent
        after the grace period.
        """
        self.watch.stop()
        self.close_source()
        sent = self._sent + (list(self.source.sent) if self.source else [])
        start = self._start(sent, number_of(stop) or 15)
        processes = _assemble.processes(self.watch.seen, sent, start)
        root = processes[0]
        if exit_code is None and root.end and root.end.code is not None:
            exit_code = root.end.code + (128 if root.end.how == "signal" else 0)
        if not init:
            init = root.program if root.program in judging.INITS else "none"
        ms = root.end.ms if root.end else (time.monotonic() - start) * 1000
        run = Run(init, stop, grace * 1000, processes, exit_code, ms, killed, second)
        run.verdicts = judging.judge(run)
        return run

    def close_source(self) -> None:
        """Stop collecting signals."""
        if self.source and not self._finished:
            self.source.close()
        self._finished = True

    def _start(self, sent: list[Sent], number: int) -> float:
        """Return when the stop signal was sent: as traced, else as marked."""
        marked = self._marked if self._marked is not None else time.monotonic()
        root = self.watch.root.pid
        times = [
            one.time
            for one in sent
            if one.outer and one.target == root and one.number == number and one.time >= marked
        ]
        if times:
            return min(times)
        self._sent.append(sent_now := Sent(marked, 0, root, number, outer=True))
        sent.append(sent_now)
        return marked


@contextlib.contextmanager
def recording(pid: int) -> Generator[Tape]:
    """Record a running container, by its PID 1's PID as this process sees it.

    Signals between its processes are seen by root on the machine itself (the kernel's trace); for
    others the report has the stop signal only. Raises ProcessLookupError where no such process is.
    """
    source = open_trace()
    try:
        tape = Tape(pid, source)
    except ProcessLookupError:
        if source:
            source.close()
        raise
    try:
        yield tape
    finally:
        tape.close_source()
        with contextlib.suppress(OSError, RuntimeError):
            tape.watch.stop()
