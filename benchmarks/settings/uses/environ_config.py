"""The use of environ-config."""

import attr
import environ


def define():
    """Define the fields."""

    def words(text):
        return text.split(",")

    def numbers(text):
        return [int(word) for word in text.split(",")]

    @environ.config(prefix="APP", frozen=True)
    class Settings:
        name = environ.var()
        host = environ.var()
        port = environ.var(converter=int)
        debug = environ.bool_var()
        ratio = environ.var(converter=float)
        level = environ.var(validator=attr.validators.in_(["debug", "info", "warning"]))
        tags = environ.var(converter=words)
        shards = environ.var(converter=numbers)
        secret_key = environ.var()
        database_url = environ.var()
        cache_url = environ.var()
        region = environ.var()
        zone = environ.var()
        workers = environ.var(converter=int)
        threads = environ.var(converter=int)
        backlog = environ.var(converter=int)
        retries = environ.var(converter=int)
        timeout = environ.var(converter=float)
        verbose = environ.bool_var()
        proxy = environ.bool_var()

    return Settings


def load(settings):
    """Load them."""
    return environ.to_config(settings)
