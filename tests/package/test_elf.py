"""The hardening is read from the file itself, for every target."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

import build_core
from tests.package import elf
from tests.package.elf import Elf

pytestmark = pytest.mark.timeout(1200)  # eight cold compiles

KIB, MIB = 1 << 10, 1 << 20
MACHINES = {
    "x86_64": (62, 64, "<"),
    "i686": (3, 32, "<"),
    "aarch64": (183, 64, "<"),
    "armv7l": (40, 32, "<"),
    "riscv64": (243, 64, "<"),
    "ppc64le": (21, 64, "<"),
    "s390x": (22, 64, ">"),
    "loongarch64": (258, 64, "<"),
}
# Machines whose instructions are wide.
WIDE = {"ppc64le", "s390x", "loongarch64"}


@pytest.fixture(scope="module", params=build_core.TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    """Return each target's name."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def file(target: str, files: Mapping[str, Path]) -> Elf:
    """Return the file for one target."""
    return Elf(files[target])


def test_machine(target: str, file: Elf) -> None:
    """Each target's file is for that machine, word size and byte order."""
    assert MACHINES[target] == (file.machine, file.bits, file.order)


def test_static_and_position_independent(file: Elf) -> None:
    """The file asks for no interpreter and no library, and can be loaded anywhere."""
    assert elf.ET_DYN == file.type
    assert [] == file.of(elf.PT_INTERP)
    assert elf.DT_NEEDED not in dict(file.dynamic)
    assert file.value(elf.DT_FLAGS_1) & elf.DF_1_PIE


def test_one_function_exported(file: Elf) -> None:
    """A program that has the file in LD_PRELOAD finds the one function, on 32 bits nothing."""
    offered = ["pthread_attr_setstacksize"] if file.bits == 64 else []
    assert offered == file.exported()


def test_no_symbol_is_looked_up_and_no_code_relocated(file: Elf) -> None:
    """A loader has only addresses of data to move: no symbol to find, nothing in what is run."""
    (code,) = (load for load in file.of(elf.PT_LOAD) if load.flags & elf.PF_X)
    places = file.relocated()
    assert [] == [place for place, symbol in places if symbol]
    assert [] == [place for place, _ in places if place < code.address + code.memory_size]


def test_two_segments(file: Elf) -> None:
    """One segment is read and run, one is written: each more would cost every start."""
    assert [elf.PF_R | elf.PF_X, elf.PF_R | elf.PF_W] == [s.flags for s in file.of(elf.PT_LOAD)]
    assert elf.DT_TEXTREL not in dict(file.dynamic)


def test_nothing_writable_and_executable(file: Elf) -> None:
    """No segment can be written and executed, the stack neither."""
    both = elf.PF_W | elf.PF_X
    assert [] == [segment for segment in file.of(elf.PT_LOAD) if segment.flags & both == both]
    (stack,) = file.of(elf.PT_GNU_STACK)
    assert 0 == stack.flags & elf.PF_X


def test_stack_size(file: Elf) -> None:
    """PT_GNU_STACK asks for at least the 8 MiB that musl gives a thread at most."""
    (stack,) = file.of(elf.PT_GNU_STACK)
    assert stack.memory_size >= 8 * MIB


def test_startup_has_its_own_pages(file: Elf) -> None:
    """Nothing else is on the whole pages that start-up gives back, whatever the size of a page."""
    startup = file.sections()["startup"]
    end = startup.address + startup.size
    (segment,) = (load for load in file.of(elf.PT_LOAD) if load.flags & elf.PF_X)
    assert end == segment.address + segment.memory_size
    following = min(load.address for load in file.of(elf.PT_LOAD) if load.address >= end)
    for page in (4 * KIB, segment.alignment):
        assert -(-end // page) <= following // page


def test_size(target: str, files: Mapping[str, Path]) -> None:
    """The file takes at most 96 KiB, 128 KiB where instructions are wide."""
    assert files[target].stat().st_size <= (128 if target in WIDE else 96) * KIB


def test_stack_protector(target: str, tmp_path: Path) -> None:
    """The core's functions with arrays check the stack before they return, on every target."""
    folder = build_core.ROOT / "tinyinit" / "core"
    sources = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.c"))
    flags = [*build_core.flags_for(target), *build_core.COMMON_FLAGS, '-DTINYINIT_VERSION="0"']
    result = tmp_path / "core.o"
    subprocess.run(
        [*build_core.zig(), *flags, "-I.", "-x", "c", "-c", "-", "-o", result],
        cwd=folder,
        input=build_core.as_one(folder, sources).encode(),
        check=True,
    )
    assert b"__stack_chk_fail\0" in result.read_bytes()


def test_stack_protector_is_linked(files: Mapping[str, Path]) -> None:
    """On x86_64, where the guard is read from %fs:0x28, the linked file reads it."""
    read = rb"\x64[\x48\x4c][\x8b\x3b\x2b\x33][\x04\x0c\x14\x1c\x24\x2c\x34\x3c]\x25\x28\0\0\0"
    assert re.search(read, files["x86_64"].read_bytes())


def test_no_trace_of_the_machine(target: str, files: Mapping[str, Path]) -> None:
    """The file holds no path of the folder, of the home, or of the compiler."""
    data = files[target].read_bytes()
    for path in (build_core.ROOT, Path.home(), files[target].parent):
        assert f"{path}/".encode() not in data
    assert b"ziglang" not in data
