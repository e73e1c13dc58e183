"""Compile the program that tells about its threads, for any C library and machine, with Zig."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from build_core import compile_core

SOURCE = Path(__file__).with_name("threads.c")
CHECKOUT = SOURCE.parents[2]
CACHE = CHECKOUT / "build" / "tests" / "threads"
COMPILE_TIMEOUT = 600.0
"""Seconds. The first compile for a machine builds its C library too."""


def threads(target: str, *options: str) -> Path:
    """Return the program for a target of Zig; skip the test where there is no Zig.

    It asks for no stack of its own, which Zig's linker would do for it.
    """
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("no ziglang package to compile with")
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


def core(target: str) -> Path:
    """Return the file tinyinit for a target of build_core; skip the test where there is no Zig."""
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("no ziglang package to compile with")
    digest = hashlib.sha256(target.encode())
    for path in (CHECKOUT / "build_core.py", *sorted(CHECKOUT.glob("tinyinit/core/**/*.[ch]"))):
        digest.update(path.read_bytes())
    built = CACHE / digest.hexdigest()[:16] / "tinyinit"
    return built if built.exists() else compile_core(built, target=target)
