"""`docker stop`, `docker restart`: the app ends in its own time, with its own code."""

import time

import pytest

from tests.containers.engine import BuildImage, Container, Engine

FLUSH = 0.5
SOON = 4.0


def assert_own_time(seconds: float) -> None:
    """Longer than the app's flush, far shorter than docker's grace of 10 s or tinyinit's of 5 s."""
    assert FLUSH <= seconds < SOON


def test_app_ends_in_its_own_time_with_its_own_code(engine: Engine, any_image: str) -> None:
    """`docker stop` lets the app flush, takes no longer than that, and shows the app's code."""
    with engine.container(any_image) as container:
        container.wait_for("ready")
        seconds = container.stop()
        assert ["ready", "flushing", "flushed"] == container.lines()
        assert 3 == container.wait()
        assert_own_time(seconds)


@pytest.mark.parametrize("name", ["alpine", "debian"])
def test_app_behind_a_shell_wrapper_flushes(engine: Engine, image: BuildImage, name: str) -> None:
    """A wrapper without exec dies of the stop signal, and the app behind it still flushes."""
    with engine.container(image(name), "/wrapper.sh", "/payload", "serve", "3") as container:
        container.wait_for("ready")
        seconds = container.stop()
        lines = container.lines()
        assert "flushed" in lines
        assert "wrapper ends" not in lines
        assert 128 + 15 == container.wait()
        assert_own_time(seconds)


def test_restart_lets_the_app_flush_and_starts_it_again(engine: Engine, any_image: str) -> None:
    """`docker restart` is a clean end followed by a second start in the same container."""
    with engine.container(any_image) as container:
        container.wait_for("ready")
        engine.docker("restart", "--time", "10", container.name)
        container.wait_for("ready", count=2)
        assert ["ready", "flushing", "flushed", "ready"] == container.lines()
        container.stop()
        assert 3 == container.wait()


def test_exec_session_does_not_delay_the_end(engine: Engine, any_image: str) -> None:
    """A `docker exec` process that ignores every signal is not waited for when main has ended."""
    with engine.container(any_image) as container:
        container.wait_for("ready")
        engine.docker("exec", "--detach", container.name, "/payload", "ignore")
        wait_for_process(container, "/payload ignore")
        seconds = container.stop()
        assert 3 == container.wait()
        assert_own_time(seconds)


def wait_for_process(container: Container, command: str) -> None:
    """Return when the container has a process with this command line."""
    deadline = time.monotonic() + 10
    while command not in container.engine.text("top", container.name, "-eo", "pid,args"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_closed_stdin_is_no_error(engine: Engine, image: BuildImage) -> None:
    """With descriptor 0 closed the app starts, and stops as it always does."""
    script = "exec tinyinit -- /payload serve 3 <&-"
    options = ("--entrypoint", "/bin/sh")
    with engine.container(image("alpine"), "-c", script, options=options) as container:
        container.wait_for("ready")
        container.stop()
        assert ["ready", "flushing", "flushed"] == container.lines()
        assert 3 == container.wait()


def test_stubborn_app_behind_a_wrapper_is_killed_after_the_grace(
    engine: Engine, image: BuildImage
) -> None:
    """What ignores the stop signal and outlives the wrapper is killed after TINYINIT_GRACE."""
    options = ("--env", "TINYINIT_GRACE=1s")
    command = ("/wrapper.sh", "/payload", "ignore")
    with engine.container(image("alpine"), *command, options=options) as container:
        container.wait_for("stubborn")
        assert 1 <= container.stop() < SOON
        assert 128 + 15 == container.wait()


def test_stubborn_main_is_killed_after_the_stop_timeout(engine: Engine, image: BuildImage) -> None:
    """A main that ignores the stop signal is killed after TINYINIT_STOP_TIMEOUT: 137, in time."""
    options = ("--env", "TINYINIT_STOP_TIMEOUT=1s")
    with engine.container(image("scratch"), "/payload", "ignore", options=options) as container:
        container.wait_for("stubborn")
        assert 1 <= container.stop() < SOON
        assert 128 + 9 == container.wait()
