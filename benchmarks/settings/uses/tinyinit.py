"""The use of tinyinit."""

from tinyinit import config


def define():
    """Define the fields."""

    @config.define(prefix="APP_")
    class Settings:
        name: str
        host: str
        port: config.Port
        debug: bool
        ratio: float
        level: str = config.var(choices=["debug", "info", "warning"])
        tags: list[str]
        shards: list[int]
        secret_key: config.Secret[str]
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
    return config.load(settings)
