"""`tinyinit rehearse --docker`: a container recorded from the host, and removed."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cases import HERE
from tests.machine import has_docker, is_root, need
from tests.rehearse.test_command import rehearse
from tinyinit.engine import Engine, EngineError, find

IMAGE = "python:3.11-alpine"
LABEL = "org.tinyinit.rehearsal"


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return docker, or skip; what a rehearsal started must be gone after each test."""
    here = has_docker()
    if not here and request.config.getoption("--require-docker", default=False):
        pytest.fail(here.why_not)
    need(here, is_root())
    return find("docker")


@pytest.fixture
def image(engine: Engine) -> str:
    """Return the image with a shell wrapper that does not exec, or skip."""
    try:
        engine.image(IMAGE)
    except EngineError as error:
        pytest.skip(str(error))
    folder = HERE / "no_exec"
    os.environ.setdefault("DOCKER_BUILDKIT", "0")
    return engine.build(HERE, dockerfile=folder / "Dockerfile", labels={LABEL: "test"})


@pytest.fixture(autouse=True)
def nothing_left(engine: Engine) -> Iterator[None]:
    """Check that no container of a rehearsal is there after a test."""
    yield
    assert [] == engine.containers(f"{LABEL}=1")


def test_wrapper_bare_under_tini_and_under_tinyinit(image: str) -> None:
    """The wrapper is deaf bare, cuts the app off with docker's init, and is clean with tinyinit."""
    words = ("--compare", "--grace", "2s", "--ready-line", "ready", "--format", "json")
    done = rehearse("--docker", image, *words)
    runs = {run["init"]: run for run in json.loads(done.stdout)["runs"]}
    assert ["none", "tini", "tinyinit"] == list(runs)
    first = {name: run["verdicts"][0] for name, run in runs.items()}
    assert ["deaf", "cut-off", "clean"] == [one["id"] for one in first.values()], first
    assert "entry.sh (pid 1) did not pass SIGTERM on to python3 app.py" in first["none"]["cause"]
    app = next(one for one in runs["tinyinit"]["processes"] if "app.py" in one["program"])
    assert "TERM" in [one["signal"] for one in app["signals"]], "seen in the kernel's trace"
    assert ("exit", 0) == (app["end"]["how"], app["end"]["code"])


def test_stop_signal_is_the_images_own(engine: Engine) -> None:
    """An image's STOPSIGNAL is what is sent, as docker stop would."""
    try:
        engine.image(IMAGE)
    except EngineError as error:
        pytest.skip(str(error))
    file = HERE / "stopsignal_mismatch" / "Dockerfile"
    made = engine.build(HERE, dockerfile=file, labels={LABEL: "test"})
    words = ("--grace", "1s", "--ready-line", "ready")
    done = rehearse("--docker", made, *words)
    assert 1 == done.returncode, done.stderr
    assert "has a handler for SIGTERM, none for SIGQUIT" in done.stdout
    assert "STOPSIGNAL SIGTERM" in done.stdout


def test_image_whose_program_is_missing_is_125(image: str) -> None:
    """An image that does not start is one line."""
    done = rehearse("--docker", image, "--init", "no-such-init")
    assert (125, 1) == (done.returncode, done.stderr.count("\n")), done.stderr
    done = rehearse("--docker", "alpine:3.23", "--", "/no/such/program")
    assert (125, 1) == (done.returncode, done.stderr.count("\n")), done.stderr


def test_image_that_ends_at_once_is_125() -> None:
    """A container that ends before it is ready is one line, with its last words."""
    done = rehearse("--docker", "alpine:3.23", "--", "sh", "-c", "echo no database; exit 3")
    assert (125, 1) == (done.returncode, done.stderr.count("\n")), done.stderr
    assert "ended with exit code 3 before it was ready" in done.stderr
    assert "no database" in done.stderr


def test_engine_that_goes_away_is_125(image: str, tmp_path: Path) -> None:
    """An engine that stops to answer in the middle is one line; a container may be left."""
    relay = Relay(tmp_path / "docker.sock")
    before = set(find("docker").containers(f"{LABEL}=1"))
    command = [sys.executable, "-m", "tinyinit", "rehearse", "--docker", image]
    with subprocess.Popen(
        [*command, "--ready-after", "20s"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "DOCKER_HOST": f"unix://{relay.path}"},
    ) as started:
        limit = time.monotonic() + 30
        while not (new := set(find("docker").containers(f"{LABEL}=1", running=True)) - before):
            assert time.monotonic() < limit
            time.sleep(0.1)
        time.sleep(1)
        relay.close()
        find("docker").kill(next(iter(new)))  # so that the rehearsal notices at once
        _, said = started.communicate(timeout=60)
    find("docker").remove(*new)
    assert (125, 1) == (started.returncode, said.count("\n")), said


class Relay:
    """A socket that passes on to docker's, until it is closed."""

    def __init__(self, path: Path) -> None:
        """Listen at a path."""
        self.path = path
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._server.accept()
                threading.Thread(target=self._join, args=(ours,), daemon=True).start()

    def _join(self, ours: socket.socket) -> None:
        with ours, socket.socket(socket.AF_UNIX) as theirs:
            theirs.connect("/var/run/docker.sock")
            back = threading.Thread(target=self._pass, args=(theirs, ours), daemon=True)
            back.start()
            self._pass(ours, theirs)
            back.join()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Be gone, as an engine that crashed."""
        self._server.close()
        self.path.unlink()
