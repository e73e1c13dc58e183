"""The size works on real programs for machines of other classes and byte orders, under qemu."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tinyinit.stack.elf import read
from tinyinit.stack.replace import check, write

THREADS = Path(__file__).with_name("threads.c")
KIB = 1 << 10
# The first compile for a machine builds musl for it, and is kept.
COMPILE_SECONDS = 600


def thread_size(emulator: str, program: Path) -> int:
    """Return the bytes that the program's thread has."""
    done = subprocess.run(
        [emulator, program], stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    return int(done.stdout)


@pytest.mark.timeout(COMPILE_SECONDS)
@pytest.mark.parametrize(
    ("target", "machine", "bits", "order"),
    [
        ("x86-linux-musl", "i386", 32, "little"),
        ("s390x-linux-musl", "s390x", 64, "big"),
        ("powerpc-linux-musleabi", "ppc", 32, "big"),
    ],
)
def test_set_and_unset_on_other_machines(
    tmp_path: Path, target: str, machine: str, bits: int, order: str
) -> None:
    """A real thread has 1 MiB after set and 128 KiB after unset, whatever the machine."""
    emulator = shutil.which(f"qemu-{machine}-static") or shutil.which(f"qemu-{machine}")
    if emulator is None or importlib.util.find_spec("ziglang") is None:
        pytest.skip(f"no qemu for {machine} or no ziglang")
    program = tmp_path / "threads"
    compile_it = [
        sys.executable,
        "-m",
        "ziglang",
        "cc",
        "-target",
        target,
        "-static",
        "-O1",
        "-D_GNU_SOURCE",
    ]
    subprocess.run([*compile_it, "-o", program, THREADS], check=True, timeout=COMPILE_SECONDS)
    with program.open("rb") as file:
        elf = read(file.fileno())
    assert (bits, order) == (elf.bits, elf.order)

    for size, least in ((1024 * KIB, 1024 * KIB), (0, 128 * KIB)):
        targets, problems = check([str(program)])
        assert [] == problems
        write(targets, size)
        assert least <= thread_size(emulator, program) <= least + 8 * KIB
