"""Code that checkers refuse, at the lines that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit import config

if TYPE_CHECKING:
    from collections.abc import Sized


@config.define
class Database:
    """A database."""

    host: str
    password: config.Secret[str]


@config.define
class Wrong:
    """Defaults of other types."""

    port: config.Port = "80"  # refused
    workers: int = config.var(4.5)  # refused
    name: str = config.var(None)  # refused
    tags: list[str] = ()  # refused
    token: config.Secret[str] = config.Secret(3)  # refused


@config.define(prefix=3)  # refused
class Prefix:
    """A prefix that is none."""


config.var(1, minimum=3)  # refused
config.var(must="directory")  # refused
Database()  # refused
Database("h", config.Secret("x"))  # refused
Database(host="h", password="x")  # refused
Database(host="h", password=config.Secret("x"), user="u")  # refused

settings = config.load(Database, {"PORT": 80})  # refused
settings = config.load(Database)
settings.host = "other"  # refused
print(settings.user)  # refused
text: str = settings.password  # refused
sized: Sized = settings.password  # refused
number: int = settings.password.reveal()  # refused
config.load(settings)  # refused
config.load(Database, dotenv=3)  # refused
print(config.Url("http://h").pasword)  # refused
url: str = config.Url("http://h")  # refused
