"""What the notes service needs from its environment."""

from datetime import timedelta
from pathlib import Path

from tinyinit import config


@config.define(prefix="NOTES_")
class Settings:
    """The settings of the notes service."""

    port: config.Port = config.var(8000, min=1024, description="where the service listens")
    token: config.Secret[str] = config.var(min_length=16, description="what a writer must know")
    folder: Path = config.var("/data", must="writable", description="where notes are kept")
    threads: int = config.var(4, min=1, max=64, aliases=["WEB_CONCURRENCY"])
    keep: timedelta = config.var("30d", min="1h", description="how long a note is kept")
