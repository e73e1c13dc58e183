"""A class, the contract that is exported of it, and the file that enforces that: one verdict."""

from __future__ import annotations

import subprocess
import warnings
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.under_test import find_tinyinit
from tinyinit import config
from tinyinit.contract.write import to_toml


@config.define
class Database:
    """A nested class."""

    host: config.Hostname = "localhost"
    password: config.Secret[str] = config.var(min_length=3)


@config.define(prefix="APP_", unknown="error")
class Settings:
    """A field of each type, and each rule."""

    port: config.Port = 8000
    url: config.Url = config.var(schemes=["http"])
    workers: int = config.var(4, min=1, max=64, aliases=["WORKERS"])
    ratio: float | None = None
    debug: bool = False
    wait: timedelta = config.var("30s", max="1h")
    size: config.Size = config.var("1k")
    ids: list[UUID] = config.var(())
    tags: tuple[str, ...] = config.var("a;b", separator=";", max_length=3)
    mode: Literal["a", "b"] = "a"
    word: str = config.var("é", pattern="[a-zé]*", max_length=4)
    ip: IPv4Address | IPv6Address | None = None
    email: config.Email | None = config.var(required_if="debug")
    data: config.Json = config.var("{}")
    folder: Path = config.var("/", must="dir")
    place: config.HostPort = config.var("h:1")
    db: Database


NAMES = [*config.to_contract(Settings).variables, "WORKERS", "APP_PROT", "OTHER"]
VALUES = [
    *("", "0", "1", "80", "65536", "-1", "1.5", "true", "b", "aé", "abcde", "x y", "\udcff"),
    *("http://h", "http://u:hunter2@h/", "ftp://h", "1h30m", "2d", "1k", "a;b;c;d", "[1]", "{"),
    *("12345678-1234-5678-1234-567812345678", "::1", "a@b.example", "h:80", "/", "/none"),
]
ENVIRONS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=8)


def report(cls: type, environ: dict[str, str]) -> str:
    """Return what is wrong and what is warned of, without the name of the contract."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            config.load(cls, environ)
        except config.ConfigError as error:
            text = str(error)
        else:
            text = "".join(str(warning.message) for warning in caught)
    return _plain(text)


def _plain(text: str) -> str:
    return "\n".join(
        f"tinyinit: {line.rpartition(': ')[2]}" if line.endswith(("problem", "problems")) else line
        for line in text.rstrip("\n").splitlines()
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract that is exported of the class."""
    path = tmp_path_factory.mktemp("export") / "tinyinit.toml"
    path.write_text(to_toml(config.to_contract(Settings)), encoding="utf-8")
    return path


@settings(max_examples=300, deadline=None)
@given(environ=ENVIRONS)
def test_says_the_same_as_its_contract(file: Path, environ: dict[str, str]) -> None:
    """The class and a class of its exported contract tell the same of any environment."""
    assert report(Settings, environ) == report(config.from_contract(file), environ)


@settings(max_examples=40, deadline=None)
@given(environ=ENVIRONS)
def test_says_the_same_as_the_file(file: Path, environ: dict[str, str]) -> None:
    """The file `tinyinit` tells the same, in the same words, where there is no Python."""
    done = subprocess.run(
        [find_tinyinit(), "check", "--config", file],
        env=environ,
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8", "surrogateescape")
    assert report(Settings, environ) == _plain(said)
    assert (78 if "does not meet" in said else 0) == done.returncode
