"""The use of environs, which defines and loads in one."""

from types import SimpleNamespace

from environs import Env, validate


def define():
    """Make the reader: there is no class."""
    return Env(prefix="APP_", eager=False)


def load(env):
    """Load the fields."""
    settings = SimpleNamespace(
        name=env.str("NAME"),
        host=env.str("HOST"),
        port=env.int("PORT"),
        debug=env.bool("DEBUG"),
        ratio=env.float("RATIO"),
        level=env.str("LEVEL", validate=validate.OneOf(["debug", "info", "warning"])),
        tags=env.list("TAGS"),
        shards=env.list("SHARDS", subcast=int),
        secret_key=env.str("SECRET_KEY"),
        database_url=env.str("DATABASE_URL"),
        cache_url=env.str("CACHE_URL"),
        region=env.str("REGION"),
        zone=env.str("ZONE"),
        workers=env.int("WORKERS"),
        threads=env.int("THREADS"),
        backlog=env.int("BACKLOG"),
        retries=env.int("RETRIES"),
        timeout=env.float("TIMEOUT"),
        verbose=env.bool("VERBOSE"),
        proxy=env.bool("PROXY"),
    )
    env.seal()
    return settings
