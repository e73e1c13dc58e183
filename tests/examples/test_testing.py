"""The tests of examples/testing, run as its user would; and what its README says of a failure."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tinyinit.engine import Engine

EXAMPLE = Path(__file__).parents[2] / "examples" / "testing"
# Present where no registry can be reached, other than the example's own.
BASE = "python:3.11-alpine"
HANDLER = "    signal.signal(signal.SIGTERM, end)\n"


@pytest.fixture
def folder(container_engine: Engine, tinyinit: Path, tmp_path: Path) -> Path:
    """Give a copy of the example with the file under test, on a base that is here."""
    container_engine.need_image(BASE)
    copy = tmp_path / "testing"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(tinyinit, copy)
    dockerfile = copy / "Dockerfile"
    lines = dockerfile.read_text().splitlines()
    assert lines[0].startswith("ARG BASE=")
    dockerfile.write_text("\n".join([f"ARG BASE={BASE}", *lines[1:], ""]))
    return copy


def run(folder: Path) -> str:
    """Return what its tests print, with warnings as errors."""
    options = ("-q", "-p", "no:cacheprovider", "-W", "error", "--require-docker")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=200,
        check=False,
    )
    return done.stdout


def test_its_tests_pass(folder: Path) -> None:
    """The example's own tests pass."""
    text = run(folder)
    assert "4 passed" in text.splitlines()[-1], text


def test_without_its_handler_it_fails(folder: Path) -> None:
    """Without the handler one test fails, with the exit code and the timeline."""
    app = folder / "app.py"
    assert HANDLER in app.read_text()
    app.write_text(app.read_text().replace(HANDLER, ""))
    text = run(folder)
    assert "1 failed, 3 passed" in text.splitlines()[-1], text
    assert "exit_code=143" in text
    assert "timeline: the stop of container" in text
