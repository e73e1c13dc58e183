"""A service of a compose project, brought up by pytest-docker."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from typing import TYPE_CHECKING, cast

from tinyinit.testing._report import ContainerError

if TYPE_CHECKING:
    from collections.abc import Generator

    import pytest

    from tinyinit.engine import Engine

_TIMEOUT = 30
_DEFAULT = "docker compose"
_SETUP = ["up --build --wait"]


def command(given: str) -> str:
    """Return the compose command that is there: the fixture's, else the stand-alone program."""
    if _version(given) is not None:
        return given
    if given == _DEFAULT and _version("docker-compose") is not None:
        return "docker-compose"
    raise ContainerError(f"no {given}; install docker's compose plugin, or docker-compose")


@contextlib.contextmanager
def project(request: pytest.FixtureRequest) -> Generator[str]:
    """Bring the project of pytest-docker's fixtures up; give its name, and take it down."""
    from pytest_docker.plugin import (  # for a compose service only
        get_docker_services,  # pyright: ignore[reportUnknownVariableType]
    )

    given: str = request.getfixturevalue("docker_compose_command")
    name: str = request.getfixturevalue("docker_compose_project_name")
    file: list[str] | str = request.getfixturevalue("docker_compose_file")
    setup: list[str] | str = request.getfixturevalue("docker_setup")
    cleanup: list[str] | str = request.getfixturevalue("docker_cleanup")
    found = command(given)
    if setup == _SETUP and (_version(found) or "").startswith("1."):
        setup = ["up --build --detach"]  # it has no --wait; `wait_ready` waits for the service
    try:
        with get_docker_services(found, file, name, setup, cleanup):
            yield name
    except Exception as error:
        # pytest-docker raises a plain Exception with all that compose printed.
        text = str(error)
        if type(error) is not Exception or " returned " not in text:
            raise
        end = " | ".join(text.replace("\\n", "\n").strip('". \n').splitlines()[-6:])
        raise ContainerError(f"{found} failed: {end}") from None


def service(engine: Engine, name: str, wanted: str) -> str:
    """Return the id of a service's container; ContainerError if the project has none."""
    names: list[str] = []
    for container in engine.containers(f"com.docker.compose.project={name}"):
        config = cast("dict[str, dict[str, str]]", engine.inspect(container)["Config"])
        names.append(config["Labels"]["com.docker.compose.service"])
        if names[-1] == wanted:
            return container
    there = ", ".join(sorted(set(names))) or "none"
    raise ContainerError(f"no service {wanted} in the compose project; expected one of {there}")


def _version(given: str) -> str | None:
    """Return the version of a compose command, None if it is not there."""
    words = given.split()
    if shutil.which(words[0]) is None:
        return None
    done = subprocess.run(  # noqa: S603  # the command that the project's fixture names
        [*words, "version", "--short"],
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
    return done.stdout.strip().removeprefix("v") if done.returncode == 0 else None
