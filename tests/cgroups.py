"""A memory control group of the machine's own, for tests of what is said when memory runs out."""

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

import pytest

MEBIBYTE = 1 << 20
ROOT = Path("/sys/fs/cgroup")


def _own_path(controller: str) -> str:
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path
    return "/"


def _version2() -> Path | None:
    parent = ROOT / _own_path("").lstrip("/")
    controllers = parent / "cgroup.subtree_control"
    has_memory = controllers.exists() and "memory" in controllers.read_text().split()
    return parent if has_memory else None


def _version1() -> Path | None:
    parent = ROOT / "memory" / _own_path("memory").lstrip("/")
    return parent if (parent / "memory.limit_in_bytes").exists() else None


@contextlib.contextmanager
def memory_limit(limit: int) -> Generator[Path]:
    """Make a control group with a memory limit in bytes; skip the test where that cannot be."""
    new, old = _version2(), _version1()
    parent = new or old
    if os.geteuid() != 0 or parent is None:
        pytest.skip("no memory control group can be made here")
    group = parent / f"tinyinit-test-{os.getpid()}"
    group.mkdir()
    try:
        if new:
            (group / "memory.max").write_text(str(limit))
            with contextlib.suppress(OSError):
                (group / "memory.swap.max").write_text("0")
        else:
            (group / "memory.limit_in_bytes").write_text(str(limit))
            with contextlib.suppress(OSError):
                (group / "memory.memsw.limit_in_bytes").write_text(str(limit))
        yield group
    finally:
        group.rmdir()
