from __future__ import annotations

import importlib
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.contract.contracts import contracts
from tinyinit.commands.contract import main
from tinyinit.contract import read
from tinyinit.contract.json_schema import schema
from tinyinit.contract.setting import OPTIONS
from tinyinit.contract.types import TYPES
from tinyinit.contract.write import to_toml

if TYPE_CHECKING:
    from tinyinit.contract.model import Contract

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "contract.schema.json"
EXAMPLES = sorted((ROOT / "examples").glob("*/tinyinit.toml"))
VALIDATOR = importlib.import_module("jsonschema").Draft7Validator

WRONG = [
    "[other]",
    "outside = 1",
    "[init]\nother = 1",
    '[init]\ngrace = ["1s"]',
    "[init]\ngrace = true",
    "[init]\nquiet = 2",
    '[init]\nlog = "xml"',
    "[env]\nother = 1",
    '[env]\nunknown = "maybe"',
    '[env]\nfiles = ".env"',
    "[env]\nfiles = [1]",
    "[env]\nsecrets = true",
    "[var]\nA = 1",
    '[var."1A"]',
    '[var."A-B"]',
    f"[var.{'A' * 256}]",
    "[var.A]\nother = 1",
    '[var.A]\ntype = "integer"',
    "[var.A]\ntype = 1",
    '[var.A]\nrequired = "no"',
    "[var.A]\nsecret = 1",
    "[var.A]\nrequired_if = true",
    "[var.A]\ndescription = 1",
    "[var.A]\nexample = 1",
    '[var.A]\naliases = "B"',
    '[var.A]\naliases = ["1B"]',
    "[var.A]\ndefault = []",
    '[var.A]\ntype = "list"\ndefault = ["a"]',
    "[var.A]\nchoices = []",
    "[var.A]\nchoices = [true]",
    '[var.A]\ntype = "port"\nchoices = ["1"]',
    "[var.A]\nmin = 1",
    '[var.A]\ntype = "bool"\nmax = 1',
    '[var.A]\ntype = "int"\nmin = true',
    "[var.A]\nmin_length = -1",
    "[var.A]\nmax_length = 1.5",
    '[var.A]\ntype = "int"\nmax_length = 1',
    '[var.A]\ntype = "int"\npattern = "1"',
    "[var.A]\npattern = 1",
    '[var.A]\nschemes = ["http"]',
    '[var.A]\ntype = "url"\nschemes = []',
    '[var.A]\nmust = "exists"',
    '[var.A]\ntype = "path"\nmust = "be"',
    '[var.A]\nitems = "int"',
    '[var.A]\ntype = "list"\nitems = "list"',
    '[var.A]\nseparator = ";"',
    '[var.A]\ntype = "list"\nseparator = ""',
]


def complaints(text: str) -> list[str]:
    """Return what the schema has against a contract's text."""
    return [error.message for error in VALIDATOR(schema()).iter_errors(tomllib.loads(text))]


def test_file_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    """The file for editors is what the command prints now."""
    assert 0 == main(["schema", "--check", str(FILE)]), capsys.readouterr().out


def test_is_a_schema() -> None:
    """The file is a schema of the draft that it names."""
    VALIDATOR.check_schema(json.loads(FILE.read_text()))


def test_knows_every_type() -> None:
    """The types of the schema are those of the reader, in its order."""
    form = schema()["properties"]["var"]["additionalProperties"]["properties"]
    assert list(TYPES) == form["type"]["enum"]
    assert [name for name in TYPES if name != "list"] == form["items"]["enum"]


def test_knows_every_option_of_pid_1() -> None:
    """The options of `[init]` are those that the reader takes."""
    assert set(OPTIONS) == set(schema()["properties"]["init"]["properties"])


@given(contracts())
def test_takes_what_the_reader_takes(contract: Contract) -> None:
    """A contract without a problem has none by the schema."""
    assert [] == complaints(to_toml(contract))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_takes_the_examples(file: Path) -> None:
    """The contracts of the examples have no problem by either."""
    assert [] == read(file.read_bytes(), "x")[1]
    assert [] == complaints(file.read_text())


@pytest.mark.parametrize("text", WRONG)
def test_refuses_what_the_reader_refuses(text: str) -> None:
    """What a schema can know to be a problem of the contract is one to both."""
    assert read(text.encode(), "x")[1]
    assert complaints(text)


@pytest.mark.parametrize(
    "text",
    [
        '[var.A]\nitems = "string"\nseparator = ","',
        '[var.A]\ntype = "list"\ndefault = 1',
        '[var.A]\ntype = "size"\nmin = 1\nmax = "2G"',
        '[var.A]\ntype = "int"\nchoices = [1, "2"]',
        '[init]\nsuccess = 143\nulimit = ["nofile=10"]\nquiet = true\ngrace = 5\ndrain = false',
        "[var]",
        "",
    ],
)
def test_takes_every_way_to_write_it(text: str) -> None:
    """What the reader takes in several ways, the schema does."""
    assert [] == read(text.encode(), "x")[1]
    assert [] == complaints(text)
