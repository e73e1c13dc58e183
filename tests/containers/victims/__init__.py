"""Jobs of known libraries that die in a thread on Alpine, and how to run them there.

The wheels for musl are downloaded once and unpacked into `build/tests/victims`, which containers
have mounted; CPython there is 3.11.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[2] / "build" / "tests" / "victims"
REQUIRED = ("numpy", "pydantic", "duckdb", "msgpack", "cbor2", "libcst", "lxml")
DOWNLOAD_TIMEOUT = 240.0


class NoWheelsError(Exception):
    """The wheels are not here and cannot be downloaded; the text says why."""


def site(*required: str) -> Path:
    """Return the folder that has these packages for CPython 3.11 on musl."""
    machine = os.uname().machine
    folder = CACHE / f"{machine}-{'-'.join(required)}"
    if folder.is_dir():
        return folder
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    wheels = draft / "wheels"
    tags = [f"--platform=musllinux_1_{minor}_{machine}" for minor in (2, 1)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    try:
        subprocess.run(
            [*command, *tags, "--python-version=3.11", "--dest", wheels, *required],
            check=True,
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_TIMEOUT,
        )
        for wheel in wheels.glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(draft)
        shutil.rmtree(wheels)
        draft.rename(folder)
    except subprocess.SubprocessError as error:
        reason = str(getattr(error, "stderr", None) or error).strip().splitlines()[-1]
        raise NoWheelsError(f"no wheels of {', '.join(required)} for musl: {reason}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def mounts(site: Path) -> list[tuple[Path, str]]:
    """Return what a container has to have mounted, and where."""
    return [(site, "/site"), (HERE, "/victims")]


OPTIONS = ("--env", "PYTHONPATH=/site", "--env", "PYTHONDONTWRITEBYTECODE=1")
