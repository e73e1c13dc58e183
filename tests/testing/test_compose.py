"""A service of a compose project as the image under test, brought up by pytest-docker."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.testing.conftest import Project

COMPOSE = """\
version: "2.4"
services:
  web:
    build: .
    environment: {COLOUR: red}
    stop_signal: SIGTERM
  beside:
    image: alpine:3.23
    command: sleep 600
    init: true
"""
CONFTEST = """
import pytest
@pytest.fixture(scope="session")
def docker_compose_file(pytestconfig):
    return str(pytestconfig.rootpath / "compose.yaml")
"""
TEST = """
import pytest

def test_stops(container):
    assert container.stop(within=5).clean

def test_started_again(container, docker_compose_project_name):
    labels = container.inspect()["Config"]["Labels"]
    assert "web" == labels["com.docker.compose.service"]
    assert docker_compose_project_name == labels["com.docker.compose.project"]
    assert container.stop(within=5).clean

@pytest.mark.container(args=["sh", "-c", "echo $COLOUR $SIZE; ping -c 1 -w 5 beside && sleep 60"],
                       env={"SIZE": "big"}, ready_line="1 packets received")
def test_beside_it(container):
    assert container.logs().startswith("red big")

def test_refused(image):
    assert ["PORT"] == list(image.run(env={"PORT": "80a"}).problems)
"""


@pytest.fixture
def compose_project(project: Callable[..., Project]) -> Project:
    """Give a compose project, if this machine has either command of compose."""
    for words in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(words[0]):
            done = subprocess.run([*words, "version"], capture_output=True, check=False, timeout=60)
            if done.returncode == 0:
                return project(test_app__py=TEST, conftest__py=CONFTEST, compose__yaml=COMPOSE)
    pytest.skip("neither docker compose nor docker-compose")


def test_service_of_a_project(compose_project: Project, left: Callable[[], list[str]]) -> None:
    """The service's own container is stopped, and started again; others stand beside it."""
    ran = compose_project.run("--image", "compose:web")
    assert "4 passed" == ran.counts, ran.text
    assert [] == left()


def test_service_that_is_not_there(compose_project: Project, left: Callable[[], list[str]]) -> None:
    """A service that the project has not is named, with those it has."""
    ran = compose_project.run("--image", "compose:db", "-k", "stops")
    assert "no service db in the compose project; expected one of beside, web" in ran.text
    assert [] == left()


def test_project_that_does_not_come_up(compose_project: Project) -> None:
    """The end of what compose says is in the error."""
    compose_project.write(compose__yaml="services: {web: {image: 'tinyinit-no-such:1'}}\n")
    ran = compose_project.run("--image", "compose:web", "-k", "stops")
    assert "1 error" in ran.counts, ran.text
    assert "failed: " in ran.text
