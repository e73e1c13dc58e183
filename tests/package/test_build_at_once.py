"""Two checkouts that build at the same moment do not get each other's file."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import build_core
from tests import machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    machine.needs(machine.has_module("ziglang")),
]

ROUNDS = 5
TEXT = re.compile(r'(?<=")[a-z][^"\\]{20,}')


def write_mark(tree: Path) -> bytes:
    """Change one string of a tree's main.c into one that no file ever had, and return it."""
    mark = os.urandom(12).hex()
    source = tree / "tinyinit" / "core" / "main.c"
    original = build_core.ROOT / source.relative_to(tree)
    text, changed = TEXT.subn(mark, original.read_text(), count=1)
    assert 1 == changed
    source.write_text(text)
    return mark.encode()


def test_each_tree_gets_its_own_file(tmp_path: Path) -> None:
    """With one string changed, two trees that share a compiler's cache each get their own file."""
    trees = [tmp_path / "one", tmp_path / "two"]
    for tree in trees:
        tree.mkdir()
        shutil.copy(build_core.ROOT / "build_core.py", tree)
        shutil.copytree(build_core.ROOT / "tinyinit", tree / "tinyinit")
    for _ in range(ROUNDS):
        marks = [write_mark(tree) for tree in trees]
        builds = [subprocess.Popen([sys.executable, "build_core.py"], cwd=tree) for tree in trees]
        assert [0, 0] == [build.wait() for build in builds]
        files = [(tree / "build" / "tinyinit").read_bytes() for tree in trees]
        found = [[mark in file for mark in marks] for file in files]
        assert [[True, False], [False, True]] == found
