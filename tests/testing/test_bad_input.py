"""What the fixtures say where something is wrong, and that nothing is left, nobody harmed."""

from __future__ import annotations

import os
import signal
import socket
import threading
import uuid
from typing import TYPE_CHECKING

import pytest

from tinyinit.testing._session import OWNER, alive, owner

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from tests.testing.conftest import Project
    from tinyinit.engine import Engine

BASE = "alpine:3.23"
STOPS = "def test_it(container):\n    container.stop(within=1)\n"
WAITS = """
import pathlib, time
def test_it(container):
    pathlib.Path("here").touch()
    time.sleep(60)
"""


@pytest.fixture
def bystander(container_engine: Engine) -> Generator[str]:
    """Give a container that is nobody's business: not the plugin's, or that of a living run."""
    labels = {OWNER: owner(), "tinyinit.testing.run": "another"}
    mine = container_engine.start(BASE, ["sleep", "600"])
    other = container_engine.start(BASE, ["sleep", "600"], labels=labels)
    try:
        yield mine
        assert {mine, other} <= set(container_engine.containers(running=True))
    finally:
        container_engine.remove(mine, other)


@pytest.mark.parametrize(
    ("app", "line"),
    [
        ("echo broken >&2; exit 3", "ended by itself with exit code 3; its last line: broken"),
        ("exit 0", "ended by itself with exit code 0; it wrote nothing"),
    ],
)
def test_container_that_ends_at_once_is_an_error(
    project: Callable[..., Project], app: str, line: str
) -> None:
    """A container that has ended before its stop is an error, whatever its exit code."""
    ran = project(test_app__py=STOPS, app__sh=app).run()
    assert "1 error" == ran.counts, ran.text
    assert f"ContainerError: the container {line}" in ran.text


def test_container_that_ends_before_its_stop(project: Callable[..., Project]) -> None:
    """A stop of what has ended meanwhile is an error, and so is a second stop."""
    test = """
import pytest
def test_killed(container):
    container.kill()
    container.wait()
    container.stop()
def test_twice(container):
    container.stop()
    container.stop()
"""
    ran = project(test_app__py=test).run()
    assert "2 failed" == ran.counts, ran.text
    assert "the container ended by itself with exit code 137; its last line: ready" in ran.text
    assert "the container was stopped before, with exit code 0" in ran.text


def test_container_that_is_never_ready(
    project: Callable[..., Project], left: Callable[[], list[str]]
) -> None:
    """A line or a port that never comes, and a health that is never good, are errors."""
    test = """
import pytest
@pytest.mark.container(ready_line="never", ready_within=0.3)
def test_line(container): pass
@pytest.mark.container(ready_port=1, ready_within=0.3)
def test_port(container): pass
@pytest.mark.container(ready_within=0.3, options=["--health-cmd=false"])
def test_health(container): pass
@pytest.mark.container(colour="red")
def test_mark(container): pass
"""
    ran = project(test_app__py=test).run()
    assert "4 errors" == ran.counts, ran.text
    for said in ('its log has no "never"', "nobody listens on 1", "it is not healthy"):
        text = f"the container is not ready: {said} after 0.3 s; its last line: ready"
        assert text in ran.text
    assert "the mark is container(env, args, options, ready_line, ready_port" in ran.text
    assert [] == left()


def test_program_that_is_not_there(
    project: Callable[..., Project], left: Callable[[], list[str]]
) -> None:
    """An image whose program is missing does not start: one line, and nothing is left."""
    dockerfile = 'FROM scratch\nCOPY app.sh /\nCMD ["/no/such"]\n'
    ran = project(test_app__py=STOPS, Dockerfile=dockerfile).run()
    assert "1 error" == ran.counts, ran.text
    assert 'the container does not start: exec: "/no/such": ' in ran.text
    assert [] == left()


def test_dockerfile_that_does_not_build(
    project: Callable[..., Project], left: Callable[[], list[str]]
) -> None:
    """The end of a build's output is in the error, which is one line for each test."""
    dockerfile = f"FROM {BASE}\nRUN echo hint; exit 9\n"
    ran = project(test_app__py=STOPS + WAITS, Dockerfile=dockerfile).run()
    assert "1 error" == ran.counts, ran.text
    line = next(
        line for line in ran.text.splitlines() if line.startswith("E  ") and "Error:" in line
    )
    assert "Dockerfile failed with exit code" in line
    assert "hint" in line
    assert [] == left()


