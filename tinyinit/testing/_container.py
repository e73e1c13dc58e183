"""A running container in a test."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tinyinit.engine import Answer, Engine, EngineError, local_pid
from tinyinit.testing import _tree
from tinyinit.testing._report import ContainerError, Report, last_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from tinyinit.rehearse import Tape

READY_WITHIN = 30.0
SETTLES_WITHIN = 2.0
_QUIET = 0.2
_SECOND = 0.3
_TICK = 0.02
_SIGKILLED = 128 + signal.SIGKILL


class Container:
    """A container that was started; as a context manager it is gone at the end.

    All methods raise `EngineError` if the engine fails or has gone.
    """

    def __init__(self, engine: Engine, id: str, *, keep: bool = False) -> None:  # noqa: A002
        """Take a container by its id; `keep` leaves its removal to who made it."""
        self.engine = engine
        self.id = id
        self.report: Report | None = None
        self.kept_log: str | None = None
        self._keep = keep

    def __repr__(self) -> str:
        """Name it as the engine does."""
        return f"<Container {self.id[:12]}>"

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove it, but keep the log for the report of a test that failed."""
        __tracebackhide__ = True
        if error is not None and self.report is None:
            with contextlib.suppress(EngineError):
                self.kept_log = self.logs()
        self.remove()

    def stop(self, *, within: float = 10) -> Report:
        """Stop it as an orchestrator does, and return what was seen.

        It gets its stop signal, and SIGKILL after `within` seconds; one with a handler gets a
        second stop signal just before, to tell whether that would have ended it. Raises
        ContainerError if it had ended before: such a stop shows nothing.
        """
        __tracebackhide__ = True
        facts = self.inspect()
        self._must_run(facts)
        if pid := local_pid(facts):
            self.report = self._stop_recorded(pid, facts, within)
        else:
            begin = time.monotonic()
            self.engine.stop(self.id, grace=within)
            seconds = time.monotonic() - begin
            code = self.engine.wait(self.id)
            killed = code == _SIGKILLED and seconds >= within
            self.report = Report(code, seconds, killed, 0, self.logs(), None)
        return self.report

    def kill(self, signal: str = "KILL") -> None:
        """Send PID 1 a signal, by name or number: `kill("HUP")`."""
        __tracebackhide__ = True
        self.engine.kill(self.id, signal)

    def exec(self, *command: str, user: str = "", timeout: float = 30) -> Answer:
        """Run a command in it; return its exit code `code` and its output, `out` and `err`."""
        __tracebackhide__ = True
        return self.engine.exec(self.id, *command, user=user, timeout=timeout)

    def logs(self) -> str:
        """Return all that it wrote to stdout and stderr."""
        __tracebackhide__ = True
        return self.engine.logs(self.id)

    def zombies(self) -> int:
        """Count its processes that have ended and that nobody has reaped.

        Raises EngineError if it does not run, or not on this machine.
        """
        __tracebackhide__ = True
        return len(_tree.zombies(self.engine.pid(self.id)))

    def health(self) -> str:
        """Return `starting`, `healthy`, `unhealthy`, or `none` without a HEALTHCHECK."""
        __tracebackhide__ = True
        state = _state(self.inspect())
        given = cast("dict[str, object]", state.get("Health") or {})
        return str(given.get("Status") or "none")

    def inspect(self) -> dict[str, object]:
        """Return all that the engine knows of it."""
        __tracebackhide__ = True
        return self.engine.inspect(self.id)

    def wait(self, *, within: float = 30) -> int:
        """Return its exit code once it has ended by itself.

        Raises ContainerError if it still runs after so many seconds.
        """
        __tracebackhide__ = True
        try:
            return self.engine.wait(self.id, within=within)
        except EngineError as error:
            if error.reason != "timeout":
                raise
            text = f"the container still runs after {within:g} s; {last_line(self.logs())}"
            raise ContainerError(text) from None

    def wait_ready(self, *, line: str = "", port: int = 0, within: float = READY_WITHIN) -> None:
        """Return when it is ready: `line` is in its log, something listens on the TCP `port`.

        Without either: it is healthy, if it has a HEALTHCHECK; else it has settled, which means
        that none of its processes has used the CPU for 0.2 s, or that 2 s are over. Raises
        ContainerError if it ends before or is not ready after `within` seconds.
        """
        __tracebackhide__ = True
        if line:
            self._until(lambda: line in self.logs(), f'its log has no "{line}"', within)
        elif port:
            self._until(lambda: self._listens(port), f"nobody listens on {port}", within)
        elif self.health() != "none":
            self._until(lambda: self.health() == "healthy", "it is not healthy", within)
        else:
            self._settle()

    def remove(self) -> None:
        """Kill and remove it, with its unnamed volumes; a second time does nothing."""
        __tracebackhide__ = True
        if not self._keep:
            self.engine.remove(self.id)

    def _until(self, ready: Callable[[], bool], not_yet: str, within: float) -> None:
        __tracebackhide__ = True
        deadline = time.monotonic() + within
        while not ready():
            self._must_run(self.inspect())
            if time.monotonic() > deadline:
                text = f"{not_yet} after {within:g} s; {last_line(self.logs())}"
                raise ContainerError(f"the container is not ready: {text}")
            time.sleep(_TICK)

    def _settle(self) -> None:
        """Wait until its processes wait: they, and the CPU time they used, stay as they are."""
        __tracebackhide__ = True
        deadline = time.monotonic() + SETTLES_WITHIN
        pid = local_pid(self.inspect())
        before: list[_tree.Process] = []
        since = time.monotonic()
        while time.monotonic() < min(deadline, since + _QUIET):
            time.sleep(_TICK)
            now = _tree.below(pid)
            if now != before or not pid:
                before, since = now, time.monotonic()
        self._must_run(self.inspect())

    def _listens(self, port: int) -> bool:
        try:
            return _tree.listens(self.engine.pid(self.id), port)
        except EngineError as error:
            if error.reason == "not-running":
                return False
            raise

    def _must_run(self, facts: dict[str, object]) -> None:
        __tracebackhide__ = True
        state = _state(facts)
        if not state.get("Running"):
            how = f"exit code {state.get('ExitCode')}"
            if self.report is not None:
                raise ContainerError(f"the container was stopped before, with {how}")
            log = last_line(self.logs())
            raise ContainerError(f"the container ended by itself with {how}; {log}")

    def _stop_recorded(self, pid: int, facts: dict[str, object], within: float) -> Report:
        # Only for a stop: what rehearses imports more than a container needs.
        from tinyinit.rehearse import judging, recording, scripts

        __tracebackhide__ = True
        words = [str(facts["Path"]), *cast("list[str]", facts["Args"])]
        script = scripts.dead_trap(words, Path(f"/proc/{pid}/root"))
        zombies = _lost(pid)
        # Docker's is a name, podman's a number.
        stop = _name(str(cast("dict[str, object]", facts["Config"]).get("StopSignal") or "TERM"))
        try:
            with recording(pid) as tape:
                tape.mark()
                killed, second = self._end(tape, stop, within)
                code = self.engine.wait(self.id)
                run = tape.finish(
                    stop=stop, grace=within, exit_code=code, killed=killed, second=second
                )
        except ProcessLookupError:  # it ended since it was inspected
            self.engine.wait(self.id)
            self._must_run(self.inspect())
            raise
        judging.add_unseen(run, script)
        return Report(code, run.stop_ms / 1000, killed, zombies, self.logs(), run)

    def _end(self, tape: Tape, stop: str, within: float) -> tuple[bool, bool]:
        """Send the stop signal and what follows; return whether it was killed, or took a second.

        `docker stop` sends the same, but whole seconds apart and with nothing between.
        """
        __tracebackhide__ = True
        self.engine.kill(self.id, stop)
        if tape.ended(within):
            return False, False
        with contextlib.suppress(EngineError):  # it may end at any moment
            if tape.main_catches(_number(stop)):
                self.engine.kill(self.id, stop)
                if tape.ended(_SECOND):
                    return True, True
            self.engine.kill(self.id, "KILL")
        return True, False


def _lost(pid: int) -> int:
    """Count the zombies that nobody will reap: a parent at work reaps its own in a moment."""
    first = {one.pid for one in _tree.zombies(pid)}
    if not first:
        return 0
    time.sleep(_QUIET)
    return len(first & {one.pid for one in _tree.zombies(pid)})


def _state(facts: dict[str, object]) -> dict[str, object]:
    return cast("dict[str, object]", facts["State"])


def _name(given: str) -> str:
    """Return a signal's name without SIG, for `SIGQUIT`, `QUIT` and `3`."""
    if given.isdigit() and int(given) in {int(each) for each in signal.Signals}:
        return signal.Signals(int(given)).name.removeprefix("SIG")
    return given.upper().removeprefix("SIG")


def _number(stop: str) -> int:
    """Return the number of a signal by its name; 0, which no signal has, for one without."""
    return getattr(signal, f"SIG{stop}", 0)
