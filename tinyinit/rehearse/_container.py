"""Rehearse an image: a container of its own, recorded from the host, removed at the end."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tinyinit.engine import EngineError, find
from tinyinit.rehearse import signals
from tinyinit.rehearse._trace import open_trace
from tinyinit.rehearse.plan import CannotError, Plan
from tinyinit.rehearse.record import Tape

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = "/.tinyinit-rehearsal"


class Container:
    """An image's container on the stage."""

    def __init__(self, plan: Plan, init: str) -> None:
        """Start the container and begin to record; nothing is left where that fails."""
        image = plan.image or ""
        try:
            self._engine = find(plan.engine)
            self._engine.need_image(image)
            config = cast("Mapping[str, object]", self._engine.image(image)["Config"])
            options, words = _front(init, config, list(plan.program))
            self._id = self._engine.start(
                image, words, options=options, labels={"org.tinyinit.rehearsal": "1"}
            )
        except EngineError as error:
            raise CannotError(str(error)) from error
        self.started = time.monotonic()
        self.stop_signal = plan.stop or _own_stop_signal(config)
        self._words = [*_list(config, "Entrypoint"), *(plan.program or _list(config, "Cmd"))]
        source = None
        try:
            self.pid = self._engine.pid(self._id)
            source = open_trace()
            self.recording = Tape(self.pid, source)
        except (EngineError, ProcessLookupError) as error:
            if source:
                source.close()
            why = self._early_end() if isinstance(error, ProcessLookupError) else str(error)
            if isinstance(error, EngineError) and error.reason == "not-running":
                why = self._early_end()
            self._engine.remove(self._id, check=False)
            raise CannotError(why) from error
        except BaseException:
            self._engine.remove(self._id, check=False)
            raise

    @property
    def host(self) -> str:
        """Return the address at which the container's ports are reached from here."""
        try:
            facts = self._engine.inspect(self._id)
        except EngineError as error:
            raise CannotError(str(error)) from error
        network = cast("Mapping[str, object]", facts.get("NetworkSettings") or {})
        networks = cast("Mapping[str, Mapping[str, str]]", network.get("Networks") or {})
        found = [one.get("IPAddress", "") for one in networks.values()]
        return next((one for one in found if one), "127.0.0.1")

    def script(self) -> tuple[list[str], Path]:
        """Return the command that the image runs, and where its paths begin."""
        return self._words, Path(f"/proc/{self.pid}/root")

    def kill(self, number: int) -> None:
        """Have the engine send PID 1 a signal, as `docker stop` does."""
        if self.recording.source is None:  # else the trace sees it, and when
            self.recording.note(number)
        try:
            self._engine.kill(self._id, signals.name(number))
        except EngineError as error:
            if error.reason != "not-running":
                raise CannotError(str(error)) from error

    def wait(self) -> int:
        """Return the exit code once the container has ended."""
        try:
            return self._engine.wait(self._id)
        except EngineError as error:
            raise CannotError(str(error)) from error

    def saw(self, text: str, seconds: float) -> bool:
        """Wait until the container has logged a text; return whether it did."""
        time.sleep(min(seconds, 0.1))
        return text in self._logs()

    def last_line(self) -> str:
        """Return the last line it logged."""
        lines = [line for line in self._logs().splitlines() if line.strip()]
        return lines[-1][:200] if lines else ""

    def close(self) -> None:
        """Stop recording and remove the container."""
        try:
            self._engine.remove(self._id, check=False)
        except EngineError as error:
            raise CannotError(f"{error}; container {self._id[:12]} may be left") from error
        finally:
            self.recording.watch.stop()
            self.recording.close_source()

    def _logs(self) -> str:
        try:
            return self._engine.logs(self._id)
        except EngineError as error:
            raise CannotError(str(error)) from error

    def _early_end(self) -> str:
        code = self.wait()
        return f"the container ended with exit code {code} before it was ready: {self.last_line()}"


def _front(
    init: str, config: Mapping[str, object], program: list[str]
) -> tuple[list[str], list[str]]:
    """Return options and words of `docker run` that put an init in front of an image's command."""
    if init == "none":
        return [], program
    if init == "tini":
        return ["--init"], program
    if init == "tinyinit":
        from tinyinit import core  # only for this init

        path: str | None = str(core.path())
    else:
        path = shutil.which(init)
    if path is None:
        raise CannotError(f"--init {init}: no such program here")
    words = [*_list(config, "Entrypoint"), *(program or _list(config, "Cmd"))]
    place = f"{_PLACE}/{Path(path).name}"
    return [f"--volume={Path(path).resolve()}:{place}:ro", "--entrypoint", place], ["--", *words]


def _list(config: Mapping[str, object], key: str) -> list[str]:
    return cast("list[str]", config.get(key) or [])


def _own_stop_signal(config: Mapping[str, object]) -> str:
    text = str(config.get("StopSignal") or "TERM")
    number = signals.number_of(text)
    return signals.name(number) if number else "TERM"
