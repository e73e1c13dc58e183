"""The example examples/scratch, built and run as its README says."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.containers.engine import Container
from tests.containers.example_images import (
    EXAMPLES,
    ask,
    build,
    sessions,
    shown_and_printed,
)
from tests.containers.test_compose import answers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.containers.engine import Engine, Unavailable
    from tests.snippets import Block

COMPILE_TIMEOUT = 240.0
TOKEN = "0123456789abcdefghij"  # noqa: S105  # a test's
PORT = 8080


@pytest.fixture(scope="module")
def image(
    engine: Engine,
    tinyinit: Path,
    tmp_path_factory: pytest.TempPathFactory,
    unavailable: Unavailable,
) -> str:
    """Compile the app and build the example."""
    if importlib.util.find_spec("ziglang") is None:
        unavailable("no ziglang package to compile the app with")
    context = tmp_path_factory.mktemp("scratch")
    flags = ("-target", "x86_64-linux-musl", "-static", "-Os", "-s")
    source, program = EXAMPLES / "scratch" / "app.c", context / "app"
    command = [sys.executable, "-m", "ziglang", "cc", *flags, "-o", str(program), str(source)]
    subprocess.run(command, check=True, timeout=COMPILE_TIMEOUT)
    return build(engine, "scratch", tinyinit, context)


@pytest.mark.parametrize("block", sessions("scratch"), ids=lambda block: f"line {block.line}")
def test_bad_starts_are_refused_as_shown(block: Block, image: str, tmp_path: Path) -> None:
    """The containers of the README print what it shows, and the app never runs."""
    shown, printed = shown_and_printed(block, "greeter", image, tmp_path)
    assert shown == printed


def test_it_serves_with_the_secret_that_compose_mounts(
    engine: Engine, image: str, tmp_path: Path, unavailable: Unavailable
) -> None:
    """Only who knows the token is greeted; the app is another user; it stops with 0."""
    found = [command for command in ("docker compose", "docker-compose") if answers(command)]
    if not found:
        unavailable("neither docker compose nor docker-compose")
    text = (EXAMPLES / "scratch" / "compose.yaml").read_text()
    assert 1 == text.count("image: greeter\n")
    (tmp_path / "compose.yaml").write_text(text.replace("image: greeter", f"image: {image}"))
    (tmp_path / "app_token.txt").write_text(f"{TOKEN}\n")
    # Nobody but root may read it: neither can the app.
    (tmp_path / "app_token.txt").chmod(0o600)
    project = f"tinyinit-scratch-{engine.session}"
    compose = [*found[0].split(), "-f", str(tmp_path / "compose.yaml"), "-p", project]
    environment = {**os.environ, "COMPOSE_INTERACTIVE_NO_CLI": "1"}

    def run(*words: str) -> str:
        done = subprocess.run(
            [*compose, *words],
            check=True,
            timeout=60,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return done.stdout.decode().strip()

    try:
        run("up", "-d")
        container = Container(engine=engine, name=run("ps", "-q", "app"))
        known = {"Authorization": f"Bearer {TOKEN}"}
        assert (200, "hello from scratch\n") == ask(container, PORT, headers=known)
        assert (401, "who are you?\n") == ask(container, PORT)
        users = engine.text("top", container.name, "-eo", "pid,uid,args").splitlines()
        assert ["10001", "/app"] == users[-1].split()[1:]
        assert TOKEN not in container.logs()
        container.stop()
        assert 0 == container.wait()
    finally:
        run("down", "--timeout", "0")
