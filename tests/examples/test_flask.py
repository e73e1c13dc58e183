"""The tests of examples/flask, run as its user would, and what its README has of its contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tinyinit.commands.contract import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "flask"


def test_its_tests_pass() -> None:
    """The example's own tests pass, among them that its contract is that of its class."""
    options = ("-q", "-c", "/dev/null", "--rootdir", ".", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "."],
        cwd=EXAMPLE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stdout.decode()


def test_table_of_the_readme_is_current() -> None:
    """The table of its variables is what the command writes."""
    table = ("docs", str(EXAMPLE / "tinyinit.toml"), "--check", str(EXAMPLE / "README.md"))
    assert 0 == main(table)
