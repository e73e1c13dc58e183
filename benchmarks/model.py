"""The words the benchmarks share: what is measured, on what, and what it may cost."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# The same for all, so that what a caller has exported changes no figure.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


class BenchmarkError(Exception):
    """Why no figure could be had, as one line."""


class Init(NamedTuple):
    """An init, and how to ask it to run a program.

    `command` goes before the program. `as_child` replaces it where the init is not PID 1 and
    needs an option to reap there. `file` is None where it is more than one file.
    """

    name: str
    command: tuple[str, ...]
    as_child: tuple[str, ...]
    file: Path | None
    forwards: bool = True
    reaps: bool = True


class Figure(NamedTuple):
    """One thing measured: for each init (or library) one value a round, all rounds in turns.

    Figures of one `table` are shown together: they are about the same things.
    """

    name: str
    unit: str
    rounds: Mapping[str, Sequence[float]]
    table: str = "inits"


class Bound(NamedTuple):
    """What tinyinit may cost at most: `limit` in the figure's unit, or times `against`'s cost."""

    figure: str
    limit: float
    against: str | None = None


class Bench(NamedTuple):
    """What a group measures with: the inits, the compiled C helpers, how many rounds.

    `only` names what else than inits to measure, all if it is empty.
    """

    inits: Sequence[Init]
    tools: Path
    rounds: int
    only: Sequence[str] = ()

    def wants(self, name: str) -> bool:
        """Tell whether to measure what has this name."""
        return not self.only or name in self.only

    def tool(self, name: str) -> str:
        """Return the path of a compiled C helper."""
        return str(self.tools / name)


class Group(NamedTuple):
    """Figures that are measured together, and their bounds."""

    name: str
    measure: Callable[[Bench], Sequence[Figure]]
    bounds: Sequence[Bound]


def run(command: Sequence[str]) -> str:
    """Return what a helper prints.

    `BenchmarkError`: it failed; what it said is on stderr already.
    """
    result = subprocess.run(  # noqa: S603  the helpers and inits are what is measured
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=ENVIRONMENT, check=False
    )
    if result.returncode != 0:
        raise BenchmarkError(f"{Path(command[0]).name} exited with {result.returncode}")
    return result.stdout.decode()


def join_commands(commands: Sequence[Sequence[str]]) -> list[str]:
    """Return the commands as the C helpers take them, with `:::` between."""
    words: list[str] = []
    for command in commands:
        words += [":::", *command] if words else command
    return words


def progress(text: str) -> None:
    """Say on stderr what is being measured, because it takes minutes."""
    sys.stderr.write(f"benchmarks: {text}\n")
