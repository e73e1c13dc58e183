"""The file for every target, compiled once for one state of the sources.

`python -m tests.targets` does it before the tests begin, and says how far it is: compilers that
build a C library for each machine first take minutes. A test that finds a file missing compiles it;
whoever else wants it meanwhile waits.
"""

import fcntl
import hashlib
import importlib.metadata
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import build_core
from tests import machine

CACHE = build_core.ROOT / "build" / "tests" / "targets"
SAY_AFTER = 20.0
"""Seconds of silence at most."""


def file(target: str) -> Path:
    """Return the file for a target; skip the test where there is no Zig to compile it with."""
    machine.need(machine.has_module("ziglang"))
    built = _folder() / target / build_core.NAME
    if built.exists():
        return built
    built.parent.mkdir(parents=True, exist_ok=True)
    with (built.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            build_core.compile_core(built, target=target)
    return built


def files() -> Mapping[str, Path]:
    """Return the file for every target."""
    return {target: file(target) for target in build_core.TARGETS}


def _folder() -> Path:
    found = hashlib.sha256(build_core.digest(build_core.ROOT / "tinyinit" / "core").encode())
    found.update((build_core.ROOT / "build_core.py").read_bytes())
    found.update(f"{build_core.version()} {importlib.metadata.version('ziglang')}".encode())
    return CACHE / found.hexdigest()[:16]


def main() -> None:
    """Compile what is missing, and say what is being compiled at least every 20 seconds."""
    if not machine.has_module("ziglang"):
        return
    began = time.monotonic()
    missing = [name for name in build_core.TARGETS if not (_folder() / name / "tinyinit").exists()]
    with ThreadPoolExecutor(build_core.AT_ONCE) as pool:
        running = {pool.submit(file, name): name for name in missing}
        while running:
            done, _ = wait(running, SAY_AFTER, "FIRST_COMPLETED")
            for future in done:
                print(f"compiled for {running.pop(future)}: {future.result()}", flush=True)
            if not done:
                seconds = time.monotonic() - began
                names = ", ".join(running.values())
                print(f"after {seconds:.0f} s still to compile: {names}", flush=True)


if __name__ == "__main__":
    with build_core.reported():
        main()
    sys.exit(0)
