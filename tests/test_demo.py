"""`make demo`: it shows what it says, on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[1] / "examples" / "demo" / "run.sh"


def test_shows_a_refused_start_a_good_one_and_the_end(tinyinit: Path) -> None:
    """The report and 78, a start with what was missing, and the life of PID 1."""
    done = subprocess.run(
        [DEMO, tinyinit],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        text=True,
    )
    if "the demo needs" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert 0 == done.returncode, done.stdout
    lines = done.stdout.splitlines()
    assert "tinyinit: the environment does not meet tinyinit.toml: 3 problems" in lines
    assert "app: on port 8000, with a database and a key" in lines
    codes = [line.split()[2] for line in lines if line.startswith("exit code: ")]
    assert ["78", "0", "3"] == codes
    assert "hunter2" not in done.stdout.replace("SHOP_API_KEY=hunter2", "")
