"""Compile the program that tells about its threads, for any C library and machine, with Zig."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests import machine

SOURCE = Path(__file__).with_name("threads.c")
CHECKOUT = SOURCE.parents[2]
CACHE = CHECKOUT / "build" / "tests" / "threads"
COMPILE_TIMEOUT = 600.0
"""Seconds. The first compile for a machine builds its C library too."""


def threads(target: str, *options: str) -> Path:
    """Return the program for a target of Zig; skip the test where there is no Zig.

    It asks for no stack of its own, which Zig's linker would do for it.
    """
    machine.need(machine.has_module("ziglang"))
    digest = hashlib.sha256(SOURCE.read_bytes() + repr((target, options)).encode()).hexdigest()
    built = CACHE / digest[:16] / "threads"
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        draft = built.with_name(f"threads.{os.getpid()}")
        compiler = [sys.executable, "-m", "ziglang", "cc", "-target", target, *options]
        flags = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Wl,-z,stack-size=4096"]
        subprocess.run(
            [*compiler, *flags, "-o", draft, SOURCE], check=True, timeout=COMPILE_TIMEOUT
        )
        draft.replace(built)
    return built
