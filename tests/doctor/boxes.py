"""Containers with a planted fault: images, mounts, start, and the doctor's look at them."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from tests.doctor.planted import CONTRACT, OS_RELEASE, PLANTED, Planted
from tests.doctor.trees import copy
from tinyinit.doctor.checks import examine
from tinyinit.doctor.facts import gather
from tinyinit.doctor.targets import of_container
from tinyinit.engine import Engine, EngineError, find
from tinyinit.findings import Result

SOURCE = Path(__file__).parent / "fault.c"
BUILT = Path(__file__).parent.parent.parent / "build" / "tests"
IMAGES = ("alpine:3.23", "debian:12", "scratch")
LABEL = f"tinyinit.doctor={os.getpid()}"
_PATIENCE = 15.0


class Missing(Exception):  # noqa: N818  # what a machine lacks is no error
    """Something that the planted faults need is not on this machine."""


@functools.cache
def fault() -> Path:
    """Return the program with faults, compiled: static, with the machine's compiler or Zig's."""
    target = BUILT / "doctor-fault"
    if not target.exists() or target.stat().st_mtime < SOURCE.stat().st_mtime:
        BUILT.mkdir(parents=True, exist_ok=True)
        machine = f"{os.uname().machine}-linux-musl"
        command = [sys.executable, "-m", "ziglang", "cc", "-target", machine, "-static"]
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        options = ["-Os", "-s", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror"]
        subprocess.run([*command, *options, SOURCE, "-o", draft], check=True)
        draft.replace(target)
    return target


@contextlib.contextmanager
def stage() -> Generator["Stage"]:
    """Make the folder that all containers mount, and remove everything at the end."""
    try:
        engine = find("docker")
        engine.check()
    except EngineError as error:
        raise Missing(str(error)) from error
    shell, init = shutil.which("busybox"), shutil.which("tini-static")
    if shell is None or init is None:
        raise Missing("no static busybox or tini-static here")
    with tempfile.TemporaryDirectory(prefix="tinyinit-doctor-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        shutil.copy(fault(), folder / "fault")
        shutil.copy(shell, folder / "sh")
        shutil.copy(init, folder / "tini")
        (folder / "tinyinit.toml").write_text(CONTRACT)
        (folder / "os-release").write_text(OS_RELEASE)
        (folder / "sock").write_text("")
        try:
            yield Stage(engine, folder)
        finally:
            engine.remove(*engine.containers(LABEL), check=False)
            engine.remove_images(*engine.images(LABEL), check=False)


class Stage:
    """Where containers with faults are started."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Take the engine and the folder that containers see as /fault."""
        self.engine = engine
        self.folder = folder
        self.scratch = ""
        self.label = LABEL.partition("=")[2]

    def image(self, name: str) -> str:
        """Return an image that is here; that of scratch is made of the faulty program alone."""
        if name != "scratch":
            try:
                self.engine.image(name)
            except EngineError as error:
                raise Missing(str(error)) from error
            return name
        if not self.scratch:
            dockerfile = self.folder / "Dockerfile"
            dockerfile.write_text("FROM scratch\nCOPY fault /app\n")
            key, _, value = LABEL.partition("=")
            self.scratch = self.engine.build(self.folder, labels={key: value})
        return self.scratch

    @contextlib.contextmanager
    def started(self, planted: Planted, image: str) -> Generator[str]:
        """Start a container with a fault, wait until the fault is there, and remove it."""
        options = [one.format(fault=self.folder) for one in planted.options]
        key, _, value = LABEL.partition("=")
        container = self.engine.start(
            self.image(image),
            planted.command,
            labels={key: value},
            options=[
                *("--volume", f"{self.folder}:/fault:ro", "--entrypoint", planted.entrypoint),
                *options,
            ],
        )
        try:
            self._wait(container, planted)
            yield container
        finally:
            self.engine.remove(container, check=False)

    def _wait(self, container: str, planted: Planted) -> None:
        deadline = time.monotonic() + _PATIENCE
        while "ready" not in self.engine.logs(container):
            # One that starts another program says nothing itself; a leak goes on.
            if time.monotonic() > deadline:
                raise AssertionError(f"{planted.name} is not ready")
            time.sleep(0.05)
        if planted.entrypoint != "/fault/fault" or "run" in planted.command:
            time.sleep(1.2)  # a shell's child counts once it has lived for a second

    def look(self, planted: Planted, container: str, *, version: int) -> Result:
        """Return what the doctor finds, with the real cgroup v1 or in a tree with v2."""
        asked = of_container(self.engine, container)._replace(probe=planted.probe)
        tools = frozenset[str]() if planted.tools else None
        if version == 1:
            return examine(gather(asked), tools=tools)
        with tempfile.TemporaryDirectory(prefix="tinyinit-tree-") as made:
            tree = copy(asked.pid, Path(made))
            facts = gather(asked._replace(root=str(tree), probe=False))
            if planted.probe:
                facts = facts._replace(probe=gather(asked).probe)
            return examine(facts, tools=tools)


def chosen(words: Sequence[str]) -> list[Planted]:
    """Return the faults whose name has one of the words in it; all without words."""
    return [one for one in PLANTED if not words or any(word in one.name for word in words)]
