"""The example examples/flask, built on Alpine and on Debian and run as its README says."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.containers.engine import ImageMissingError
from tests.containers.example_images import EXAMPLES, ask, build, sessions, shown_and_printed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.containers.engine import Engine, Unavailable
    from tests.snippets import Block

DOWNLOAD_TIMEOUT = 120.0
TOKEN = "0123456789abcdef"  # noqa: S105  # a test's
PORT = 8000
# Present where no registry can be reached, other than the example's own.
BASES = {"Dockerfile": "python:3.11-alpine", "Dockerfile.debian": "debian:12"}
PLATFORMS = ("musllinux_1_2_x86_64", "manylinux2014_x86_64")


@pytest.fixture(scope="module")
def index(
    package_folder: Path,
    package_index: str,
    tmp_path_factory: pytest.TempPathFactory,
    unavailable: Unavailable,
) -> str:
    """Give the address of an index with all that the example installs, for both systems."""
    lines = (EXAMPLES / "flask" / "requirements.txt").read_text().splitlines()
    packages = [line for line in lines if not line.startswith("tinyinit")]
    folder = tmp_path_factory.mktemp("wheels")
    for platform in PLATFORMS:
        wanted = ("--platform", platform, "--python-version", "3.11", "--only-binary", ":all:")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "-d", str(folder)]
        done = subprocess.run(
            [*pip, *wanted, *packages], check=False, capture_output=True, timeout=DOWNLOAD_TIMEOUT
        )
        if done.returncode != 0:
            unavailable(f"no Flask: {done.stderr.decode().strip().splitlines()[-1]}")
    for wheel in folder.iterdir():
        name = wheel.name.partition("-")[0].replace("_", "-").lower()
        (package_folder / name).mkdir(exist_ok=True)
        wheel.rename(package_folder / name / wheel.name)
    return package_index


@pytest.fixture(scope="module", params=list(BASES))
def image(  # noqa: PLR0913, PLR0917  # fixtures
    request: pytest.FixtureRequest,
    engine: Engine,
    index: str,
    tinyinit: Path,
    tmp_path_factory: pytest.TempPathFactory,
    unavailable: Unavailable,
) -> str:
    """Build the example on Alpine, then on Debian."""
    context = tmp_path_factory.mktemp("flask")
    build_args = {"BASE": BASES[request.param], "PIP_INDEX_URL": index}
    try:
        return build(
            engine,
            "flask",
            tinyinit,
            context,
            dockerfile=request.param,
            options=("--network", "host"),
            build_args=build_args,
        )
    except ImageMissingError as missing:
        unavailable(str(missing))


@pytest.mark.parametrize("block", sessions("flask"), ids=lambda block: f"line {block.line}")
def test_bad_starts_are_refused_as_shown(block: Block, image: str, tmp_path: Path) -> None:
    """The containers of the README print what it shows: Python never runs."""
    shown, printed = shown_and_printed(block, "notes", image, tmp_path)
    assert shown == printed


def test_it_is_refused_without_python(engine: Engine, image: str) -> None:
    """The start is refused though the program does not exist: nothing looks for it before."""
    words = ("run", "--rm", "--label", engine.label, image, "no-such-program")
    done = engine.docker(*words, check=False)
    assert 78 == done.returncode
    assert b"NOTES_TOKEN  is missing" in done.stdout


def test_it_serves(engine: Engine, image: str) -> None:
    """A good start: notes are taken from who knows the token; it stops with 0."""
    with engine.container(image, options=("--env", f"NOTES_TOKEN={TOKEN}")) as container:
        known = {"Authorization": f"Bearer {TOKEN}"}
        assert (201, "") == ask(container, PORT, method="POST", headers=known, body="buy milk")
        assert 401 == ask(container, PORT, method="POST", body="sell it")[0]
        assert (200, "buy milk\n") == ask(container, PORT)
        assert TOKEN not in container.logs()
        container.stop()
        assert 0 == container.wait()
