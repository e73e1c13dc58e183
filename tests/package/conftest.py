"""Builds that the tests here share, each made once."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import build_core
from tests import targets


def run(*command: str | Path, cwd: Path | None = None, **environ: str) -> str:
    """Run a command that must end with 0; return what it wrote to stdout."""
    done = subprocess.run(
        command,
        cwd=cwd or build_core.ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def files() -> Mapping[str, Path]:
    """Return the file for every target, compiled from the sources as they are."""
    return targets.files()


@pytest.fixture(scope="session")
def wheels(files: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every wheel, after `files` has warmed the compiler's cache."""
    assert files
    folder = tmp_path_factory.mktemp("wheels")
    run(sys.executable, "build_core.py", "--wheels", "--output", folder, TINYINIT_TARGET="")
    return folder
