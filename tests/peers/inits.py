"""The inits under test, and how each is told to do what it can do."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.namespaces import PATIENCE


class NoOptionError(AssertionError):
    """An init has no option for what a case is about."""


class Init(NamedTuple):
    """One init: its command and, by the name of a wish, the options that grant it."""

    name: str
    command: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, str] = MappingProxyType({})
    patience: float = 3.0

    def with_option(self, wish: str) -> list[str]:
        """Return the command with a wish granted, as far as the program's own arguments.

        Raises NoOptionError if this init has no option for it.
        """
        if wish not in self.options:
            raise NoOptionError(f"has no option to {wish}")
        return [*self.command, *self.options[wish], "--"]

    def plain(self) -> list[str]:
        """Return the command, as far as the program's own arguments."""
        return [*self.command, "--"]

    def adopting(self) -> list[str]:
        """Return the command that adopts orphans when not PID 1, or the plain one."""
        return [*self.command, *self.options.get("adopt", ()), "--"]


PEERS = {
    "tini": Init(
        "tini",
        ("tini",),
        {
            "signal the group": ("-g",),
            "say more": ("-vvv",),
            "adopt": ("-s",),
            "map 143 to 0": ("-e", "143"),
        },
    ),
    "dumb-init": Init(
        "dumb-init",
        ("dumb-init",),
        {
            "signal the group": (),
            "say more": ("-v",),
            "rewrite 1 to 10": ("-r", "1:10"),
            "drop 12": ("-r", "12:0"),
        },
    ),
    "catatonit": Init(
        "catatonit",
        ("catatonit",),
        {"signal the group": ("-g",), "say more": ()},
        {"CATATONIT_DEBUG": "1"},
    ),
}


def tinyinit(path: Path) -> Init:
    """Return tinyinit as one of the inits."""
    options = {
        "signal the group": ("--group",),
        "say more": ("-v",),
        "rewrite 1 to 10": ("--rewrite", "1:10"),
        "rewrite by name": ("--rewrite", "HUP:USR1"),
        "drop 12": ("--rewrite", "12:0"),
        "map 143 to 0": ("--success", "143"),
        "delay the stop signal by 300 ms": ("--drain", "300ms"),
        "kill main 300 ms after the stop signal": ("--stop-timeout", "300ms"),
        "give leftovers 300 ms": ("--grace", "300ms"),
    }
    return Init("tinyinit", (str(path),), options, patience=PATIENCE)


def peer(name: str) -> Init | None:
    """Return a peer with the path of its file, None if it is not installed."""
    path = shutil.which(name)
    return PEERS[name]._replace(command=(path,)) if path else None


def version(init: Init) -> str:
    """Return the version an init says it has, from whichever stream it says it on."""
    environment = {"PATH": os.defpath}
    result = subprocess.run(
        [*init.command, "--version"], capture_output=True, text=True, check=False, env=environment
    )
    found = re.search(r"\d+\.\d+\S*", result.stdout + result.stderr)
    return found[0] if found else "?"


def reason(failure: AssertionError) -> str:
    """Return the first words of why a case failed."""
    lines = str(failure).splitlines()
    return lines[0][:200] if lines else "another value than the expected one"
