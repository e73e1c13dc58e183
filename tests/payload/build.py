"""Compile the programs that the tests run: once for one state of their sources."""

import hashlib
import os
import subprocess
from pathlib import Path

from tests.machine import compiler

SOURCES = Path(__file__).parent
CACHE = SOURCES.parent.parent / "build" / "tests"
PROGRAMS = {
    "payload": ("payload.c", "signals.c", "leftovers.c"),
    "stage": ("stage.c", "scene.c", "hold.c"),
}

FLAGS = ("-static", "-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra")


def program(name: str) -> Path:
    """Return the path of a test program, static, compiled if its sources have changed.

    Several test processes may ask at once: each compiles a file of its own and the last one to
    rename it into place wins.
    """
    inputs = sorted(SOURCES.glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:16]
    built = CACHE / digest / name
    if built.exists():
        return built
    built.parent.mkdir(parents=True, exist_ok=True)
    draft = built.with_name(f"{name}.{os.getpid()}")
    sources = [str(SOURCES / source) for source in PROGRAMS[name]]
    subprocess.run([*compiler(), *FLAGS, "-o", str(draft), *sources], check=True)
    draft.replace(built)
    return built


def payload() -> str:
    """Return the path of the program that inits run, as a word of a command line."""
    return str(program("payload"))
