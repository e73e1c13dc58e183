from __future__ import annotations

import tomllib

import pytest
from hypothesis import given

from tests.contract.contracts import contracts, plain
from tinyinit.contract import read
from tinyinit.contract.model import Contract, Variable
from tinyinit.contract.write import to_toml


def written(variable: Variable) -> str:
    """Return the lines of one variable."""
    return to_toml(Contract("x", variables={variable.name: variable}))


@given(contracts())
def test_reads_back_to_the_same(contract: Contract) -> None:
    """Every contract that can be read can be written, and is then the same."""
    again, problems = read(to_toml(contract).encode(), contract.file)
    assert [] == [(problem.line, problem.text) for problem in problems]
    assert plain(contract) == plain(again)


@given(contracts())
def test_is_toml(contract: Contract) -> None:
    """What is written is TOML to any reader of it."""
    tables = tomllib.loads(to_toml(contract))
    assert list(contract.variables) == list(tables.get("var", {}))


def test_numbers_and_booleans_look_like_it() -> None:
    """A number that TOML writes the same is one; all else is a string."""
    assert '[var.A]\ntype = "port"\ndefault = 8000\n' == written(
        Variable("A", type="port", default="8000")
    )
    assert "default = true\n" in written(Variable("A", type="bool", default="true"))
    assert 'default = "yes"\n' in written(Variable("A", type="bool", default="yes"))
    assert 'default = "08"\n' in written(Variable("A", type="int", default="08"))
    assert 'default = "true"\n' in written(Variable("A", default="true"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"plain"'),
        (r"a\.b", r"'a\.b'"),
        ('say "no"', "'say \"no\"'"),
        ("it's \\", '"it\'s \\\\"'),
        ("a\nb\x07\x7f", r'"a\nb\u0007\u007f"'),
    ],
)
def test_strings_need_few_backslashes(text: str, expected: str) -> None:
    """A literal string where it saves backslashes, a basic one where it must be."""
    assert f"[var.A]\ndefault = {expected}\n" == written(Variable("A", default=text))


def test_long_lists_have_a_line_for_each_item() -> None:
    """A list that does not fit a line is written over several."""
    choices = tuple(f"choice-{number}" for number in range(12))
    lines = written(Variable("A", choices=choices)).splitlines()
    assert 15 == len(lines)
    assert max(map(len, lines)) < 100


def test_a_string_is_what_a_variable_is_anyway() -> None:
    """A variable of which nothing is said is its name."""
    assert "[var.A]\n" == written(Variable("A"))
