"""The map in docs/glossary.md names files that are there, and leaves out none that has a twin."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tinyinit"
LINES = re.findall(
    r"^\| `(core/[\w./]+)` \| (?:`([\w./]+)`)? ?\|",
    (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_the_files_exist() -> None:
    """Each file that the map names is there."""
    named = {path for line in LINES for path in line if path}
    assert len(LINES) >= 20
    assert set() == {path for path in named if not (PACKAGE / path).is_file()}


def test_both_readers_are_in_the_map() -> None:
    """Each C source of the formats and the contract is in it, and each Python reader of them."""
    c, python = ({line[column] for line in LINES} for column in (0, 1))
    rooms = (PACKAGE / "core" / "formats", PACKAGE / "core" / "contract")
    sources = {f"core/{room.name}/{path.name}" for room in rooms for path in room.glob("*.c")}
    assert set() == sources - c
    readers = {f"formats/{path.name}" for path in (PACKAGE / "formats").glob("*.py")}
    assert set() == readers - python - {"formats/__init__.py"}
