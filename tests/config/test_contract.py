"""A class as a contract, and a contract as a class."""

from __future__ import annotations

import pickle
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest

from tinyinit import config
from tinyinit.contract.model import Contract, Variable

TOML = """
[env]
prefix = "APP_"
unknown = "error"

[var.APP_PORT]
type = "port"
default = 8000

[var.APP_TOKEN]
secret = true

[var.APP_URL]
type = "url"
secret = true
schemes = ["postgresql"]

[var.APP_WAIT]
type = "duration"
default = "1m"

[var.APP_DIR]
type = "path"
required = false

[var.APP_ID]
type = "uuid"
required = false

[var.APP_IPS]
type = "list"
items = "ip"
separator = ";"
required = false

[var.APP_CLASS]
default = "a"
choices = ["a", "b"]

[var.APP_DATA]
type = "json"
required_if = "APP_DIR"

[var.OTHER_NAME]
type = "size"
default = "1k"
"""
ENVIRON = {
    "APP_TOKEN": "hunter2",
    "APP_URL": "postgresql://u:hunter3@h",
    "APP_DIR": "/srv",
    "APP_ID": "12345678-1234-5678-1234-567812345678",
    "APP_IPS": "::1; 10.0.0.1",
    "APP_DATA": "[1]",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A contract."""
    path = tmp_path / "tinyinit.toml"
    path.write_text(TOML)
    return path


def test_makes_a_class_of_a_contract(file: Path) -> None:
    """Each variable is a field of its type, without the prefix, in small letters."""
    settings = config.load(config.from_contract(file), ENVIRON)
    assert (8000, "hunter2") == (settings.port, settings.token.reveal())
    assert (timedelta(minutes=1), Path("/srv")) == (settings.wait, settings.dir)
    assert UUID(ENVIRON["APP_ID"]) == settings.id
    assert [ip_address("::1"), ip_address("10.0.0.1")] == settings.ips
    assert ("a", [1], 1024) == (settings.class_, settings.data, settings.other_name)
    assert "hunter" not in repr(settings)


def test_leaves_out_what_may_be_missing(file: Path) -> None:
    """A variable that is not required is None."""
    environ = {name: ENVIRON[name] for name in ("APP_TOKEN", "APP_URL")}
    settings = config.load(config.from_contract(str(file)), environ)
    assert (None, None, None, None) == (settings.dir, settings.id, settings.ips, settings.data)


def test_reports_as_the_contract(file: Path) -> None:
    """The report names the file, and has its rules."""
    with pytest.raises(config.ConfigError) as caught:
        config.load(config.from_contract(file), {**ENVIRON, "APP_PROT": "1", "APP_CLASS": "c"})
    assert (
        f"tinyinit: the environment does not meet {file}: 2 problems\n"
        '  APP_CLASS  is "c", not one of "a", "b"\n'
        "  APP_PROT   is not declared; did you mean APP_PORT?"
    ) == str(caught.value)


def test_pickles(file: Path) -> None:
    """An instance travels with its contract, without secrets; its class is made once."""
    settings = config.load(config.from_contract(file), ENVIRON)
    data = pickle.dumps(settings)
    assert b"hunter" not in data
    back = pickle.loads(data)  # noqa: S301
    assert type(settings) is type(back)
    assert 8000 == back.port


def test_pickles_no_secret_of_the_contract() -> None:
    """The default of a secret is left out too."""
    variables = {
        "TOKEN": Variable("TOKEN", secret=True, default="hunter2"),
        "PORT": Variable("PORT", type="port", default="1"),
    }
    settings = config.load(config.from_contract(Contract("c", variables=variables)), {})
    assert "hunter2" == settings.token.reveal()
    data = pickle.dumps(settings)
    assert b"hunter2" not in data
    assert 1 == pickle.loads(data).port  # noqa: S301


def test_takes_a_path_that_is_not_there_yet(tmp_path: Path) -> None:
    """Whether a default path is there is asked when the settings are loaded."""
    file = tmp_path / "c.toml"
    file.write_text(f'[var.DIR]\ntype = "path"\nmust = "dir"\ndefault = "{tmp_path}/new"\n')
    cls = config.from_contract(file)
    with pytest.raises(
        config.ConfigError, match=r"DIR  from the default is .*, which does not exist"
    ):
        config.load(cls, {})
    (tmp_path / "new").mkdir()
    assert tmp_path / "new" == config.load(cls, {}).dir


def test_tells_what_is_wrong_with_a_contract(tmp_path: Path) -> None:
    """A contract with problems is no class; the error has its report."""
    path = tmp_path / "bad.toml"
    path.write_text("[var.A]\ntyp = 1\n[var.B]\nmin = 1\n")
    with pytest.raises(config.ConfigError, match="has 2 problems") as caught:
        config.from_contract(path)
    assert {str(path)} == {problem.file for problem in caught.value.problems}
    with pytest.raises(config.ConfigError, match="cannot be read"):
        config.from_contract(tmp_path / "missing.toml")


def test_refuses_two_variables_that_would_be_one_field() -> None:
    """Fields need names of their own."""
    variables = {name: Variable(name, required=False) for name in ("APP_X", "X")}
    with pytest.raises(TypeError, match="two variables would be the field x"):
        config.from_contract(Contract("c", variables=variables, prefix="APP_"))


@config.define
class Db:
    """A nested class."""

    host: str = ""
    api_token: config.Secret[str]


@config.define(prefix="APP_", unknown="error", secrets="/run/secrets", env_files=["?.env"])
class Settings:
    """What the shop needs."""

    port: config.Port = config.var(8000, description="where the server listens", example="80")
    url: config.Url = config.var(secret=True, schemes=["postgresql"])
    workers: int = config.var(4, min=1, max=64, aliases=["WEB_CONCURRENCY"])
    wait: timedelta = config.var(timedelta(seconds=90), max=timedelta(minutes=5))
    mode: Literal["a", "b"] = "a"
    tags: list[int] = config.var((1, 2), separator=";", max_length=3)
    cert: Path | None = config.var(required_if="mode=b", must="file")
    word: str | None = config.var(None, min_length=2, max_length=4, pattern="[a-z]+")
    db: Db


def test_makes_a_contract_of_a_class() -> None:
    """A class says what a contract's file would."""
    contract = config.to_contract(Settings)
    assert ("APP_", "error") == (contract.prefix, contract.unknown)
    assert ("/run/secrets", ("?.env",)) == (contract.secrets, contract.env_files)
    assert f"{__name__}:Settings" == contract.file
    said = {
        name: {key: getattr(variable, key) for key in variable.__slots__}
        for name, variable in contract.variables.items()
    }
    plain = {
        **dict.fromkeys(("default", "max", "max_length", "min", "min_length", "must", "pattern")),
        **dict.fromkeys(("required", "required_if")),
        **dict.fromkeys(("aliases", "choices", "schemes"), ()),
        **dict.fromkeys(("description", "example"), ""),
        "items": "string",
        "line": 0,
        "secret": False,
        "separator": ",",
        "type": "string",
    }
    changes: dict[str, dict[str, Any]] = {
        "APP_PORT": {
            "type": "port",
            "default": "8000",
            "example": "80",
            "description": "where the server listens",
        },
        "APP_URL": {"type": "url", "secret": True, "schemes": ("postgresql",)},
        "APP_WORKERS": {
            "type": "int",
            "default": "4",
            "min": "1",
            "max": "64",
            "aliases": ("WEB_CONCURRENCY",),
        },
        "APP_WAIT": {"type": "duration", "default": "90s", "max": "300s"},
        "APP_MODE": {"default": "a", "choices": ("a", "b")},
        "APP_TAGS": {
            "type": "list",
            "items": "int",
            "default": "1;2",
            "separator": ";",
            "max_length": 3,
        },
        "APP_CERT": {"type": "path", "must": "file", "required_if": "APP_MODE=b"},
        "APP_WORD": {
            "min_length": 2,
            "max_length": 4,
            "pattern": "[a-z]+",
            "required": False,
        },
        "APP_DB_HOST": {"default": ""},
        "APP_DB_API_TOKEN": {"secret": True},
    }
    assert {name: {**plain, "name": name, **keys} for name, keys in changes.items()} == said


def test_is_the_same_there_and_back() -> None:
    """The contract of a class made of a contract is that contract."""
    contract = config.to_contract(Settings)
    again = config.to_contract(config.from_contract(contract))
    for name in ("file", "prefix", "unknown", "secrets", "env_files", "init"):
        assert getattr(contract, name) == getattr(again, name)
    assert list(contract.variables.values()) == list(again.variables.values())


def test_loads_the_same_from_both() -> None:
    """A class and what is made of its contract read the same values."""
    environ = {"APP_URL": "postgresql://h", "APP_DB_API_TOKEN": "x"}
    cls = config.from_contract(config.to_contract(Settings))
    one, other = config.load(Settings, environ), config.load(cls, environ)
    assert [origin.value for origin in config.explain(one)] == [
        origin.value for origin in config.explain(other)
    ]
    assert (one.wait, one.tags, one.word) == (other.wait, other.tags, other.word)


def test_wants_a_class_of_settings() -> None:
    """Another class has no contract."""
    with pytest.raises(TypeError, match=r"int is not decorated with @config\.define"):
        config.to_contract(int)
