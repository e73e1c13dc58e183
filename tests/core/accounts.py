"""Accounts for main to run as, in an /etc of their own, and who main then is."""

from pathlib import Path
from typing import NamedTuple

from tests.core.proc import main_status
from tests.namespaces import Run

ACCOUNTS = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
app:x:1000:1001:An app,,,:/srv/app:/bin/sh
alone:x:1002:1002::/home/alone:/bin/sh
high:x:4294967294:4294967293::/high:/bin/sh
"""

GROUPS = """\
root:x:0:
daemon:x:1:
www:x:33:alone,app
tape:x:26:app2,application,ap
audio:x:29:app
app:x:1001:
alone:x:1002:alone
both:x:1003:daemon,app,alone
"""


class Identity(NamedTuple):
    """Who main is: real, effective, saved and file system numbers, groups, home."""

    uids: list[int]
    gids: list[int]
    groups: set[int]
    home: str


class Etc:
    """A folder of its own over /etc, for the stage."""

    def __init__(self, folder: Path) -> None:
        """Begin with the usual accounts."""
        self.folder = folder
        self.write("passwd", ACCOUNTS)
        self.write("group", GROUPS)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of /etc."""
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)

    @property
    def options(self) -> tuple[str, str]:
        """Return what the stage takes."""
        return ("--bind", f"{self.folder}:/etc")


def numbers(text: str) -> list[int]:
    """Return the numbers of a field of /proc/PID/status."""
    return [int(number) for number in text.split()]


def identity(run: Run) -> Identity:
    """Return who the payload is, which has printed its environment and holds."""
    run.skip_to("ready")
    variables = [line for line in run.so_far("output").splitlines() if line.startswith("env HOME=")]
    gids = numbers(main_status(run, "Gid"))
    return Identity(
        numbers(main_status(run, "Uid")),
        gids,
        # Whether the list repeats the primary group differs, and means nothing.
        {*numbers(main_status(run, "Groups")), *gids},
        variables[0].removeprefix("env HOME=") if variables else "none",
    )