def test_image_that_is_not_there(project: Callable[..., Project]) -> None:
    """An image that can neither be found nor pulled is named, as is a missing Dockerfile."""
    made = project(test_app__py=STOPS)
    ran = made.run("--image", "tinyinit-no-such:1")
    assert "1 error" == ran.counts, ran.text
    assert "EngineError: no image tinyinit-no-such:1, and no pull: " in ran.text
    (made.folder / "Dockerfile").unlink()
    ran = made.run()
    assert "1 error" == ran.counts, ran.text
    assert f"ContainerError: no Dockerfile at {made.folder}/Dockerfile" in ran.text


def test_no_engine(project: Callable[..., Project], tmp_path: Path) -> None:
    """Without an engine, or without an answer, tests are skipped; if it is required, they fail."""
    made = project(test_app__py=STOPS)
    empty = tmp_path / "empty"
    empty.mkdir()
    nobody = f"unix://{tmp_path}/no.sock"
    for environ, said in (
        ({"PATH": str(empty)}, "neither docker nor podman; install one of them"),
        ({"DOCKER_HOST": nobody}, "docker does not answer: "),
    ):
        ran = made.run("-rs", **environ)
        assert "1 skipped" == ran.counts, ran.text
        assert said in ran.text
        ran = made.run("--require-docker", **environ)
        assert "1 error" == ran.counts, ran.text
        assert said in ran.text


@pytest.mark.parametrize(
    ("how", "clean"), [(signal.SIGINT, True), (signal.SIGKILL, False)], ids=["ctrl-c", "kill"]
)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_run_that_is_interrupted(  # noqa: PLR0913, PLR0917  # a case and its fixtures
    bystander: str,
    project: Callable[..., Project],
    left: Callable[[], list[str]],
    how: signal.Signals,
    clean: bool,  # noqa: FBT001  # a parameter of the test
    workers: str,
) -> None:
    """Ctrl-C leaves nothing; what SIGKILL leaves, the next run removes. Bystanders stay."""
    made = project(test_app__py=WAITS)
    process = made.popen("-n", workers)
    made.wait_for("here")
    os.killpg(process.pid, how)
    made.end_of(process)
    assert clean == (left() == []), bystander
    made.write(test_app__py=STOPS)
    assert "1 passed" == made.run().counts
    assert [] == left()


class Relay:
    """A socket in front of docker's, until it is closed."""

    def __init__(self, path: Path, target: str) -> None:
        """Listen at a path."""
        self.target = target
        self.open: list[socket.socket] = []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                inner = self.server.accept()[0]
            except OSError:
                return
            outer = socket.socket(socket.AF_UNIX)
            outer.connect(self.target)
            self.open += [inner, outer]
            for one, other in ((inner, outer), (outer, inner)):
                threading.Thread(target=self._copy, args=(one, other), daemon=True).start()

    @staticmethod
    def _copy(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(1 << 16):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        """Hang up on everybody."""
        for each in (self.server, *self.open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                each.close()


def test_engine_that_goes_away(
    bystander: str,
    project: Callable[..., Project],
    left: Callable[[], list[str]],
    tmp_path: Path,
) -> None:
    """A daemon that goes in the middle is one line; what it left goes with the next run."""
    path = tmp_path / "relay.sock"
    relay = Relay(path, "/var/run/docker.sock")
    test = """
import pathlib, time
def test_it(container):
    pathlib.Path("here").touch()
    while not pathlib.Path("gone").exists():
        time.sleep(0.02)
    container.stop()
"""
    made = project(test_app__py=test)
    process = made.popen(DOCKER_HOST=f"unix://{path}")
    made.wait_for("here")
    relay.close()
    made.write(gone="")
    text = made.end_of(process).text
    assert "1 failed, 1 error" in text.splitlines()[-1], text
    assert "EngineError: docker does not answer: " in text
    assert "Traceback (most" not in text
    assert [] != left(), bystander
    made.write(test_app__py=STOPS)
    assert "1 passed" == made.run().counts
    assert [] == left()


def test_who_owns_is_alive() -> None:
    """Only an owner of this machine that certainly is no more counts as dead."""
    node, boot, namespace, pid, started = owner().split(" ")
    assert alive(owner())
    assert not alive(f"{node} {boot} {namespace} {pid} 1")
    assert not alive(f"{node} {uuid.uuid4()} {namespace} {pid} {started}")
    assert alive(f"{node} {boot} pid:[1] {pid} 1")
    assert alive(f"elsewhere {boot} {namespace} {pid} 1")
    assert alive("what another version writes")
