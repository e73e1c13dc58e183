"""What settings cost: modules, time and memory over an interpreter that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
#: Of our own: in the checkout of another user none can be written, and each import would compile.
COMPILED = tempfile.TemporaryDirectory(prefix="tinyinit-pycache-")
MOMENTS = 40
"""Measurements to find one during which nothing else slowed the processor."""

MODULES = """
__future__
tinyinit
tinyinit.base
tinyinit.base.file
tinyinit.base.hidden
tinyinit.base.text
tinyinit.config
tinyinit.config._annotations
tinyinit.config._convert
tinyinit.config._define
tinyinit.config._errors
tinyinit.config._instance
tinyinit.config._load
tinyinit.config._schema
tinyinit.config._url
tinyinit.config._values
tinyinit.contract
tinyinit.contract.checking
tinyinit.contract.model
tinyinit.contract.rules
tinyinit.contract.source
tinyinit.contract.types
tinyinit.formats
tinyinit.formats.problem
"""
#: What site loads before any program begins, with or without a virtual environment.
START = "import os, stat, sys, time\n"
IMPORT = """
before = set(sys.modules)
start = time.thread_time()
import tinyinit.config
print(round((time.thread_time() - start) * 1e6), *sorted(set(sys.modules) - before))
"""
BESIDE = """
start = time.thread_time()
import tinyinit.config
between = time.thread_time()
import dataclasses, json
print(round((between - start) * 1e6), round((time.thread_time() - between) * 1e6))
"""
FIELDS = """
from tinyinit import config
def define():
    @config.define(prefix="APP_")
    class Settings:
        name: str
        host: str = "localhost"
        port: config.Port = 8000
        debug: bool = False
        ratio: float = 0.5
        level: str = config.var("info", choices=["debug", "info"])
        tags: list[str]
        shards: list[int]
        secret_key: config.Secret[str]
        database_url: config.Url
        cache: str | None = None
        region: str
        zone: str
        workers: int = config.var(4, min=1, max=64)
        threads: int
        backlog: int
        retries: int
        size: config.Size = 1024
        verbose: bool
        proxy: bool
    return Settings
environ = {"APP_NAME": "shop", "APP_PORT": "80", "APP_TAGS": "a,b,c", "APP_SHARDS": "1,2,3",
    "APP_SECRET_KEY": "s", "APP_DATABASE_URL": "http://u:p@h", "APP_REGION": "eu",
    "APP_ZONE": "z", "APP_THREADS": "8", "APP_BACKLOG": "128", "APP_RETRIES": "3",
    "APP_VERBOSE": "yes", "APP_PROXY": "no"}
"""
TIME = """
best = 1
for _ in range(100):
    start = time.thread_time()
    config.load(define(), environ)
    best = min(best, time.thread_time() - start)
print(round(best * 1e6))
"""
MEMORY = """
for line in open("/proc/self/status"):
    if line.startswith("RssAnon"):
        print(line.split()[1])
"""


def run(code: str) -> list[str]:
    """Run code in a bare interpreter that finds the package; the words that it prints."""
    head = f"{START}sys.path.insert(0, {str(ROOT)!r})\n"
    cache = f"pycache_prefix={COMPILED.name}"
    command = [sys.executable, "-I", "-S", "-X", cache, "-c", head + code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_loads_few_modules() -> None:
    """Importing it loads its own modules and the contract's, and none of the slow ones."""
    _, *modules = run(IMPORT)
    assert MODULES.split() == modules


def test_loads_no_more_modules_to_load_settings() -> None:
    """Plain settings, well and badly set, are loaded with what is there."""
    before, after = run(
        f"{FIELDS}cls = define()\nprint(len(sys.modules))\n"
        "config.load(cls, environ)\nprint(len(sys.modules))"
    )
    assert before == after


def is_imported_fast() -> bool:
    """Measure once; on a slow or busy machine, beside two modules of the standard library."""
    took, others = map(int, run(BESIDE))
    return took <= max(5000, others / 3)


def test_is_imported_fast() -> None:
    """The import takes 5 ms, or a third of what `dataclasses` and `json` take, at most."""
    assert any(is_imported_fast() for _ in range(MOMENTS))


def test_defines_and_loads_fast() -> None:
    """Twenty fields are defined and loaded in half a millisecond; benchmarks time the first."""
    assert any(int(run(FIELDS + TIME)[0]) <= 500 for _ in range(MOMENTS))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_takes_little_memory() -> None:
    """Twenty fields that were defined and loaded take a mebibyte at most, of the process's own."""
    load = f"{FIELDS}config.load(define(), environ)\n"
    bare = statistics.median(int(run(MEMORY)[0]) for _ in range(ROUNDS))
    used = statistics.median(int(run(load + MEMORY)[0]) for _ in range(ROUNDS))
    assert used - bare <= 1024
