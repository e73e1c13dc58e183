"""What a wheel holds, for whom it is, and what pip makes of it."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import build_core
from tests.package.conftest import run

pytestmark = pytest.mark.timeout(1200)  # eight cold compiles

NAMES = {
    "x86_64": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    "i686": "manylinux_2_17_i686.manylinux2014_i686.musllinux_1_1_i686",
    "aarch64": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "armv7l": "manylinux_2_17_armv7l.manylinux2014_armv7l.musllinux_1_1_armv7l",
    "riscv64": "manylinux_2_31_riscv64.musllinux_1_2_riscv64",
    "ppc64le": "manylinux_2_17_ppc64le.manylinux2014_ppc64le.musllinux_1_1_ppc64le",
    "s390x": "manylinux_2_17_s390x.manylinux2014_s390x.musllinux_1_1_s390x",
    "loongarch64": "manylinux_2_36_loongarch64.musllinux_1_2_loongarch64",
    "pure": "any",
}
SOURCES = ("build_core.py", "pyproject.toml", "README.md", "LICENSE", "docs", "tinyinit")


def wheel_of(folder: Path, target: str) -> Path:
    """Return the wheel for a target."""
    return folder / f"tinyinit-{build_core.version()}-py3-none-{NAMES[target]}.whl"


def script_of(wheel: Path) -> bytes:
    """Return the file that pip would put at bin/tinyinit."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"tinyinit-{build_core.version()}.data/scripts/tinyinit")


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a new virtual environment; return its bin folder."""
    venv.create(folder, with_pip=True)
    run(folder / "bin" / "pip", "install", "--no-index", "--no-deps", wheel)
    return folder / "bin"


@pytest.fixture(scope="module")
def installed(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an environment with this machine's wheel."""
    wheel = wheel_of(wheels, build_core.native_target())
    return install(wheel, tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="module")
