"""Code that checkers take: what a user writes, and the types that come of it."""

from __future__ import annotations

import enum
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, assert_type
from uuid import UUID

from tinyinit import config

if TYPE_CHECKING:
    from collections.abc import Iterator


class Level(enum.Enum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"


@config.define
class Database:
    """A database."""

    host: str = "localhost"
    password: config.Secret[str]


@config.define(prefix="APP_", unknown="error", env_files=["?.env"])
class Settings:
    """One field of each kind."""

    LIMIT: ClassVar[int] = 3

    port: config.Port = 8000
    size: config.Size = config.var("64M")
    email: config.Email = "a@b.example"
    hostname: config.Hostname = "h"
    place: config.HostPort = config.var("h:80")
    url: config.Url = config.var(secret=True, schemes=["postgresql"])
    data: config.Json = None
    token: config.Secret[str] | None = None
    workers: int = config.var(default=4, min=1, max=64, aliases=["WEB_CONCURRENCY"])
    ratio: float = 0.5
    debug: bool = False
    wait: timedelta = config.var(timedelta(seconds=30), max="1h")
    folder: Path = config.var("/srv", must="dir")
    id: UUID | None = None
    level: Level = Level.INFO
    mode: Literal["a", "b"] = "a"
    ip: IPv4Address | None = config.var(None)
    tags: list[str] = config.var(())
    names: tuple[str, ...] = ()
    ports: list[config.Port] = config.var([80, 443], separator=";")
    db: Database

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.hostname}:{self.port}"

    def check(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong across fields."""
        if self.debug and self.level is Level.INFO:
            yield "level", "is not debug"


@config.define
class More(Settings):
    """One that inherits."""

    extra: int = 1


settings = config.load(Settings)
assert_type(settings, Settings)
assert_type(settings.port, int)
assert_type(settings.size, int)
assert_type(settings.email, str)
assert_type(settings.place, config.HostPort)
assert_type(settings.place.port, int)
assert_type(settings.url.password, config.Secret[str] | None)
assert_type(settings.data, Any)
assert_type(settings.token, config.Secret[str] | None)
assert_type(settings.wait, timedelta)
assert_type(settings.folder, Path)
assert_type(settings.level, Level)
assert_type(settings.mode, Literal["a", "b"])
assert_type(settings.ports, list[int])
assert_type(settings.names, tuple[str, ...])
assert_type(settings.db.password.reveal(), str)
assert_type(settings.address, str)
assert_type(Settings.LIMIT, int)
assert_type(config.load(More, {"APP_PORT": "1"}, dotenv=".env").extra, int)
assert_type(config.load_or_exit(Settings, dotenv=[Path(".env"), "local"]), Settings)
assert_type(config.replace(settings, port=1), Settings)
assert_type(config.as_dict(settings), dict[str, Any])
assert_type(config.explain(settings)[0].line, int)
assert_type(Database(password=config.Secret("x")), Database)
config.load(config.from_contract("tinyinit.toml"), {}).anything.at_all  # noqa: B018  # pyright: ignore[reportUnusedExpression]

match settings.db:
    case Database(host=host):
        assert_type(host, str)
