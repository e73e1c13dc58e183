"""What one run of pytest made with an engine: its labels, its images, and their end.

Everything made carries the run's id and its owner, a process of a machine. What an owner left that
was killed is removed by the next run that uses the engine.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tinyinit.engine import Engine, EngineError

if TYPE_CHECKING:
    from collections.abc import Generator

RUN = "tinyinit.testing.run"
OWNER = "tinyinit.testing.owner"
PROJECT = "tinyinit.testing.project"
_UNKNOWN = "-"


class Session:
    """One run of pytest, or its part in one worker of xdist."""

    def __init__(self, engine: Engine, run: str, owner: str, folder: Path) -> None:
        """Take the run's id and owner, and a folder that all its workers share."""
        self.engine = engine
        self.labels = {RUN: run, OWNER: owner}
        self._run = run
        self._folder = folder

    def build(self, dockerfile: Path) -> str:
        """Build an image once for all workers, and return its id.

        A failure is told to each of them, without another try.
        """
        __tracebackhide__ = True
        with self._shared(dockerfile) as known:
            if not known:
                options = ["--tag", f"tinyinit-testing:{self._run}-{uuid.uuid4().hex[:8]}"]
                try:
                    known["id"] = self.engine.build(
                        dockerfile.parent,
                        dockerfile=dockerfile,
                        labels=self.labels,
                        options=options,
                    )
                except EngineError as error:
                    known.update(reason=error.reason, text=str(error), output=error.output)
            if "id" not in known:
                raise EngineError("no-build", known["text"], output=known["output"])
            return known["id"]

    @contextlib.contextmanager
    def _shared(self, key: Path) -> Generator[dict[str, str]]:
        """Give what the workers know of a key, while no other worker does."""
        import fcntl  # not on Windows, where pytest must start all the same

        name = str(key).replace("/", "-").strip("-")[-200:]
        file = self._folder / f"tinyinit-{self._run}-{name}.json"
        with file.open("a+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            handle.seek(0)
            known: dict[str, str] = json.loads(handle.read() or "{}")
            try:
                yield known
            finally:
                handle.seek(0)
                handle.truncate()
                json.dump(known, handle)

    def project(self, name: str) -> None:
        """Note that a compose project is of this run: a volume remembers it."""
        labels = [f"--label={key}={value}" for key, value in self.labels.items()]
        self.engine.call("volume", "create", f"--label={PROJECT}={name}", *labels)

    def remove_all(self) -> None:
        """Remove all that this run made."""
        _remove(self.engine, f"{RUN}={self._run}")

    def reap(self) -> None:
        """Remove what a run left that was killed on this machine."""
        for owner in _owners(self.engine):
            if not alive(owner):
                _remove(self.engine, f"{OWNER}={owner}")


def _remove(engine: Engine, label: str) -> None:
    for project in _values(engine, "volume", PROJECT, label):
        of_project = f"com.docker.compose.project={project}"
        engine.remove(*engine.containers(of_project), check=False)
        for kind in ("network", "volume"):
            _remove_kind(engine, kind, of_project)
    engine.remove(*engine.containers(label), check=False)
    engine.remove_images(*engine.images(label), check=False)
    _remove_kind(engine, "volume", label)


def _remove_kind(engine: Engine, kind: str, label: str) -> None:
    names = engine.call(kind, "ls", "--quiet", f"--filter=label={label}").out.split()
    if names:
        engine.call(kind, "rm", *names, check=False)


def _owners(engine: Engine) -> set[str]:
    """Return the owners of all that any run has made."""
    found: set[str] = set()
    if containers := engine.containers(OWNER):
        facts = json.loads(engine.call("container", "inspect", *containers, check=False).out)
        found |= {each["Config"]["Labels"][OWNER] for each in facts}
    for image in engine.images(OWNER):
        config = cast("dict[str, dict[str, str]]", engine.image(image)["Config"])
        found.add(config["Labels"][OWNER])
    return found | set(_values(engine, "volume", OWNER, OWNER))


def _values(engine: Engine, kind: str, name: str, label: str) -> list[str]:
    """Return the values that a label has on the objects with another."""
    objects = engine.call(kind, "ls", "--quiet", f"--filter=label={label}").out.split()
    if not objects:
        return []
    facts = json.loads(engine.call(kind, "inspect", *objects, check=False).out or "[]")
    return [each["Labels"][name] for each in facts if name in (each["Labels"] or {})]


def owner(pid: int | None = None) -> str:
    """Return what names a process: machine, boot, PID namespace, PID, time of its start."""
    number = os.getpid() if pid is None else pid
    return " ".join((platform.node(), _boot(), _namespace(), str(number), _started(number)))


def alive(name: str) -> bool:
    """Say whether the owner of that name may still live; one that cannot be seen may."""
    words = name.split(" ")
    if len(words) != len(owner().split(" ")) or words[0] != platform.node():
        return True
    _, boot, namespace, pid, started = words
    if boot != _boot():
        return False
    if namespace != _namespace():
        return True
    if started != _UNKNOWN:
        return started == _started(int(pid))
    with contextlib.suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return False
    return True


def _boot() -> str:
    return _read("/proc/sys/kernel/random/boot_id")


def _namespace() -> str:
    try:
        return Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return _UNKNOWN


def _started(pid: int) -> str:
    """Return the field of /proc/PID/stat that tells two processes of one PID apart."""
    text = _read(f"/proc/{pid}/stat")
    return text.rpartition(")")[2].split()[19] if ")" in text else _UNKNOWN


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return _UNKNOWN
