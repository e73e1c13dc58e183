from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.contracts import TEXTS, contracts
from tinyinit.contract.documents import is_required, quoted, to_example, to_markdown
from tinyinit.contract.model import Contract, Variable
from tinyinit.formats.envfile import read as read_env_file

if TYPE_CHECKING:
    from tinyinit.formats.problem import Problem


def of(*variables: Variable) -> Contract:
    """Return a contract of these variables."""
    return Contract("tinyinit.toml", variables={variable.name: variable for variable in variables})


def row(variable: Variable) -> list[str]:
    """Return the cells of a variable's row."""
    return [cell.strip() for cell in to_markdown(of(variable)).splitlines()[2].split("|")[1:-1]]


def test_table_says_what_a_contract_says() -> None:
    """Name, value, default and meaning, each in its column."""
    variables = (
        Variable("APP_PORT", type="port", default="8000", min="1024", description="where it is"),
        Variable("APP_URL", type="url", schemes=("http", "https"), example="http://a/"),
        Variable("APP_MODE", choices=("a", "b"), required=False, aliases=("MODE",)),
        Variable("APP_TAGS", type="list", items="int", max_length=3, required_if="APP_MODE=b"),
    )
    assert """\
| Variable | Value | Default | Meaning |
|---|---|---|---|
| `APP_PORT` | port; at least 1024 | `8000` | where it is |
| `APP_URL` | url; with http:// or https:// | required | for example `http://a/` |
| `APP_MODE`<br>older: `MODE` | string; one of a, b | optional |  |
| `APP_TAGS` | list of int; at most 3 items | required if APP\\_MODE is b |  |
""" == to_markdown(of(*variables))


def test_table_does_not_show_a_secret() -> None:
    """The default of a secret is not shown, nor the password in a URL."""
    secret = Variable("APP_PEPPER", secret=True, default="hunter2")
    assert ["`APP_PEPPER`", "string, secret", "not shown", ""] == row(secret)
    assert "hunter2" not in to_markdown(of(Variable("API_TOKEN", default="hunter2")))
    url = Variable("APP_URL", type="url", default="http://me:hunter2@host/")
    assert "`http://me:…@host/`" == row(url)[2]


def test_table_is_one_whatever_the_texts_are() -> None:
    """Pipes, line breaks, backquotes and angle brackets end neither cell nor row."""
    hostile = Variable("A", default="a|b`c\nd", description="x | y\n<b>z</b>", example="|")
    lines = to_markdown(of(hostile)).splitlines()
    assert 3 == len(lines)
    assert r"\| y \<b\>z" in lines[2]
    assert 5 == lines[2].replace(r"\|", "").count("|")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("http://a/b?c=d", "'http://a/b?c=d'"),
        ("a-b_c.d", "a-b_c.d"),
        ("a b", "'a b'"),
        ("a$b", "'a$b'"),
        ("it's", '"it\'s"'),
        ("a\nb", "'a\nb'"),
        ("${A}", None),
        ("it's $1", None),
        ("a\\", r'"a\\"'),
        ('it\'s "it"', '"it\'s \\"it\\""'),
        ("bell\x07", None),
    ],
)
def test_values_are_quoted_as_all_readers_take_them(value: str, expected: str | None) -> None:
    """Without quotes if it can be, in single quotes, in double ones, or not at all."""
    assert expected == quoted(value)


@given(TEXTS | st.text("ab '\"\\$`#{}\n\t", max_size=8))
def test_both_readers_read_what_was_quoted(value: str) -> None:
    """The strict reader and python-dotenv read the value that was quoted."""
    text = quoted(value)
    if text is None:
        return
    problems: list[Problem] = []
    lines = read_env_file(f"A={text}\n".encode(), ".env", problems)
    assert [] == [problem.text for problem in problems]
    assert [value.encode()] == [line.value for line in lines]
    assert {"A": value} == dotenv_values(stream=io.StringIO(f"A={text}\n"))


@given(contracts())
def test_example_is_an_env_file(contract: Contract) -> None:
    """Whatever the contract, the example can be read; its lines are what must be set."""
    problems: list[Problem] = []
    lines = read_env_file(to_example(contract).encode(), ".env.example", problems)
    assert [] == [problem.text for problem in problems]
    needed = [name for name, variable in contract.variables.items() if is_required(variable)]
    assert needed == [line.name for line in lines]


def test_example_is_for_people() -> None:
    """Each variable has its meaning and its limits above it; what may be left out is a comment."""
    variables = (
        Variable("APP_URL", type="url", description="the shop", example="https://a.example"),
        Variable("APP_WORKERS", type="int", min="1", max="64", default="4"),
        Variable("APP_KEY", secret=True),
    )
    assert """\
# the shop
# url; required
APP_URL=https://a.example

# int; 1 to 64; default 4
# APP_WORKERS=4

# string; required
APP_KEY=
""" == to_example(of(*variables))
