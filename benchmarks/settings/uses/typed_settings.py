"""The use of typed-settings on attrs; lists are split at colons."""

from typing import Literal

import typed_settings as ts


def define():
    """Define the fields."""

    @ts.settings(frozen=True)
    class Settings:
        name: str
        host: str
        port: int
        debug: bool
        ratio: float
        level: Literal["debug", "info", "warning"]
        tags: list[str]
        shards: list[int]
        secret_key: ts.SecretStr
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
    return ts.load_settings(settings, loaders=[ts.EnvLoader(prefix="APP_")])
