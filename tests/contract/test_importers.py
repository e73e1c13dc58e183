from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyinit.contract import read
from tinyinit.contract.importers import kind_of, read_text
from tinyinit.contract.importers.draft import Draft, SourceError, guess
from tinyinit.contract.write import to_toml


def contract_of(draft: Draft) -> str:
    """Return the contract as text, once the reader has taken it."""
    text = to_toml(draft.contract)
    assert [] == [problem.text for problem in read(text.encode(), "x")[1]]
    return text


def notes(draft: Draft) -> dict[str, str]:
    """Return what could not be carried over, by place."""
    return dict(draft.notes)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("APP_PORT", "8000", "port"),
        ("APP_PORT", "80000", "int"),
        ("WORKERS", "-4", "int"),
        ("ZIP", "01234", "string"),
        ("RATIO", "0.5", "float"),
        ("DEBUG", "True", "bool"),
        ("BASE", "https://a/b", "url"),
        ("FROM", "a@b.example", "email"),
        ("BIND", "127.0.0.1", "ip"),
        ("BIND", "999.0.0.1", "string"),
        ("ID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "uuid"),
        ("TIMEOUT", "1h30m5s", "duration"),
        ("TIMEOUT", "10m", "string"),
        ("TIMEOUT", "2h3h", "string"),
        ("LIMIT", "64MB", "size"),
        ("HOME", "/srv/app", "path"),
        ("PATHS", "/a:/b", "string"),
        ("NAME", "", "string"),
    ],
)
def test_types_are_guessed_only_where_there_is_little_doubt(
    name: str, value: str, expected: str
) -> None:
    """A value suggests a type; what could be two things is a string."""
    assert expected == guess(name, value)


TEXT = st.text("AB_=#'\"\\$ \n@:/()x1.,", max_size=60) | st.text(max_size=20)
SCHEMA = st.lists(
    st.sampled_from(
        [
            "# ---",
            "# @type=port",
            "# @type=string(startsWith=a, minLength=9, maxLength=2)",
            "# @type=string(matches=x) @required @sensitive=false",
            "# @type=array(int, separator=;)",
            "# @type=number(min=1, max=x, isInt=true)",
            "# @defaultSensitive=false",
            "A=b",
            "B=1",
            "C='x'",
            "D=",
        ]
    ),
    max_size=12,
).map("\n".join)


@given(TEXT | SCHEMA, st.sampled_from(["env", "varlock", "compose"]))
def test_whatever_is_read_is_a_contract(text: str, kind: str) -> None:
    """From any text comes a contract without a problem, or one line that says why not."""
    said = ""
    try:
        contract_of(read_text(text, "x", kind))
    except SourceError as error:
        said = str(error)
    assert 1 >= len(said.splitlines())


def test_what_a_contract_would_refuse_is_left_out() -> None:
    """A default that is none of its type, or a limit over another, is named and dropped."""
    text = "# @defaultSensitive=false\n# ---\n# @type=port\nA=80a\n# @type=port(min=9, max=2)\nB=\n"
    draft = read_text(text, ".env.schema", "varlock")
    assert """\
[var.A]
type = "port"
required = false

[var.B]
type = "port"
required = false
max = 2
""" == contract_of(draft)
    assert {"A", "B"} == notes(draft).keys()
    assert (
        'has a default that is "80a", not a port (1 to 65535); it was left out'
        == (notes(draft)["A"])
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".env.example", "env"),
        ("docker-compose.yml", "compose"),
        ("deploy/compose.yaml", "compose"),
        (".env.schema", "varlock"),
    ],
)
def test_names_tell_the_form(source: str, expected: str) -> None:
    """A file's name says what it is."""
    assert expected == kind_of(source)


def test_env_file() -> None:
    """Lines are required with an example, commented-out lines have a default."""
    text = """\
# ------
# Where it listens
PORT=8000
export MODE="a b" # one of them
# how long
# TIMEOUT=30s
#EMPTY=
# This is prose, not VALUE=1 of anything
MULTI='a
b'
"""
    draft = read_text(text, ".env.example", "env")
    assert """\
[var.PORT]
type = "port"
description = "Where it listens"
example = "8000"

[var.MODE]
description = "one of them"
example = "a b"

[var.TIMEOUT]
type = "duration"
default = "30s"
description = "how long"

[var.EMPTY]
required = false

[var.MULTI]
description = "This is prose, not VALUE=1 of anything"
example = "a\\nb"
""" == contract_of(draft)
    assert ".env.example" in notes(draft)


