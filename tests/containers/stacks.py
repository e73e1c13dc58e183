"""The ways to run a program on Alpine that are compared for the stacks of its threads."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.containers.engine import Engine

ALPINE = "alpine:3.23"
PYTHON = "python:3.11-alpine"
DEBIAN = "debian:12"
SEGFAULT = 128 + 11

DEEP = """
import sys, threading
sys.setrecursionlimit(10 ** 6)
def deep(n): sorted([n - 1] if n else [], key=deep); return n
thread = threading.Thread(target=lambda: print(deep(int(sys.argv[1]))))
thread.start(); thread.join()
"""
"""Recurses through C, which sorted is, in a thread."""

Mounts = Sequence[tuple[Path, str]]


def run(
    engine: Engine,
    image: str,
    *command: str,
    mounts: Mounts = (),
    options: tuple[str, ...] = (),
    timeout: float = 60,
) -> list[str]:
    """Return the lines that a container's command printed, and its exit code as the last."""
    volumes = [word for path, place in mounts for word in ("--volume", f"{path}:{place}:ro")]
    done = engine.docker(
        *("run", "--rm", "--label", engine.label, *volumes, *options),
        *("--entrypoint", command[0], image, *command[1:]),
        check=False,
        timeout=timeout,
    )
    return [*done.stdout.decode().splitlines(), str(done.returncode)]


class Way(NamedTuple):
    """A way to start a program: what stands before it, and the file that this needs."""

    name: str
    before: tuple[str, ...] = ()
    file: str | None = None
    raises: bool = False

    def is_there(self) -> bool:
        """Return whether this machine has what the way needs."""
        return self.file in (None, "tinyinit") or shutil.which(self.file or "") is not None

    def run(
        self,
        engine: Engine,
        tinyinit: Path,
        image: str,
        *command: str,
        mounts: Mounts = (),
        options: tuple[str, ...] = (),
    ) -> list[str]:
        """Run a command in this way, as `run` does."""
        own: Mounts = []
        before = self.before
        if self.file == "tinyinit":
            own = [(tinyinit, "/sbin/tinyinit")]
        elif self.file:
            path = Path(shutil.which(self.file) or self.file)
            needed = libraries(path)
            own = [
                (path, f"/sbin/{path.name}"),
                *((file, f"/glibc/{file.name}") for file in needed),
            ]
            loader = [file.name for file in needed if file.name.startswith("ld-linux")]
            if loader:
                before = (f"/glibc/{loader[0]}", "--library-path", "/glibc", *before)
        return run(engine, image, *before, *command, mounts=[*own, *mounts], options=options)


def libraries(program: Path) -> list[Path]:
    """Return what a program of this machine needs to run, the loader too; none if it is static."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    words = [word for line in done.stdout.splitlines() for word in line.split()]
    return [Path(word) for word in words if word.startswith("/") and Path(word).is_file()]


WAYS = (
    Way("nothing"),
    Way("ulimit -s unlimited", ("sh", "-c", 'ulimit -s unlimited; exec "$@"', "sh")),
    Way("tini", ("/sbin/tini-static", "--"), "tini-static"),
    Way("dumb-init", ("/sbin/dumb-init", "--"), "dumb-init"),
    Way("catatonit", ("/sbin/catatonit", "--"), "catatonit"),
    Way("tinyinit --stack off", ("/sbin/tinyinit", "--stack", "off", "--"), "tinyinit"),
    Way("tinyinit", ("/sbin/tinyinit", "--"), "tinyinit", raises=True),
)
