"""The docker commands that the container tests need, each with a limit in seconds.

Everything made here carries the session's label, so that `Engine.remove_all` finds it again
whatever became of the test that made it.
"""

import os
import subprocess
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

TIMEOUT = 30.0
BUILD_TIMEOUT = 120.0
PULL_TIMEOUT = 120.0

# The values of the fixtures of these names, where they are functions.
BuildImage = Callable[[str], str]
Unavailable = Callable[[str], NoReturn]


class DockerError(AssertionError):
    """A docker command failed; the text has the command and what it said."""


class ImageMissingError(DockerError):
    """A base image is neither present nor can it be pulled."""


@dataclass(frozen=True)
class Engine:
    """A docker daemon: the default one, or that at the address `host`."""

    host: str = ""
    session: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    @property
    def label(self) -> str:
        """What marks everything this session makes."""
        return f"tinyinit.tests={self.session}"

    def docker(
        self, *args: str, timeout: float = TIMEOUT, check: bool = True, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one docker command; stderr joins stdout, as `docker logs` splits them."""
        host = ["--host", self.host] if self.host else []
        done = subprocess.run(
            ["docker", *host, *args],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
            env={**os.environ, "DOCKER_BUILDKIT": "0"},
        )
        if check and done.returncode != 0:
            raise DockerError(f"docker {' '.join(args)}: {done.returncode}: {_text(done)}")
        return done

    def text(self, *args: str, timeout: float = TIMEOUT) -> str:
        """Return what one docker command printed, without the last newline."""
        return _text(self.docker(*args, timeout=timeout))

    def build(
        self,
        context: Path,
        tag: str,
        *,
        options: tuple[str, ...] = (),
        build_args: Mapping[str, str] | None = None,
    ) -> str:
        """Build the image `tag` from the folder `context`, after a look for its base images."""
        values = build_args or {}
        for base in base_images((context / "Dockerfile").read_text(), values):
            self._need(base)
        pairs = [f"--build-arg={name}={value}" for name, value in values.items()]
        self.docker(
            *("build", "--force-rm", "--label", self.label, "--tag", tag, *pairs, *options),
            str(context),
            timeout=BUILD_TIMEOUT,
        )
        return tag

    def _need(self, image: str) -> None:
        if self.docker("image", "inspect", image, check=False).returncode == 0:
            return
        try:
            pulled = self.docker("pull", "--quiet", image, timeout=PULL_TIMEOUT, check=False)
        except subprocess.TimeoutExpired as error:
            raise ImageMissingError(f"no image {image}, and its pull takes too long") from error
        if pulled.returncode != 0:
            raise ImageMissingError(f"no image {image}, and no pull: {_text(pulled)}")

    @contextmanager
    def container(
        self, image: str, *command: str, options: tuple[str, ...] = ()
    ) -> Generator["Container"]:
        """Run a container in the background; it is gone when the block ends."""
        name = self.new_name()
        try:
            self.docker(
                *("run", "--detach", "--name", name, "--label", self.label),
                *(*options, image, *command),
            )
            yield Container(engine=self, name=name)
        finally:
            self.docker("rm", "--force", "--volumes", name, check=False)

    def new_name(self) -> str:
        """Return a name that no other container has."""
        return f"tinyinit-{self.session}-{uuid.uuid4().hex[:8]}"

    def remove_all(self) -> None:
        """Remove every container and image of this session."""
        mine = ("--filter", f"label={self.label}")
        if containers := self.text("ps", "--all", "--quiet", *mine).split():
            self.docker("rm", "--force", "--volumes", *containers, check=False)
        if images := self.text("images", "--quiet", *mine).split():
            self.docker("rmi", "--force", *dict.fromkeys(images), check=False)


@dataclass(frozen=True)
class Container:
    """A container that was started."""

    engine: Engine
    name: str

    def logs(self) -> str:
        """Return all that its processes wrote."""
        return self.engine.text("logs", self.name)

    def lines(self) -> list[str]:
        """Return the log, one item a line."""
        return self.logs().splitlines()

    def inspect(self, template: str) -> str:
        """Return what docker knows, by a Go template such as `{{.State.Status}}`."""
        return self.engine.text("inspect", "--format", template, self.name)

    def wait_for(self, line: str, *, count: int = 1, within: float = 10) -> None:
        """Return when the log has had `line` `count` times; fail if it ends or takes too long."""
        deadline = time.monotonic() + within
        while True:
            running = self.inspect("{{.State.Running}}") == "true"
            lines = self.lines()
            if lines.count(line) >= count:
                return
            if not running or time.monotonic() > deadline:
                raise DockerError(f"expected {line!r} {count} times in the log: {lines}")
            time.sleep(0.02)

    def kill(self, signal: str) -> None:
        """Send PID 1 a signal, by name or number."""
        self.engine.docker("kill", "--signal", signal, self.name)

    def stop(self, *, grace: int = 10) -> float:
        """Stop it as an orchestrator does; return the seconds that took."""
        begin = time.monotonic()
        self.engine.docker("stop", "--time", str(grace), self.name)
        return time.monotonic() - begin

    def wait(self, *, within: float = 10) -> int:
        """Return the exit code, once it has ended."""
        return int(self.engine.text("wait", self.name, timeout=within))

    def zombies(self) -> int:
        """Count its zombies with the payload; `docker top` has none, as no cgroup lists them."""
        return int(self.engine.text("exec", self.name, "/payload", "zombies"))


def _text(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode(errors="backslashreplace").replace("\r\n", "\n").rstrip("\n")


def base_images(dockerfile: str, values: Mapping[str, str]) -> list[str]:
    """Return the images that a Dockerfile builds on; `values` are its build arguments."""
    known = dict(values)
    stages = {"scratch"}
    bases: list[str] = []
    for line in dockerfile.splitlines():
        words = line.split()
        match words:
            case ["ARG", argument]:
                name, _, default = argument.partition("=")
                known.setdefault(name, default)
            case ["FROM", image, *rest]:
                name = known[image.strip("${}")] if image.startswith("$") else image
                if name not in stages:
                    bases.append(name)
                stages.update(rest[1:])
            case _:
                pass
    return bases
