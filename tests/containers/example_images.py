"""The examples as their READMEs have them: built, and their console sessions run."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests import snippets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.containers.engine import Container, Engine

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STAGE = re.compile(r"^FROM \S+ AS (\S+)$", re.MULTILINE)
WITHIN = 10.0


def build(  # noqa: PLR0913  # what differs between the examples
    engine: Engine,
    name: str,
    tinyinit: Path,
    context: Path,
    *,
    dockerfile: str = "Dockerfile",
    options: tuple[str, ...] = (),
    build_args: Mapping[str, str] | None = None,
) -> str:
    """Build the image of an example in a copy of its folder, with the file under test."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(EXAMPLES / name, context, dirs_exist_ok=True, ignore=ignored)
    shutil.copy(tinyinit, context / "tinyinit")
    if dockerfile != "Dockerfile":
        shutil.move(context / dockerfile, context / "Dockerfile")
    kind = dockerfile.partition(".")[2] or "default"
    tag = f"tinyinit-tests-example-{name}:{engine.session}-{kind}"
    # By themselves first, for their label: unnamed stages would stay when the image is removed.
    for stage in STAGE.findall((context / "Dockerfile").read_text()):
        target = (*options, "--target", stage)
        engine.build(context, f"{tag}-{stage}", options=target, build_args=build_args)
    return engine.build(context, tag, options=options, build_args=build_args)


def sessions(name: str) -> list[snippets.Block]:
    """Return the console sessions of an example's README."""
    return [block for block in snippets.blocks(EXAMPLES / name / "README.md") if is_console(block)]


def is_console(block: snippets.Block) -> bool:
    """Say whether a block is a console session."""
    return block.info == "console"


def shown_and_printed(
    block: snippets.Block, name: str, tag: str, folder: Path
) -> tuple[list[str], list[str]]:
    """Run a session with the image `tag` for what it calls `name`; return both outputs."""
    pairs = snippets.session(block)
    words = ([tag if word == name else word for word in line.split(" ")] for line, _ in pairs)
    environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
    outputs = snippets.run([" ".join(line) for line in words], folder, environment)
    return [output for _, output in pairs], outputs


def ask(
    container: Container,
    port: int,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> tuple[int, str]:
    """Ask a container over HTTP, once it listens; return status and body."""
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = container.inspect(template)
    deadline = time.monotonic() + WITHIN
    while True:
        connection = http.client.HTTPConnection(address, port, timeout=WITHIN)
        try:
            connection.request(method, "/", body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        finally:
            connection.close()
