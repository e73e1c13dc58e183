"""Where the file is: the static program that this package puts at `bin/tinyinit`."""

import sysconfig
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

__all__ = ["path"]

NAME = "tinyinit"
ELF = b"\x7fELF"


def path() -> Path:
    """Return the path of the installed file.

    Raises `FileNotFoundError`, worded for people, where there is none: the package for systems
    other than Linux comes without it, and so does a source tree that was never installed.
    """
    for candidate in _candidates():
        if _is_program(candidate):
            return candidate.resolve()
    raise FileNotFoundError(
        f"no file {NAME} beside this package, expected a static program for Linux; "
        f"get it with: pip install {NAME} (on Linux)"
    )


def _candidates() -> Iterator[Path]:
    try:
        files = distribution(NAME).files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == NAME and file.parent.name == "bin":
            yield Path(str(file.locate()))
    # `pip install --target DIR` moves scripts to DIR/bin, which is not where its record says.
    yield Path(__file__).parents[2] / "bin" / NAME
    yield Path(sysconfig.get_path("scripts")) / NAME


def _is_program(candidate: Path) -> bool:
    """Tell the file from the pure package's command, a Python script of the same name."""
    try:
        with candidate.open("rb") as file:
            return file.read(len(ELF)) == ELF
    except OSError:
        return False
