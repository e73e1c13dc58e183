"""The use of pydantic-settings; lists are JSON."""

from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def define():
    """Define the fields."""

    class Settings(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="APP_", frozen=True)

        name: str
        host: str
        port: int
        debug: bool
        ratio: float
        level: Literal["debug", "info", "warning"]
        tags: list[str]
        shards: list[int]
        secret_key: SecretStr
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
    return settings()
