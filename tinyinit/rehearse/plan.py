"""What a rehearsal is to do, and the error where it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass


class CannotError(Exception):
    """The rehearsal cannot take place; the text is one line for people."""


@dataclass(frozen=True)
class Plan:
    """What to run and how to stop it. Times are in seconds."""

    program: tuple[str, ...] = ()
    """The program and its arguments; for an image, what replaces its CMD."""
    init: str = ""
    """`tinyinit`, `none`, `tini`, `dumb-init`, `catatonit` or a path; "" for the usual one."""
    stop: str = ""
    """The stop signal's name without SIG; "" for TERM, or an image's own."""
    grace: float = 10.0
    ready_after: float | None = None
    ready_port: int | None = None
    ready_line: str | None = None
    during: str = ""
    """`startup` to stop it while it starts."""
    runs: int = 1
    load: str | None = None
    image: str | None = None
    engine: str | None = None
    compare: bool = False
