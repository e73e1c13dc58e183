"""`Dockerfile.example`, built with a wheel of this checkout and run as a user would."""

import json
import shutil
import urllib.request
from pathlib import Path

import pytest

import tinyinit as package
from tests.containers.engine import Engine, ImageMissingError, Unavailable, base_images

# Present where no registry can be reached, other than the example's own.
PYTHON_IMAGE = "python:3.11-alpine"
ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "Dockerfile.example"


@pytest.fixture(scope="module")
def example(
    engine: Engine,
    package_index: str,
    tmp_path_factory: pytest.TempPathFactory,
    unavailable: Unavailable,
) -> str:
    """Build the example's image and return its tag."""
    context = tmp_path_factory.mktemp("example")
    shutil.copy(EXAMPLE, context / "Dockerfile")
    shutil.copy(ROOT / "README.md", context)
    build_args = {"PYTHON_IMAGE": PYTHON_IMAGE, "PIP_INDEX_URL": package_index}
    tag = f"tinyinit-tests-example:{engine.session}"
    try:
        # By itself first, for its label: an unnamed stage would stay when the image is removed.
        stage = ("--network", "host", "--target", "init")
        engine.build(context, f"{tag}-init", options=stage, build_args=build_args)
        return engine.build(context, tag, options=stage[:2], build_args=build_args)
    except ImageMissingError as missing:
        unavailable(str(missing))


def test_names_every_base_by_version() -> None:
    """Each base image has a tag with a full version, so never latest."""
    bases = base_images(EXAMPLE.read_text(), {})
    assert 2 == len(bases)
    for base in bases:
        _, _, tag = base.partition(":")
        assert 3 == len(tag.split("-")[0].split("."))


def test_names_the_version_of_this_checkout() -> None:
    """The version of tinyinit that the example installs is the one it belongs to."""
    assert f"ARG TINYINIT_VERSION={package.__version__}" in EXAMPLE.read_text().splitlines()


def test_image_is_small_and_not_root(engine: Engine, example: str) -> None:
    """Two layers over the base, of at most 200 kB; another user than root; the init first."""
    settings = json.loads(engine.text("image", "inspect", example))[0]
    base = json.loads(engine.text("image", "inspect", PYTHON_IMAGE))[0]
    assert 2 == len(settings["RootFS"]["Layers"]) - len(base["RootFS"]["Layers"])
    assert 200_000 >= settings["Size"] - base["Size"]
    assert "10001:10001" == settings["Config"]["User"]
    assert ["tinyinit", "--"] == settings["Config"]["Entrypoint"]


def test_image_has_the_file_without_the_package(engine: Engine, example: str) -> None:
    """Of the wheel only the static file is in the image, and it runs there."""
    run = ("run", "--rm", "--label", engine.label, "--network", "none", "--entrypoint")
    version = engine.text(*run, "tinyinit", example, "--version")
    assert f"tinyinit {package.__version__} - git.tinyinit" == version
    imported = engine.docker(*run, "python3", example, "-c", "import tinyinit", check=False)
    assert 1 == imported.returncode
    assert b"ModuleNotFoundError" in imported.stdout


def test_serves_and_stops_cleanly(engine: Engine, example: str) -> None:
    """Hardened and with another port it serves, and its stop is quick and a success."""
    options = (
        *("--publish", "127.0.0.1::9000", "--env", "PORT=9000"),
        *("--read-only", "--cap-drop", "ALL", "--pids-limit", "20"),
    )
    with engine.container(example, options=options) as container:
        container.wait_for("Serving HTTP on 0.0.0.0 port 9000 (http://0.0.0.0:9000/) ...")
        address = engine.text("port", container.name, "9000").splitlines()[0]
        with urllib.request.urlopen(f"http://{address}/README.md", timeout=10) as answer:
            assert (ROOT / "README.md").read_bytes() == answer.read()
        assert 4 > container.stop()
        assert 0 == container.wait()
