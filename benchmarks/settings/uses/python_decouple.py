"""The use of python-decouple, which defines and loads in one."""

from types import SimpleNamespace

from decouple import Choices, Csv, config


def define():
    """Define nothing: there is no class."""
    return config


def load(config):
    """Load the fields."""
    return SimpleNamespace(
        name=config("APP_NAME"),
        host=config("APP_HOST"),
        port=config("APP_PORT", cast=int),
        debug=config("APP_DEBUG", cast=bool),
        ratio=config("APP_RATIO", cast=float),
        level=config("APP_LEVEL", cast=Choices(["debug", "info", "warning"])),
        tags=config("APP_TAGS", cast=Csv()),
        shards=config("APP_SHARDS", cast=Csv(int)),
        secret_key=config("APP_SECRET_KEY"),
        database_url=config("APP_DATABASE_URL"),
        cache_url=config("APP_CACHE_URL"),
        region=config("APP_REGION"),
        zone=config("APP_ZONE"),
        workers=config("APP_WORKERS", cast=int),
        threads=config("APP_THREADS", cast=int),
        backlog=config("APP_BACKLOG", cast=int),
        retries=config("APP_RETRIES", cast=int),
        timeout=config("APP_TIMEOUT", cast=float),
        verbose=config("APP_VERBOSE", cast=bool),
        proxy=config("APP_PROXY", cast=bool),
    )
