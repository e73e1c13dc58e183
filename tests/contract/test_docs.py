"""`docs/contract.md`: its contracts, tables and console sessions are what they say."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests import snippets
from tinyinit.contract import Problem, Variable, read
from tinyinit.contract.types import TYPES, fits
from tinyinit.formats.envfile import read as read_env_file

PAGE = Path(__file__).parents[2] / "docs" / "contract.md"
BLOCKS = snippets.blocks(PAGE)
TOML = [block for block in BLOCKS if block.info.startswith("toml")]
SESSIONS = [block for block in BLOCKS if block.info == "console"]


def rows(mark: str) -> list[list[list[str]]]:
    """Return the table between two marks: rows of cells, of a cell what is in backquotes."""
    text = PAGE.read_text().partition(f"<!-- {mark} -->")[2].partition(f"<!-- /{mark} -->")[0]
    lines = text.strip().splitlines()[2:]
    cells = (re.split(r"(?<!\\) \| ", line.strip("| ") + " ") for line in lines)
    code = re.compile(r"``(.+?) ?``(?!`)|`(.+?)`")
    return [[[a or b for a, b in code.findall(cell)] for cell in row] for row in cells]


def refusals(line: str) -> list[str]:
    """Return what is wrong with one line of an env file."""
    problems: list[Problem] = []
    read_env_file(f"{line}\n".encode(), "x", problems)
    return [problem.text for problem in problems]


@pytest.mark.parametrize("block", TOML, ids=lambda block: f"line {block.line}")
def test_contracts_are_contracts(block: snippets.Block) -> None:
    """Every contract on the page can be read, but those that are there for their problems."""
    assert ("problem" in block.info) == bool(read(block.text.encode(), "x")[1])


def test_every_type_has_its_row_and_its_example() -> None:
    """The table has all types in their order, and a contract on the page has each."""
    assert list(TYPES) == [row[0][0] for row in rows("types")]
    shown = {
        variable.type
        for block in TOML
        if "problem" not in block.info
        for variable in read(block.text.encode(), "x")[0].variables.values()
    }
    assert set(TYPES) == shown


def test_every_key_is_explained() -> None:
    """Each key of a variable stands in a table of keys."""
    text = PAGE.read_text().partition("## Keys")[2].partition("A `pattern`")[0]
    keys = set(re.findall(r"`(\w+)`", text))
    # A contract's name and line are not keys; its type has a chapter.
    assert set(Variable.__slots__) - {"name", "line", "type"} <= keys


@pytest.mark.parametrize("row", rows("types"), ids=lambda row: row[0][0])
def test_values_are_of_their_type_or_not(row: list[list[str]]) -> None:
    """What the table takes is taken, what it refuses is refused."""
    (kind,), _, *both = row
    taken = both[0]
    refused = both[1] if len(both) > 1 else []
    assert taken
    assert [] == [value for value in taken if not fits(kind, value)]
    assert [] == [value for value in refused if fits(kind, value)]


@pytest.mark.parametrize("row", rows("refused"), ids=lambda row: row[0][0])
def test_what_is_refused_and_what_to_write(row: list[list[str]]) -> None:
    """The first cell is refused, the last is not."""
    assert refusals(row[0][0])
    assert [] == refusals(row[-1][0])


def test_env_file_is_read() -> None:
    """The env file that is there to be read is."""
    (block,) = (block for block in BLOCKS if block.file == "good.env")
    assert [] == refusals(block.text)


@pytest.mark.parametrize("block", SESSIONS, ids=lambda block: f"line {block.line}")
def test_sessions_print_what_they_show(
    block: snippets.Block, tinyinit: Path, tmp_path: Path
) -> None:
    """Each command of the page, run with the file, prints what stands below it."""
    if not tinyinit.exists():
        pytest.skip(f"no {tinyinit} (make)")
    snippets.write_files(PAGE, tmp_path)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "tinyinit").symlink_to(tinyinit)
    (folder / "python3").symlink_to(sys.executable)
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(PAGE.parents[1]),
        "PYTHONSAFEPATH": "1",
    }
    pairs = snippets.session(block)
    outputs = snippets.run([command for command, _ in pairs], tmp_path, environment)
    assert [output for _, output in pairs] == outputs
