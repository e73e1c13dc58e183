"""The commands of docker and podman, run for real; and what is said where they cannot be."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tinyinit import engine as engines
from tinyinit.engine import Engine, EngineError

if TYPE_CHECKING:
    from collections.abc import Generator

ALPINE = "alpine:3.23"
LABEL = "tinyinit.tests.engine"


@pytest.fixture(scope="module", params=["docker", "podman"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give each engine with its image of Alpine, or skip with the reason."""
    name: str = request.param
    try:
        found = engines.find(name)
        found.check()
        found.need_image(ALPINE)
        found.call("run", "--rm", ALPINE, "true")
    except EngineError as error:
        # Podman is never required: what has docker need not have both.
        if name == "docker" and request.config.getoption("--require-docker", default=False):
            pytest.fail(str(error))
        pytest.skip(str(error))
    return found


@pytest.fixture
def container(engine: Engine) -> Generator[str]:
    """Give a container that waits, and ends with 3 on TERM."""
    script = "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done"
    started = engine.start(
        ALPINE, ["sh", "-c", script], env={"COLOUR": "red wine"}, labels={LABEL: str(os.getpid())}
    )
    try:
        deadline = time.monotonic() + 10
        while "ready" not in engine.logs(started) and time.monotonic() < deadline:
            time.sleep(0.02)
        yield started
    finally:
        engine.remove(started)


def refused(reason: str, call: object, *words: object, **named: object) -> str:
    """Return the one line of the error that a call ends with, for that reason."""
    with pytest.raises(EngineError) as caught:
        call(*words, **named)  # type: ignore[operator]
    assert reason == caught.value.reason, str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_life_of_a_container(engine: Engine, container: str, tmp_path: Path) -> None:
    """A container is started, listed, looked into, stopped, and gone without a trace."""
    file = tmp_path / "note"
    file.write_text("hello")
    engine.copy_in(file, container, "/note")
    assert (0, "hello red wine", "") == engine.exec(
        container, "sh", "-c", 'echo "$(cat /note) $COLOUR"'
    )
    assert container in engine.containers(f"{LABEL}={os.getpid()}", running=True)
    pid = engine.pid(container)
    assert "trap" in (Path("/proc") / str(pid) / "cmdline").read_text()
    engine.stop(container, grace=5)
    assert 3 == engine.wait(container)
    assert "ready\nbye" == engine.logs(container)
    assert [] == engine.containers(f"{LABEL}={os.getpid()}", running=True)
    refused("not-running", engine.pid, container)
    refused("not-running", engine.exec, container, "true")
    refused("not-running", engine.kill, container)
    engine.remove(container)
    engine.remove(container)
    assert [] == engine.containers(f"{LABEL}={os.getpid()}")


def test_streams_stay_apart(engine: Engine, container: str) -> None:
    """A command's output, its errors and its exit code come back as it gave them."""
    assert (4, "out", "err") == engine.exec(container, "sh", "-c", "echo out; echo err >&2; exit 4")
    assert 127 == engine.exec(container, "/no/such").code or (
        126 == engine.exec(container, "/no/such").code  # engines differ, and both are shells' own
    )


def test_kill_and_wait(engine: Engine, container: str) -> None:
    """A signal by name reaches PID 1; to wait for what does not end is a time-out."""
    assert f"{engine.name} wait: no answer within 0.3 s" == refused(
        "timeout", engine.wait, container, within=0.3
    )
    engine.kill(container, "KILL")
    assert 137 == engine.wait(container)


def test_what_is_not_there(engine: Engine) -> None:
    """A container or an image that does not exist is named, for each thing asked of it."""
    name = "tinyinit-no-such"
    for call in (engine.inspect, engine.logs, engine.stop, engine.kill, engine.pid, engine.wait):
        assert f"no container {name}; {engine.name} ps --all lists those there are" == refused(
            "no-container", call, name
        )
    refused("no-container", engine.exec, name, "true")
    refused("no-image", engine.image, "tinyinit-no-such:1")
    engine.remove(name)


def test_program_that_cannot_be_run(engine: Engine) -> None:
    """A container whose program is missing says so, and is not left behind."""
    label = {LABEL: "unstartable"}
    text = refused("no-start", engine.start, ALPINE, ["/no/such"], labels=label)
    cause = 'exec: "/no/such": stat /no/such: no such file or directory'
    assert f"the container does not start: {cause}" == text
    assert [] == engine.containers(f"{LABEL}=unstartable")


def test_name_in_use_is_left_alone(engine: Engine, container: str) -> None:
    """A start under a name that another container has fails, and that one goes on."""
    engine.call("rename", container, "tinyinit-tests-taken")
    refused("failed", engine.start, ALPINE, ["true"], name="tinyinit-tests-taken")
    assert container in engine.containers(running=True)


def test_build(engine: Engine, tmp_path: Path) -> None:
    """A folder becomes an image with its label; one that fails shows the end of its output."""
    (tmp_path / "Dockerfile").write_text(f'FROM {ALPINE}\nARG WORD\nENV WORD="$WORD"\n')
    image = engine.build(tmp_path, labels={LABEL: "build"}, options=["--build-arg=WORD=yes"])
    assert [image] == engine.images(f"{LABEL}=build")
    assert "yes" == engine.call("run", "--rm", image, "sh", "-c", 'echo "$WORD"').out
    engine.remove_images(image)
    assert [] == engine.images(f"{LABEL}=build")
    (tmp_path / "Dockerfile").write_text(f"FROM {ALPINE}\nRUN echo hint; exit 9\n")
    text = refused("no-build", engine.build, tmp_path)
    assert "hint" in text
    assert "9" in text
    assert str(tmp_path) in text


def test_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a docker or podman, that is what is said; a file that is no program too."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "neither docker nor podman; install one of them" == refused("missing", engines.find)
    assert "no podman command; install it, or take docker" == refused(
        "missing", engines.find, "podman"
    )
    (tmp_path / "docker").write_text("no program")
    (tmp_path / "docker").chmod(0o755)
    assert f"cannot run {tmp_path}/docker: Exec format error" in refused(
        "missing", engines.find().check
    )


def test_podman_after_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker is taken where both are there, podman where it is alone."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("podman", "docker"):
        (tmp_path / name).touch(mode=0o755)
        assert name == engines.find().name


def test_daemon_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    """A socket that nobody listens at is named."""
    there = Engine(engine.name, engine.path, f"unix://{tmp_path}/no.sock")
    text = refused("unreachable", there.check)
    assert text.startswith(f"{engine.name} does not answer: ")
    assert f"{tmp_path}/no.sock" in text
    assert text.endswith("; start it, or say in DOCKER_HOST where it listens")
    refused("unreachable", there.exec, "any", "true")
    refused("unreachable", there.need_image, ALPINE)


def test_daemon_that_hangs_up(engine: Engine, tmp_path: Path) -> None:
    """A daemon that closes each connection is one that does not answer."""
    path = tmp_path / "hangs-up.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def hang_up() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        refused("unreachable", Engine(engine.name, engine.path, f"unix://{path}").inspect, "any")
        server.shutdown(socket.SHUT_RDWR)


def test_containers_of_another_machine(engine: Engine, container: str, tmp_path: Path) -> None:
    """A container whose processes this /proc does not have is said to be elsewhere."""
    proc = tmp_path / "proc" / str(engine.pid(container))
    refused("elsewhere", engine.pid, container, root=str(tmp_path))
    proc.mkdir(parents=True)
    (proc / "cgroup").write_text("0::/user.slice\n")
    refused("elsewhere", engine.pid, container, root=str(tmp_path))
