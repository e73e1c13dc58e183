"""Virtual environments under build/, so that no library is measured beside another."""

import compileall
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from benchmarks.model import BenchmarkError

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "benchmarks"


def environment(name: str, requirements: Sequence[str]) -> Path:
    """Return the Python of an environment with these packages, made anew if they have changed.

    Without packages it has this tinyinit, as it would be installed.

    `BenchmarkError`: it cannot be made; what pip said is on stderr.
    """
    words = "\n".join([sys.version, *requirements])
    folder = PLACE / f"{name}-{sha256(words.encode()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _call(sys.executable, "-m", "venv", "--without-pip", str(folder))
        if requirements:
            pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
            _call(*pip, "--python", str(python), "install", *requirements)
        (folder / "complete").touch()
    if not requirements:
        _install_ours(next(folder.glob("lib/python*/site-packages")))
    return python


def _install_ours(site: Path) -> None:
    ours = site / "tinyinit"
    shutil.rmtree(ours, ignore_errors=True)
    leave = shutil.ignore_patterns("__pycache__", "*.c", "*.h")
    shutil.copytree(ROOT / "tinyinit", ours, ignore=leave)
    compileall.compile_dir(ours, quiet=2)


def _call(*command: str) -> None:
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0:  # noqa: S603
        raise BenchmarkError(f"{command[-1]} could not be installed")
