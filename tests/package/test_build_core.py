"""The build's own decisions: for what machine, and what it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

import build_core
from build_core import BuildError
from tests import machine


@pytest.mark.parametrize(
    ("expected", "system", "machine", "bits"),
    [
        ("x86_64", "linux", "x86_64", 64),
        ("i686", "linux", "x86_64", 32),
        ("i686", "linux", "i586", 32),
        ("aarch64", "linux", "aarch64", 64),
        ("armv7l", "linux", "aarch64", 32),
        ("armv7l", "linux", "armv8l", 32),
        ("loongarch64", "linux", "loongarch64", 64),
        ("pure", "darwin", "arm64", 64),
        ("pure", "win32", "AMD64", 64),
    ],
)
def test_native_target(expected: str, system: str, machine: str, bits: int) -> None:
    """The target is the interpreter's architecture, not the kernel's; off Linux there is none."""
    assert expected == build_core.native_target(system=system, machine=machine, pointer_bits=bits)


def test_unknown_machine() -> None:
    """A Linux that no target fits is refused, with the way to the package without the file."""
    with pytest.raises(BuildError, match=r"no target for this machine \(sparc64\).*=pure"):
        build_core.native_target(system="linux", machine="sparc64", pointer_bits=64)


def test_wheel_target_wanted() -> None:
    """TINYINIT_TARGET decides; empty is as unset."""
    assert "s390x" == build_core.wheel_target({"TINYINIT_TARGET": "s390x"})
    assert "pure" == build_core.wheel_target({"TINYINIT_TARGET": "pure"})
    assert build_core.native_target() == build_core.wheel_target({"TINYINIT_TARGET": ""})


def test_wheel_target_unknown() -> None:
    """An unknown target is named, with what was expected."""
    with pytest.raises(BuildError, match=r'"sparc", expected one of x86_64, .*, pure$'):
        build_core.wheel_target({"TINYINIT_TARGET": "sparc"})


def test_all_is_not_one_wheel() -> None:
    """A frontend that asks for all in one call is told the command that makes them."""
    with pytest.raises(BuildError, match=r"one call makes one wheel.*build_core\.py --wheels"):
        build_core.wheel_target({"TINYINIT_TARGET": "all"})


def command(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command in the checkout."""
    done = subprocess.run(
        [sys.executable, "build_core.py", *arguments],
        cwd=build_core.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_other_compiler(tmp_path: Path, compiler: str) -> None:
    """`--cc` builds a working static file with a compiler of the machine."""
    machine.need(machine.has_command(compiler))
    file = tmp_path / "tinyinit"
    assert (0, f"{file}\n", "") == command("--cc", compiler, "--output", tmp_path)
    assert 3 == subprocess.call([file, "--", "sh", "-c", "sleep 0.1 & exit 3"])


def test_no_such_compiler(tmp_path: Path) -> None:
    """A compiler that is not there is one line, and leaves nothing behind."""
    expected = "build_core: cannot run no-such-cc: No such file or directory\n"
    assert (1, "", expected) == command("--cc", "no-such-cc", "--output", tmp_path)
    assert [] == list(tmp_path.iterdir())


def test_compiler_is_for_this_machine() -> None:
    """`--cc` with a target is refused: only Zig's compiler has the others."""
    code, _, errors = command("--cc", "gcc", "--target", "s390x")
    assert 2 == code
    assert "--cc and --sanitize build for this machine" in errors


def test_failed_compile_keeps_the_old_file(tmp_path: Path) -> None:
    """When the compiler fails, its own words are shown and the file of before stays whole."""
    machine.need(machine.has_command("gcc"))
    old = tmp_path / "tinyinit"
    old.write_text("old")
    code, _, errors = command("--cc", "gcc -fno-such-option", "--output", tmp_path)
    assert 1 == code
    assert "-fno-such-option" in errors
    assert "old" == old.read_text()


def test_sanitizer_build_reports(tmp_path: Path) -> None:
    """A sanitizer build is one: it holds the runtime that reports, and runs to its end."""
    machine.need(machine.can_sanitize())
    file = tmp_path / "tinyinit"
    assert 0 == command("--sanitize", "address,undefined", "--output", tmp_path)[0]
    assert b"AddressSanitizer" in file.read_bytes()
    assert 3 == subprocess.call([file, "--", "sh", "-c", "sleep 0.1 & exit 3"])


def test_same_compiler_everywhere() -> None:
    """The development tools pin the release of ziglang that builds the wheels."""
    text = (build_core.ROOT / "pyproject.toml").read_text()
    pins = [line for line in text.split('"') if line.startswith("ziglang")]
    assert 2 == len(pins)
    assert 1 == len(set(pins))
