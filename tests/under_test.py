"""Which file the tests are about."""

import importlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


def find_tinyinit() -> Path:
    """Return the file under test.

    That is TINYINIT_BINARY, else the one of the installed package, else the checkout's build.
    Raises FileNotFoundError if there is none of them.
    """
    if named := os.environ.get("TINYINIT_BINARY"):
        path = Path(named).absolute()
    else:
        path = _installed() or CHECKOUT / "build" / "tinyinit"
    if not path.is_file():
        raise FileNotFoundError(
            f"no file to test at {path}: install the wheel, run make, or set TINYINIT_BINARY"
        )
    return path


def _installed() -> Path | None:
    try:
        return Path(importlib.import_module("tinyinit.core").path())
    except (ImportError, AttributeError, FileNotFoundError):
        return None
