from __future__ import annotations

import datetime as dt
import enum
import ipaddress  # noqa: TC003  # pydantic reads the annotations
from pathlib import Path  # noqa: TC003  # the same
from typing import Annotated, Literal

import pydantic
import pydantic_settings
import pytest

from tests.contract.test_importers import contract_of, notes
from tinyinit.contract.importers.draft import SourceError
from tinyinit.contract.importers.pydantic import read_pydantic


class Level(enum.Enum):
    """A choice."""

    LOW = "low"
    HIGH = "high"


class Database(pydantic.BaseModel):
    """A part of the settings."""

    host: str
    port: int = 5432


class Settings(pydantic_settings.BaseSettings):
    """Settings as people write them."""

    model_config = pydantic_settings.SettingsConfigDict(
        env_prefix="APP_", env_nested_delimiter="__", env_file=".env"
    )
    port: int = pydantic.Field(8000, ge=1, lt=65536, description="where it is", examples=[80])
    url: pydantic.HttpUrl
    name: Annotated[str, pydantic.Field(pattern="^a", min_length=2)] = "ab"
    mode: Literal["x", "y"] = "x"
    level: Level = Level.LOW
    token: pydantic.SecretStr | None = None
    timeout: dt.timedelta = dt.timedelta(seconds=1.5)
    tags: list[int] = [1, 2]
    bind: ipaddress.IPv4Address
    file: pydantic.FilePath
    old: str = pydantic.Field(validation_alias=pydantic.AliasChoices("NEW", "OLD"))
    database: Database
    home: Path
    step: int = pydantic.Field(3, multiple_of=3)
    made: str = pydantic.Field(default_factory=lambda: "x")

    @pydantic.field_validator("step")
    @classmethod
    def small(cls, value: int) -> int:
        """Take it as it is."""
        return value


def test_pydantic_class() -> None:
    """Types, limits, defaults, aliases and nested models become keys of variables."""
    draft = read_pydantic(Settings, "app:Settings")
    assert """\
[env]
files = ["?.env"]
prefix = "APP_"

[var.APP_PORT]
type = "int"
default = 8000
min = 1
max = 65535
description = "where it is"
example = "80"

[var.APP_URL]
type = "url"
schemes = ["http", "https"]

[var.APP_NAME]
default = "ab"
min_length = 2
pattern = "a.*"

[var.APP_MODE]
default = "x"
choices = ["x", "y"]

[var.APP_LEVEL]
default = "low"
choices = ["low", "high"]

[var.APP_TOKEN]
required = false
secret = true

[var.APP_TIMEOUT]
type = "duration"
default = "1500ms"

[var.APP_TAGS]
type = "list"
items = "int"
default = "1,2"

[var.APP_BIND]
type = "ip"

[var.APP_FILE]
type = "path"
must = "file"

[var.NEW]
aliases = ["OLD"]

[var.APP_DATABASE__HOST]

[var.APP_DATABASE__PORT]
type = "int"
default = 5432

[var.APP_HOME]
type = "path"

[var.APP_STEP]
type = "int"
default = 3

[var.APP_MADE]
required = false
""" == contract_of(draft)
    assert {
        "app:Settings",
        "APP_STEP",
        "APP_TIMEOUT",
        "APP_TAGS",
        "APP_MADE",
        "step",
    } == notes(draft).keys()


def test_a_class_of_another_kind() -> None:
    """A class that is none of pydantic's is refused in one line."""
    with pytest.raises(SourceError, match="is not a settings class of pydantic"):
        read_pydantic(Level, "app:Level")
