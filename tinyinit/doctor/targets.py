"""Which containers to look at: a PID, or what docker or podman know by a name."""

from __future__ import annotations

from signal import Signals
from typing import TYPE_CHECKING, Any, cast

from tinyinit.doctor.facts import Asked

if TYPE_CHECKING:
    from tinyinit.engine import Engine

_TERM = 15


def of_container(engine: Engine, container: str, *, root: str = "/") -> Asked:
    """Return what to look at for a container of an engine. Raises EngineError."""
    pid = engine.pid(container, root=root)
    known = cast("dict[str, Any]", engine.inspect(container))
    config = cast("dict[str, Any]", known.get("Config") or {})
    name = str(known.get("Name") or container).removeprefix("/")
    return Asked(
        pid=pid,
        target=f"container {name}",
        root=root,
        stop_signal=signal_number(config.get("StopSignal")),
    )


def of_all(engine: Engine, *, root: str = "/") -> list[Asked]:
    """Return all running containers of an engine; one that ends meanwhile is left out."""
    from tinyinit.engine import EngineError  # only for containers

    found: list[Asked] = []
    for container in engine.containers(running=True):
        try:
            found.append(of_container(engine, container, root=root))
        except EngineError as error:
            if error.reason not in {"no-container", "not-running"}:
                raise
    return found


def signal_number(told: object) -> int:
    """Return the number of a stop signal as an engine tells it: a name, a number, or nothing."""
    text = str(told or "").upper()
    if text.isascii() and text.isdigit():
        return int(text) if 1 <= int(text[:4]) <= 64 else _TERM
    name = text if text.startswith("SIG") else f"SIG{text}"
    return Signals[name].value if name in Signals.__members__ else _TERM
