"""The use of msgspec, which splits no lists: that is done before."""

import os
from typing import Literal

import msgspec


def define():
    """Define the fields."""

    class Settings(
        msgspec.Struct, frozen=True, kw_only=True, rename=lambda name: f"APP_{name.upper()}"
    ):
        name: str
        host: str
        port: int
        debug: bool
        ratio: float
        level: Literal["debug", "info", "warning"]
        tags: list[str]
        shards: list[int]
        secret_key: str
        database_url: str
        cache_url: str
        region: str
        zone: str
        workers: int
        threads: int
        backlog: int
        retries: int
        timeout: float
        verbose: bool
        proxy: bool

    return Settings


def load(settings):
    """Load them."""
    given = dict(os.environ)
    for name in ("APP_TAGS", "APP_SHARDS"):
        given[name] = given[name].split(",")
    return msgspec.convert(given, settings, strict=False)
