"""How the tests of the core start it."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.core.accounts import Etc
from tests.namespaces import SEARCH_PATH, Argument, Run, stage

Start: TypeAlias = Callable[..., AbstractContextManager[Run]]
Call: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start(tinyinit: Path, payload: Path) -> Start:
    """Return a function that starts the payload under tinyinit, on a stage.

    It takes the options of tinyinit, the payload's words and the options of the stage.
    """

    def started(
        options: Sequence[Argument],
        words: Sequence[Argument],
        *stage_options: str,
        **how: Any,  # noqa: ANN401  # as stage takes them
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
def etc(tmp_path: Path) -> Etc:
    """Return accounts that a test may change."""
    folder = tmp_path / "etc"
    folder.mkdir()
    return Etc(folder)
