"""Settings are typed without a plugin: what mypy and pyright take, and what they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def refused_by_mypy(file: Path, folder: Path) -> set[int]:
    """Return the lines at which mypy in strict mode finds an error."""
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", "--config-file="]
    done = subprocess.run(
        [*command, f"--cache-dir={folder / 'cache'}", "--follow-imports=silent", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    )
    assert done.returncode in {0, 1}, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {each["line"] for each in found if each["severity"] == "error"}


def refused_by_pyright(file: Path, folder: Path) -> set[int]:
    """Return the lines at which pyright in strict mode finds an error."""
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": [str(file)]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "-p", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {each["range"]["start"]["line"] + 1 for each in found if each["severity"] == "error"}


CHECKERS = pytest.mark.parametrize("refused", [refused_by_mypy, refused_by_pyright])


@CHECKERS
def test_takes_what_users_write(refused: object, tmp_path: Path) -> None:
    """Every annotation has its type, and loading gives the class."""
    assert callable(refused)
    assert set() == refused(_copy("accepted.py", tmp_path), tmp_path)


def test_runs_what_users_write() -> None:
    """What checkers take can be defined, too."""
    classes, _, _ = (HERE / "accepted.py").read_text().partition("settings = config.load(Settings)")
    exec(compile(classes, "accepted.py", "exec"), {"__name__": "accepted"})  # noqa: S102  # our own


@CHECKERS
def test_refuses_what_is_wrong(refused: object, tmp_path: Path) -> None:
    """Each line that is marked is refused, and no other."""
    assert callable(refused)
    file = _copy("refused.py", tmp_path)
    lines = file.read_text().splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# refused")}
    assert marked == refused(file, tmp_path)


def _copy(name: str, folder: Path) -> Path:
    # Outside of the project: its own settings leave the wrong file out.
    file = folder / name
    file.write_text((HERE / name).read_text())
    return file
