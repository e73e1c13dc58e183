"""A compose project, brought up through pytest-docker."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.engine import BuildImage, Container, Engine, Unavailable

SERVICES = {"hardened": 3, "rewritten": 4, "wrapped": 0, "two-inits": 6}
FILE = Path(__file__).parent / "compose.yaml"


def answers(command: str) -> bool:
    """Say whether this compose command is there."""
    try:
        done = subprocess.run(
            [*command.split(), "version"], capture_output=True, check=False, timeout=30
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="session")
def docker_compose_command(unavailable: Unavailable) -> str:
    """Find docker's compose plugin, else the stand-alone program."""
    found = [command for command in ("docker compose", "docker-compose") if answers(command)]
    if not found:
        unavailable("neither docker compose nor docker-compose")
    return found[0]


@pytest.fixture(scope="session")
def docker_compose_file(engine: Engine, image: BuildImage) -> Iterator[str]:
    """Give the project, with the image and the session's label in the environment it reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYINIT_TESTS_IMAGE", image("alpine"))
        patch.setenv("TINYINIT_TESTS_SESSION", engine.session)
        yield str(FILE)


@pytest.fixture(scope="session")
def docker_compose_project_name(engine: Engine) -> str:
    """Give the project a name of this session's own."""
    return f"tinyinit-{engine.session}"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    """Bring it up without a build: the image is there."""
    return ["up -d"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    """Take it down without a wait for what a test did not stop."""
    return ["down -v --timeout 0"]


@pytest.mark.usefixtures("docker_services")
def test_project_stops_cleanly(
    engine: Engine,
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
) -> None:
    """`compose stop` ends each service in its own way: no zombie, flushed, and with its code."""
    containers = {
        service: find(engine, docker_compose_project_name, service) for service in SERVICES
    }
    for container in containers.values():
        container.wait_for("ready")
        assert 0 == container.zombies()
    subprocess.run(
        [
            *docker_compose_command.split(),
            *("-f", docker_compose_file, "-p", docker_compose_project_name, "stop"),
        ],
        check=True,
        timeout=60,
    )
    for container in containers.values():
        assert "flushed" in container.lines()
    assert SERVICES == {service: container.wait() for service, container in containers.items()}


def find(engine: Engine, project: str, service: str) -> Container:
    """Return the container of a service."""
    labels = {"com.docker.compose.project": project, "com.docker.compose.service": service}
    filters = [f"--filter=label={name}={value}" for name, value in labels.items()]
    return Container(engine=engine, name=engine.text("ps", "--quiet", *filters))
