"""`docker run -t` and a person's keys."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.containers.engine import Container, Engine


@contextmanager
def at_a_terminal(engine: Engine, image: str) -> Generator[tuple[Container, int]]:
    """Run `docker run -it` at a new terminal; gives the container and the keyboard's side."""
    name = engine.new_name()
    keyboard, screen = pty.openpty()
    options = ["--interactive", "--tty", "--name", name, "--label", engine.label]
    client = subprocess.Popen(
        ["docker", "run", *options, image], stdin=screen, stdout=screen, stderr=screen
    )
    try:
        os.close(screen)
        wait_for_screen(keyboard, b"ready")
        yield Container(engine=engine, name=name), keyboard
    finally:
        client.kill()
        client.wait()
        os.close(keyboard)
        engine.docker("rm", "--force", "--volumes", name, check=False)


def wait_for_screen(keyboard: int, text: bytes, *, within: float = 10) -> None:
    """Return when the screen has shown `text`."""
    shown = b""
    deadline = time.monotonic() + within
    while text not in shown:
        left = max(0.0, deadline - time.monotonic())
        assert select.select([keyboard], [], [], left)[0], shown
        shown += os.read(keyboard, 4096)


@pytest.mark.parametrize(
    ("key", "number"), [(b"\x03", 2), (b"\x1c", 3), (b"\x1a", 20)], ids=["C", "backslash", "Z"]
)
def test_key_reaches_the_app_once(engine: Engine, any_image: str, key: bytes, number: int) -> None:
    r"""Ctrl-C, Ctrl-\ and Ctrl-Z reach the app from its terminal, and not again from the init."""
    with at_a_terminal(engine, any_image) as (container, keyboard):
        os.write(keyboard, key)
        container.wait_for(f"signal {number}")
        container.kill("USR1")
        container.wait_for("signal 10")
        container.stop()
        assert 3 == container.wait()
        lines = container.lines()
        assert "foreground yes" in lines
        assert 1 == lines.count(f"signal {number}")
        assert "flushed" in lines
