"""Thread stacks on other machines: the file for each, and a program for musl there.

The loaders come from a folder MUSL_ROOT, as `.ci/loaders FOLDER` fills it from Debian's packages,
or from where `apt install musl:i386 musl:armhf musl:arm64` puts them.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import targets
from tests.musl.build import COMPILE_TIMEOUT, threads

MIB = 1 << 20
ROOT = Path(os.environ.get("MUSL_ROOT", "/"))


class Machine(NamedTuple):
    """A machine by its names: build_core's, Zig's, the loader's and qemu's."""

    wheel: str
    target: str
    loader: str
    emulator: str


MACHINES = [
    Machine("i686", "x86-linux-musl", "i386", "i386"),
    Machine("armv7l", "arm-linux-musleabihf", "armhf", "arm"),
    Machine("aarch64", "aarch64-linux-musl", "aarch64", "aarch64"),
]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * COMPILE_TIMEOUT)]


@pytest.fixture(params=MACHINES, ids=lambda machine: machine.loader)
def machine(request: pytest.FixtureRequest) -> Machine:
    """Give each machine that there is an emulator and a loader for."""
    machine: Machine = request.param
    loader = ROOT / "lib" / f"ld-musl-{machine.loader}.so.1"
    if not loader.exists():
        pytest.skip(f"no {loader}")
    if not shutil.which(f"qemu-{machine.emulator}-static"):
        pytest.skip(f"no qemu-{machine.emulator}-static")
    return machine


def emulated(machine: Machine, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command on the machine; -E sets a variable for it alone."""
    emulator: list[str | Path] = [f"qemu-{machine.emulator}-static", "-L", ROOT]
    return subprocess.run(
        [*emulator, *command], capture_output=True, check=False, encoding="utf-8", timeout=60
    )


def test_preloaded_file_raises_the_size(machine: Machine) -> None:
    """A thread has 128 KiB without the file in LD_PRELOAD, 8 MiB with it, and no word is said."""
    program = threads(machine.target, "-dynamic")
    variable = f"LD_PRELOAD={targets.file(machine.wheel)}"
    for options, expected in (((), 128 << 10), (("-E", variable), 8 * MIB)):
        result = emulated(machine, *options, program, "size")
        assert "" == result.stderr
        size = int(result.stdout.removeprefix("size "))
        assert expected <= size <= expected + (8 << 10)


def test_what_is_offered(machine: Machine) -> None:
    """The file has nothing to run at its loading, and one symbol, on 64 bits alone."""
    file = targets.file(machine.wheel)
    program = threads(machine.target, "-dynamic")
    result = emulated(machine, "-E", f"LD_PRELOAD={file}", program, f"dynamic={file}")
    symbols = int(machine.wheel == "aarch64")
    assert [f"symbols {symbols}", f"dynamic {file}"] == result.stdout.splitlines()


def test_its_own_programs_are_known(machine: Machine) -> None:
    """It knows a program for musl on its own machine, whose headers are its own, and no other."""
    file = targets.file(machine.wheel)
    for target in {other.target for other in MACHINES}:
        program = threads(target, "-dynamic")
        # What an emulator cannot do is the exec itself; what is set for it is said before.
        result = emulated(machine, file, "-v", "--", program, "size")
        assert (target == machine.target) == (f"LD_PRELOAD={file}" in result.stderr)