def test_env_file_says_what_it_left() -> None:
    """Lines that are none, names that are none and the values of secrets are named, not shown."""
    text = "junk\nA-B=1\nA=${B}\nAPI_KEY=hunter2\nURL=pg://me:hunter2@h/\nA=2\nC='open\nD=1\n"
    draft = read_text(text, ".env", "env")
    assert ["A", "API_KEY", "URL", "D"] == list(draft.contract.variables)
    assert {".env:1", "A-B", "A", "API_KEY", "URL", ".env:7", ".env"} == notes(draft).keys()
    assert "hunter2" not in contract_of(draft) + str(draft.notes)


def test_compose_file() -> None:
    """What compose sets is an example, its `:-` a default, its secrets are secrets."""
    text = """\
services:
  app:
    environment:
      PORT: 8000
      DEBUG: true
      LEVEL: ${LEVEL:-info}
      PRICE: 5$$
      TOKEN_FILE: /run/secrets/token
      DB: postgres://me:${PW}@db/x
      NAME: ${NAME:?}
    secrets: [api_key]
"""
    draft = read_text(text, "compose.yaml", "compose")
    assert """\
[env]
secrets = "/run/secrets"

[var.PORT]
type = "port"
example = "8000"

[var.DEBUG]
type = "bool"
example = "true"

[var.LEVEL]
default = "info"

[var.PRICE]
example = "5$"

[var.TOKEN]
secret = true

[var.DB]
type = "url"
secret = true

[var.NAME]

[var.API_KEY]
secret = true
""" == contract_of(draft)
    assert {"DB", "compose.yaml"} == notes(draft).keys()


def test_compose_file_with_a_list() -> None:
    """The form of a list is read too; a name alone is passed through."""
    text = "services:\n  a: {environment: [A=1, B, 'C=${D}'], env_file: x}\n  b: {}\n"
    draft = read_text(text, "c.yml", "compose", "a")
    assert ["A", "B", "C"] == list(draft.contract.variables)
    assert {"B", "C", "a.env_file", "c.yml"} == notes(draft).keys()


@pytest.mark.parametrize(
    ("text", "service", "expected"),
    [
        ("a: [", None, "c.yml:1 is not YAML that can be read"),
        ("- 1", None, "c.yml has no services: it is not a compose file"),
        ("services: {a: {}, b: {}}", None, "c.yml has 2 services; say which with --service: a, b"),
        ("services: {a: {}}", "c", 'c.yml has no service "c"; it has a'),
        (
            "services: {a: {environment: 1}}",
            None,
            "c.yml: environment of a is neither a table nor a list",
        ),
    ],
)
def test_compose_file_that_is_none(text: str, service: str | None, expected: str) -> None:
    """What is wrong with it is one line."""
    with pytest.raises(SourceError) as caught:
        read_text(text, "c.yml", "compose", service)
    assert expected == str(caught.value)


def test_compose_needs_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyYAML the message says what to install."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(SourceError, match="pip install pyyaml"):
        read_text("", "c.yml", "compose")


def test_varlock_schema() -> None:
    """Types with their options, what is needed, what is sensitive, defaults."""
    text = """\
# @defaultSensitive=false @defaultRequired=infer
# ---
# Which stage it is
# @type=enum(dev, prod) @example=prod
STAGE=dev # the stage

# @type=number(isInt=true, min=1, max=9)
WORKERS=4

# @required @sensitive @type=string(startsWith="sk-", minLength=5)
KEY=

# @type=url(allowedProtocols=[postgres, "https:"]) @optional
URL=

# @type=array(port, separator=";")
PORTS="1;2"

INFERRED=true
"""
    draft = read_text(text, ".env.schema", "varlock")
    assert """\
[var.STAGE]
default = "dev"
choices = ["dev", "prod"]
description = "Which stage it is the stage"
example = "prod"

[var.WORKERS]
type = "int"
default = 4
min = 1
max = 9

[var.KEY]
secret = true
min_length = 5
pattern = 'sk\\-.*'

[var.URL]
type = "url"
required = false
schemes = ["postgres", "https"]

[var.PORTS]
type = "list"
items = "port"
separator = ";"
default = "1;2"

[var.INFERRED]
type = "bool"
default = true
""" == contract_of(draft)
    assert [] == draft.notes


def test_varlock_says_what_it_left() -> None:
    """Values that varlock makes, conditions and words of its own are named."""
    text = """\
# @import(../shared/)
# ---
# @type=string(isLength=3, toUpperCase=true)
A=exec('pass show a')
# @type=semver @icon=mdi:key
B=
# @required=forEnv(prod)
C=x-$A
SECRET_BY_DEFAULT=hunter2
"""
    draft = read_text(text, ".env.schema", "varlock")
    assert {"@import", "A", "B", "C", "SECRET_BY_DEFAULT"} == notes(draft).keys()
    assert all(variable.secret for variable in draft.contract.variables.values())
    assert "hunter2" not in contract_of(draft) + str(draft.notes)
    assert (3, 3) == (
        draft.contract.variables["A"].min_length,
        draft.contract.variables["A"].max_length,
    )
