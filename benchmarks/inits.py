"""Which inits there are to measure on this machine."""

import importlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.model import BenchmarkError, Init

TINYINIT = "tinyinit"
STUB = "stub"


def find_tinyinit(named: str | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file under test: the one named, or the installed one, or the one just built.

    `BenchmarkError`: there is none.
    """
    named = named or environ.get("TINYINIT_BINARY")
    path = Path(named) if named else _installed() or Path("build/tinyinit")
    if not os.access(path, os.X_OK) or not path.is_file():
        raise BenchmarkError(
            f"{path} is not a program; build tinyinit, or name its file with --tinyinit"
        )
    return path.resolve()


def find_inits(tinyinit: Path, tools: Path) -> list[Init]:
    """Return tinyinit, the stub, the pure-Python init, and the peers that are installed."""
    python = (sys.executable, "-I", str(Path(__file__).with_name("python_init.py")))
    inits = [
        _simple(TINYINIT, tinyinit),
        _simple(STUB, tools / "stub")._replace(forwards=False, reaps=False),
    ]
    for peer in ("tini-static", "tini", "dumb-init", "catatonit"):
        if found := shutil.which(peer):
            init = _simple(peer, Path(found))
            # Elsewhere than as PID 1, tini is a subreaper only when asked to be one.
            as_child = (found, "-s", "--") if peer.startswith("tini") else init.as_child
            inits.append(init._replace(as_child=as_child))
    inits.append(Init("python", python, python, file=None))
    return inits


def _simple(name: str, path: Path) -> Init:
    command = (str(path), "--")
    return Init(name, command, command, path)


def _installed() -> Path | None:
    try:
        core = importlib.import_module("tinyinit.core")
        return Path(core.path())
    except (ImportError, AttributeError, OSError):
        return None