def pure(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an environment with the pure wheel."""
    return install(wheel_of(wheels, "pure"), tmp_path_factory.mktemp("pure"))


def end_of(*command: str | Path) -> tuple[int, str, str]:
    """Run a command outside the checkout; return its exit code, stdout and stderr."""
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_one_wheel_for_each_target(wheels: Path) -> None:
    """`--wheels` makes the eight and the pure one, each tagged for glibc and musl."""
    assert {wheel_of(wheels, target).name for target in NAMES} == {
        path.name for path in wheels.iterdir()
    }


@pytest.mark.parametrize("target", NAMES)
def test_tags(wheels: Path, target: str) -> None:
    """The tags inside a wheel are those of its name."""
    with zipfile.ZipFile(wheel_of(wheels, target)) as archive:
        text = archive.read(f"tinyinit-{build_core.version()}.dist-info/WHEEL").decode()
    assert sorted(f"py3-none-{name}" for name in NAMES[target].split(".")) == sorted(
        re.findall(r"^Tag: (.*)$", text, re.MULTILINE)
    )


@pytest.mark.parametrize("target", build_core.TARGETS)
def test_script_is_the_file(wheels: Path, files: Mapping[str, Path], target: str) -> None:
    """A wheel's script is the very file that the command compiles, and can be executed."""
    wheel = wheel_of(wheels, target)
    assert files[target].read_bytes() == script_of(wheel)
    with zipfile.ZipFile(wheel) as archive:
        (info,) = (entry for entry in archive.infolist() if "/scripts/" in entry.filename)
    assert 0o755 == (info.external_attr >> 16) & 0o777


@pytest.mark.parametrize("target", NAMES)
def test_no_sources_in_wheels(wheels: Path, target: str) -> None:
    """Wheels hold the package's Python and no C."""
    with zipfile.ZipFile(wheel_of(wheels, target)) as archive:
        names = archive.namelist()
    assert "tinyinit/core/__init__.py" in names
    assert [] == [name for name in names if name.endswith((".c", ".h", ".o"))]


def test_command_only_in_the_pure_wheel(wheels: Path) -> None:
    """A wheel with the file declares no Python command of the same name: it would win over it."""
    for target in NAMES:
        with zipfile.ZipFile(wheel_of(wheels, target)) as archive:
            declared = any(
                "[console_scripts]" in archive.read(name).decode()
                for name in archive.namelist()
                if name.endswith("/entry_points.txt")
            )
        assert (target == "pure") == declared


def test_same_bytes_anywhere(tmp_path: Path) -> None:
    """Two folders, two environments: the same file and the same wheel, byte for byte."""
    trap = tmp_path / "headers"
    trap.mkdir()
    (trap / "stdio.h").write_text("#error a header of the machine was read\n")
    (trap / "string.h").write_text("#error a header of the machine was read\n")
    folders = [tmp_path / "one", tmp_path / "another folder with a longer name"]
    environs = [
        {"TZ": "UTC", "LANG": "C"},
        {"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "CPATH": str(trap), "CFLAGS": "-O0 -g"},
    ]
    for folder, environ in zip(folders, environs, strict=True):
        folder.mkdir()
        for name in SOURCES:
            source = build_core.ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / name)
        run(sys.executable, "build_core.py", cwd=folder, **environ)
        command = (sys.executable, "-m", "build", "--no-isolation", "--wheel")
        run(*command, cwd=folder, TINYINIT_TARGET="", **environ)
    one, another = (folder / "build" / "tinyinit" for folder in folders)
    assert one.read_bytes() == another.read_bytes()
    one, another = (next((folder / "dist").iterdir()) for folder in folders)
    assert one.read_bytes() == another.read_bytes()
    assert (folders[0] / "build" / "tinyinit").read_bytes() == script_of(one)


def test_sdist_builds_the_same_wheel(tmp_path: Path, wheels: Path) -> None:
    """The sdist has all that a build needs, and gives the wheel that the checkout gives."""
    run(sys.executable, "-m", "build", "--no-isolation", "-o", tmp_path, TINYINIT_TARGET="")
    native = wheel_of(wheels, build_core.native_target())
    assert native.read_bytes() == (tmp_path / native.name).read_bytes()


def test_installed_file(installed: Path, files: Mapping[str, Path]) -> None:
    """After `pip install`, bin/tinyinit is the file, and runs."""
    assert files[build_core.native_target()].read_bytes() == (installed / "tinyinit").read_bytes()
    assert (3, "", "") == end_of(installed / "tinyinit", "--", "sh", "-c", "exit 3")


def test_core_prints_the_path(installed: Path) -> None:
    """`python -m tinyinit.core` prints the path of the installed file."""
    expected = f"{(installed / 'tinyinit').resolve()}\n"
    assert (0, expected, "") == end_of(installed / "python", "-m", "tinyinit.core")


def test_core_after_target_install(wheels: Path, tmp_path: Path) -> None:
    """It finds the file also after `pip install --target`, which moves scripts."""
    wheel = wheel_of(wheels, build_core.native_target())
    pip = (sys.executable, "-m", "pip", "install", "--no-index", "--no-deps")
    run(*pip, "--target", tmp_path, wheel)
    shown = run(sys.executable, "-m", "tinyinit.core", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert f"{(tmp_path / 'bin' / 'tinyinit').resolve()}\n" == shown


def test_core_without_the_file(pure: Path) -> None:
    """With the pure wheel it says in one line that there is no file and how to get it."""
    expected = (
        "tinyinit: no file tinyinit beside this package, expected a static program for Linux; "
        "get it with: pip install tinyinit (on Linux)\n"
    )
    assert (1, "", expected) == end_of(pure / "python", "-m", "tinyinit.core")


def test_core_of_a_source_tree(pure: Path, tmp_path: Path) -> None:
    """A source tree that was never installed has no file either, and says so."""
    shutil.copytree(build_core.ROOT / "tinyinit", tmp_path / "tinyinit")
    run(pure / "pip", "--version")
    done = subprocess.run(
        [pure / "python", "-m", "tinyinit.core"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (1, "") == (done.returncode, done.stdout)


def test_pure_command_names_linux(pure: Path) -> None:
    """The pure wheel's command does not pretend to be PID 1: it says where that works."""
    expected = (
        "tinyinit: to be PID 1 needs the file for Linux, which is not in this package; "
        "in an image: RUN pip install tinyinit (what works here: tinyinit --help)\n"
    )
    assert (125, "", expected) == end_of(pure / "tinyinit", "--", "true")
    assert (125, "", expected) == end_of(pure / "tinyinit")


def test_pure_command_has_the_words(pure: Path) -> None:
    """The pure wheel's command is `python -m tinyinit` for all but PID 1."""
    expected = f"tinyinit {build_core.version()}\n"
    assert (0, expected, "") == end_of(pure / "tinyinit", "--version")
    assert end_of(pure / "python", "-m", "tinyinit", "--help") == end_of(pure / "tinyinit", "-h")
