"""The example examples/python-alpine, built and run as its README says."""

from __future__ import annotations

import http.client
import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.containers.engine import Container, Engine

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "python-alpine"
BASE = "python:3.11-alpine"
"""Its CPython leaves the size of a thread's stack to musl."""


@pytest.fixture(scope="module")
def image(engine: Engine, tinyinit: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build the example with the file under test."""
    if not tinyinit.exists():
        pytest.skip(f"no {tinyinit} (make)")
    context = tmp_path_factory.mktemp("python-alpine") / "context"
    shutil.copytree(EXAMPLE, context)
    shutil.copy(tinyinit, context / "tinyinit")
    tag = f"tinyinit-tests-python-alpine:{engine.session}"
    return engine.build(context, tag, build_args={"BASE": BASE})


def ask(container: Container, depth: int) -> tuple[int, object] | None:
    """Return status and answer for a sum nested `depth` deep; None if the connection is lost."""
    address = container.inspect("{{.NetworkSettings.IPAddress}}")
    deadline = time.monotonic() + 10
    while True:
        connection = http.client.HTTPConnection(address, 8000, timeout=10)
        try:
            connection.connect()
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    try:
        connection.request("POST", "/", '{"op": "+", "of": [1, ' * depth + "1" + "]}" * depth)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except OSError:
        return None
    finally:
        connection.close()


def test_it_crashes_without(engine: Engine, image: str) -> None:
    """One deep request kills the whole service, though it answers shallow ones."""
    with engine.container(image, "app.py", options=("--entrypoint", "python3")) as container:
        assert (200, {"value": 101}) == ask(container, 100)
        assert ask(container, 400) is None
        assert 139 == container.wait()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="by-itself"),
        pytest.param(("--env", "LD_PRELOAD=/sbin/tinyinit"), id="preload-by-hand"),
    ],
)
def test_it_serves_with_tinyinit(
    engine: Engine, image: str, tinyinit: Path, options: tuple[str, ...]
) -> None:
    """Deep requests are answered, too deep ones are refused by Python, and it stops with 0."""
    if not options and b"--stack" not in tinyinit.read_bytes():
        pytest.skip("this tinyinit has no --stack yet")
    with engine.container(image, options=options) as container:
        for depth in (100, 400):
            assert (200, {"value": depth + 1}) == ask(container, depth)
        status, answer = ask(container, 800) or (0, "")
        assert (400, True) == (status, "recursion" in str(answer))
        container.stop()
        assert 0 == container.wait()


def test_it_answers_what_is_no_expression(engine: Engine, image: str) -> None:
    """The example is a real service: what it cannot evaluate is refused with words."""
    with engine.container(image) as container:
        ask(container, 1)
        address = container.inspect("{{.NetworkSettings.IPAddress}}")
        for body in ("", "[]", "true", "{}", '{"op": "-", "of": [1]}', '{"op": "+", "of": 1}'):
            connection = http.client.HTTPConnection(address, 8000, timeout=10)
            connection.request("POST", "/", body)
            answer = connection.getresponse()
            assert 400 == answer.status
            assert json.loads(answer.read())["error"]
            connection.close()
