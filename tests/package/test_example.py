"""Dockerfile.example does what its lines say, with the wheel of this checkout."""

import json
import shutil
import subprocess
import time
import uuid
from collections.abc import Generator
from pathlib import Path

import pytest

import build_core
from tests.package.conftest import run

pytestmark = pytest.mark.timeout(1200)  # eight cold compiles

INSTALL = f"RUN pip install --no-cache-dir tinyinit=={build_core.version()}\n"


def docker(*arguments: str | Path) -> str:
    """Run docker, which must succeed; the classic builder, which needs no plugin."""
    return run("docker", *arguments, DOCKER_BUILDKIT="0")


@pytest.fixture(scope="module")
def image(
    request: pytest.FixtureRequest, wheels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Generator[str]:
    """Return the example's image; its pip takes the wheel from here instead of from the index."""
    if not shutil.which("docker") or subprocess.call(["docker", "info"], stdout=-3, stderr=-3):
        why = "no docker here, or its daemon does not answer"
        if request.config.getoption("--require-docker", default=False):
            pytest.fail(why)
        pytest.skip(why)
    context = tmp_path_factory.mktemp("example")
    for wheel in wheels.iterdir():
        shutil.copy(wheel, context)
    text = (build_core.ROOT / "Dockerfile.example").read_text()
    assert 1 == text.count(INSTALL)
    local = f"COPY *.whl /wheels/\n{INSTALL.replace('install', 'install --no-index -f /wheels')}"
    (context / "Dockerfile").write_text(text.replace(INSTALL, local))
    name = f"tinyinit-example-{uuid.uuid4().hex[:8]}"
    docker("build", "-q", "-t", name, context)
    yield name
    docker("image", "rm", "-f", name)


@pytest.fixture
def container(image: str) -> Generator[str]:
    """Return a container of the example whose server listens."""
    name = docker("run", "--detach", image).strip()
    script = "import socket; socket.create_connection(('127.0.0.1', 8000)).close()"
    deadline = time.monotonic() + 60
    while subprocess.call(["docker", "exec", name, "python", "-c", script], stderr=-3):
        assert time.monotonic() < deadline, docker("logs", name)
    yield name
    docker("rm", "--force", name)


def test_pip_takes_the_wheel_of_this_machine(image: str) -> None:
    """From a folder with every wheel, Alpine's pip takes the file, not the pure package."""
    shown = docker("run", "--rm", "--entrypoint", "tinyinit", image, "--version")
    assert f"tinyinit {build_core.version()}\n" == shown
    head = docker("run", "--rm", image, "head", "-c", "4", "/usr/local/bin/tinyinit")
    assert "\x7fELF" == head


def test_ends_at_once_with_the_code_of_its_app(container: str) -> None:
    """`docker stop` reaches the server, which SIGTERM ends, long before docker would kill it."""
    begin = time.monotonic()
    docker("stop", "--time", "60", container)
    assert time.monotonic() - begin < 30
    (state,) = json.loads(docker("inspect", container))
    assert 143 == state["State"]["ExitCode"]


def test_not_root(container: str) -> None:
    """Neither PID 1 nor the app is root."""
    script = "stat -c %u:%g /proc/1 /proc/$(cat /proc/1/task/1/children)"
    owners = docker("exec", container, "sh", "-c", script)
    assert "10001:10001\n10001:10001\n" == owners
