"""How the tests of the core start it."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.core.accounts import Etc
from tests.namespaces import SEARCH_PATH, Argument, Run, stage

Lines: TypeAlias = list[str]
Contract: TypeAlias = Callable[[str], Path]
Checked: TypeAlias = Callable[..., Lines]
Resolved: TypeAlias = Callable[..., dict[str, str]]
Start: TypeAlias = Callable[..., AbstractContextManager[Run]]
Call: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

WRONG_CONFIGURATION = 78


@pytest.fixture
def start(tinyinit: Path, payload: Path) -> Start:
    """Return a function that starts the payload under tinyinit, on a stage.

    It takes the options of tinyinit, the payload's words and the options of the stage.
    """

    def started(
        options: Sequence[Argument],
        words: Sequence[Argument],
        *stage_options: str,
        **how: Any,  # as stage takes them
    ) -> AbstractContextManager[Run]:
        return stage([tinyinit, *options, "--", payload, *words], *stage_options, **how)

    return started


@pytest.fixture
def call(tinyinit: Path) -> Call:
    """Return a function that runs tinyinit to its end, where this test runs, and not as PID 1."""

    def called(
        *arguments: Argument, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tinyinit, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=60,
            env={"PATH": SEARCH_PATH, **(environment or {})},
        )

    return called


def the_message(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of standard error, of which nothing is on standard output."""
    assert "" == result.stdout
    lines = result.stderr.splitlines()
    assert 1 == len(lines), result.stderr
    assert lines[0].startswith("tinyinit: ")
    assert not lines[0].endswith(".")
    return lines[0].removeprefix("tinyinit: ")


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """Return a function that writes a contract."""

    def written(text: str) -> Path:
        file = tmp_path / "tinyinit.toml"
        file.write_text(text)
        return file

    return written


@pytest.fixture
def checked(call: Call, contract: Contract) -> Checked:
    """Return a function that checks an environment; it returns the lines of the report."""

    def lines(text: str, environment: Mapping[str, str] | None = None, *options: str) -> Lines:
        file = contract(text)
        result = call("check", "--config", file, *options, environment=environment)
        assert "" == result.stdout
        met = "tinyinit: the " not in result.stderr
        assert (0 if met else WRONG_CONFIGURATION) == result.returncode
        return [line.strip() for line in result.stderr.splitlines() if line.startswith("  ")]

    return lines


@pytest.fixture
def resolved(call: Call, contract: Contract) -> Resolved:
    """Return a function that returns the environment that a program gets, without PATH."""

    def environment(text: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
        result = call("exec", "--config", contract(text), "--", "env", "-0", environment=given)
        assert (0, "") == (result.returncode, result.stderr)
        entries = (entry.partition("=") for entry in result.stdout.split("\0") if entry)
        return {name: value for name, _, value in entries if name != "PATH"}

    return environment


@pytest.fixture
def etc(tmp_path: Path) -> Etc:
    """Return accounts that a test may change."""
    folder = tmp_path / "etc"
    folder.mkdir()
    return Etc(folder)
