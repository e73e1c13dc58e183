"""The image under test, and what runs it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from tinyinit.testing._container import Container
from tinyinit.testing._report import ContainerError, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tinyinit.engine import Engine

COMPOSE = "compose:"


class Told(Protocol):
    """Is told of containers: the plugin, which shows them if a test fails."""

    def started(self, one: Container) -> None:
        """Take a container that was started."""

    def ended(self, one: Container, result: Result) -> None:
        """Take the result of one that has ended and is gone."""


@dataclass(frozen=True)
class Image:
    """An image that is there: pulled, built from a Dockerfile, or that of a compose service.

    `id` is what the engine calls it. All methods raise `EngineError` if the engine fails.
    """

    engine: Engine
    id: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """What every container gets beside its own `env`: that of a compose service."""
    options: Sequence[str] = field(default=(), repr=False)
    service: str = field(default="", repr=False)
    """The id of the compose service's own container."""
    told: Told | None = field(default=None, repr=False)
    """Who is told of each container."""

    def run(
        self,
        *,
        env: Mapping[str, str] | None = None,
        args: Sequence[str] = (),
        options: Sequence[str] = (),
        within: float = 30,
    ) -> Result:
        """Run a container that ends by itself and return what it did.

        `env` is added to the image's environment, `args` take the place of its CMD, `options` are
        further words of `docker run`. Raises ContainerError if it still runs after `within`
        seconds: nothing refused to start. It is removed in any case.
        """
        __tracebackhide__ = True
        begin = time.monotonic()
        container = self.start(env=env, args=args, options=options)
        try:
            code = container.wait(within=within)
            result = Result(code, time.monotonic() - begin, container.logs())
        finally:
            container.remove()
        if self.told:
            self.told.ended(container, result)
        return result

    def start(
        self,
        *,
        env: Mapping[str, str] | None = None,
        args: Sequence[str] = (),
        options: Sequence[str] = (),
    ) -> Container:
        """Run a container in the background, as `run` does, and return it.

        It is removed when the test that called this ends, or with `with image.start() as …` at the
        end of the block.
        """
        __tracebackhide__ = True
        started = self.engine.start(
            self.id,
            args,
            env={**self.env, **(env or {})},
            labels=self.labels,
            options=[*self.options, *options],
        )
        container = Container(self.engine, started)
        if self.told:
            self.told.started(container)
        return container

    def own(self) -> Container:
        """Return the compose service's own container, started again if it was stopped."""
        __tracebackhide__ = True
        container = Container(self.engine, self.service, keep=True)
        if not cast("dict[str, object]", container.inspect()["State"])["Running"]:
            self.engine.call("start", self.service)
        if self.told:
            self.told.started(container)
        return container


def of_service(
    engine: Engine,
    container: str,
    labels: Mapping[str, str],
    told: Told,
) -> Image:
    """Return the image of a compose service: with its environment, in its networks."""
    facts = engine.inspect(container)
    config = cast("dict[str, list[str]]", facts["Config"])
    env = {name: value for name, _, value in (pair.partition("=") for pair in config["Env"] or ())}
    settings = cast("dict[str, dict[str, object]]", facts["NetworkSettings"])
    networks = [f"--network={name}" for name in list(settings["Networks"])[:1]]
    return Image(engine, str(facts["Image"]), labels, env, networks, container, told)


def is_path(name: str) -> bool:
    """Say whether a name is that of a Dockerfile or its folder, not that of an image."""
    return name.startswith((".", "/")) or Path(name).name.startswith("Dockerfile")


def dockerfile(name: str, folder: Path) -> Path:
    """Return the Dockerfile that a path means; ContainerError if there is none."""
    path = folder / name
    file = path / "Dockerfile" if path.is_dir() else path
    if not file.is_file():
        raise ContainerError(f"no Dockerfile at {file}; --image takes one, its folder, or an image")
    return file
