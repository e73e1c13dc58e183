"""Compiles the C helpers, with the flags that tinyinit itself is built with."""

import platform
import subprocess
import sys
from pathlib import Path

from benchmarks.model import BenchmarkError

_FLAGS = (
    *("-static", "-fPIE", "-Os", "-s", "-std=c11", "-D_GNU_SOURCE"),
    *("-Wall", "-Wextra", "-Werror"),
)
_SOURCES = {
    "probe": ("probe.c",),
    "stub": ("stub.c",),
    "start": ("start.c", "spawn.c"),
    "launch": ("launch.c", "spawn.c"),
    "orphans": ("orphans.c", "spawn.c"),
    "listener": ("listener.c", "board.c", "spawn.c"),
    "latency": ("latency.c", "board.c", "spawn.c"),
    "window": ("window.c", "board.c", "spawn.c"),
}


def compile_tools(folder: Path) -> None:
    """Compile every helper into the folder.

    `BenchmarkError`: the compiler is not there, or refuses; what it said is on stderr.
    """
    here = Path(__file__).parent
    compiler = (sys.executable, "-m", "ziglang", "cc", "-target", _target())
    for tool, names in _SOURCES.items():
        sources = [str(here / name) for name in names]
        command = [*compiler, *_FLAGS, *sources, "-o", str(folder / tool)]
        if subprocess.run(command, check=False).returncode != 0:  # noqa: S603  our own words
            raise BenchmarkError(
                f"{tool} could not be compiled; the ziglang package must be in this interpreter"
            )


def _target() -> str:
    machine = platform.machine()
    other_names = {
        "i686": "x86-linux-musl",
        "armv7l": "arm-linux-musleabihf",
        "ppc64le": "powerpc64le-linux-musl",
    }
    return other_names.get(machine, f"{machine}-linux-musl")
