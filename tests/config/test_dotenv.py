"""Env files for development: read strictly, else as python-dotenv does, and said so."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from tinyinit import config

if TYPE_CHECKING:
    from pathlib import Path


@config.define(prefix="APP_")
class Settings:
    """What the tests need."""

    port: config.Port = 8000
    name: str = "default"
    greeting: str = ""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of an env file that is not there yet."""
    return tmp_path / ".env"


def warned(file: Path, environ: dict[str, str] | None = None) -> tuple[Settings, str]:
    """Load with an env file; the settings and the text of the warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        settings = config.load(Settings, environ or {}, dotenv=file)
    return settings, "".join(str(warning.message) for warning in caught)


def test_reads_values(file: Path) -> None:
    """What the file says counts where the environment says nothing."""
    file.write_text("APP_PORT=1\nexport APP_NAME='from file'\n")
    settings, warning = warned(file, {"APP_PORT": "2"})
    assert (2, "from file", "") == (settings.port, settings.name, warning)


def test_changes_no_environment(file: Path) -> None:
    """The process environment stays as it is."""
    file.write_text("APP_PORT=1\n")
    before = dict(os.environ)
    config.load(Settings, dotenv=file)
    assert before == dict(os.environ)


def test_may_be_missing(file: Path) -> None:
    """A file that is not there is left out: it is for development only."""
    assert 8000 == config.load(Settings, {}, dotenv=file).port


def test_reads_several(file: Path, tmp_path: Path) -> None:
    """A later file overrides an earlier one."""
    file.write_text("APP_PORT=1\nAPP_NAME=one\n")
    other = tmp_path / "other"
    other.write_text("APP_PORT=2\n")
    settings = config.load(Settings, {}, dotenv=[file, str(other)])
    assert (2, "one") == (settings.port, settings.name)


def test_says_file_and_line(file: Path) -> None:
    """A wrong value in a file is told with file and line."""
    file.write_text("\nAPP_PORT=x\n")
    with pytest.raises(config.ConfigError) as caught:
        config.load(Settings, {}, dotenv=file)
    assert f'APP_PORT  from {file}:2 is "x", not a port' in str(caught.value)


def test_warns_of_what_the_container_refuses(file: Path) -> None:
    """A file that only python-dotenv reads is read, and the warning says why and where."""
    file.write_text("APP_PORT=1\nAPP_NAME=two words\n")
    settings, warning = warned(file)
    assert (1, "two words") == (settings.port, settings.name)
    assert f"  {file}:2  " in warning
    assert "in a container tinyinit refuses the file" in warning


def test_resolves_as_python_dotenv_does(file: Path) -> None:
    """`${NAME}` takes the environment first, then the lines above."""
    file.write_text("APP_NAME=file\nWHO=me\nAPP_GREETING=${APP_NAME} ${WHO} ${NOT:-x}\n")
    settings, warning = warned(file, {"APP_NAME": "process"})
    assert "process me x" == settings.greeting
    assert f"{file}:3  " in warning


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("APP_PORT=1\nAPP_NAME: x\n", 2),
        ("\n\nAPP_NAME\n", 3),
        ("export APP_NAME\n", 1),
        ('APP_NAME="a"b\n', 1),
        ('APP_PORT=1\n# c\nAPP_NAME="never closed\n', 3),
        ("=b\n", 1),
    ],
)
def test_tells_lines_that_are_dropped(file: Path, text: str, line: int) -> None:
    """A line that python-dotenv drops without a word is a problem with its number."""
    file.write_text(text)
    with pytest.raises(config.ConfigError) as caught:
        config.load(Settings, {}, dotenv=file)
    assert line in [problem.line for problem in caught.value.problems]
    assert {str(file)} == {problem.file for problem in caught.value.problems}


@pytest.mark.parametrize("data", [b"APP_NAME=\xff\n", b'APP_NAME="a\0b"\n'])
def test_refuses_what_no_environment_holds(file: Path, data: bytes) -> None:
    """Bytes that are not UTF-8, and NUL, are problems, not exceptions."""
    file.write_bytes(data)
    with pytest.raises(config.ConfigError) as caught:
        config.load(Settings, {}, dotenv=file)
    assert 1 in [problem.line for problem in caught.value.problems]


def test_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    """A folder is no env file."""
    with pytest.raises(config.ConfigError, match="cannot be read"):
        config.load(Settings, {}, dotenv=tmp_path)


def test_shows_no_values(file: Path) -> None:
    """What is wrong with a line is told without what it says."""
    file.write_text("APP_NAME=hunter2 $(x)\nAPP_GREETING: hunter3\n")
    with pytest.raises(config.ConfigError) as caught:
        config.load(Settings, {}, dotenv=file)
    assert "hunter" not in str(caught.value)


def test_names_the_extra(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without python-dotenv a strict file is read, another is a problem that says what to do."""
    gone: dict[str, Any] = {"dotenv.parser": None, "dotenv.variables": None}
    for name, module in gone.items():
        monkeypatch.setitem(sys.modules, name, module)
    file.write_text("APP_PORT=1\n")
    assert 1 == config.load(Settings, {}, dotenv=file).port
    file.write_text("APP_NAME=two words\n")
    with pytest.raises(config.ConfigError) as caught:
        config.load(Settings, {}, dotenv=file)
    assert "pip install tinyinit[dotenv]" in str(caught.value)
    assert f"{file}:1 " in str(caught.value)


def test_needs_no_flags_of_unix(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, which has few flags of open(), files are read too."""
    for flag in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_DIRECTORY"):
        monkeypatch.delattr(os, flag)
    file.write_text("APP_PORT=1\n")
    assert 1 == config.load(Settings, {}, dotenv=file).port


def test_reports_undeclared_variables_of_files(file: Path) -> None:
    """A typo in a file is found as one in the environment is."""
    file.write_text("APP_PROT=1\n")
    _, warning = warned(file)
    assert f"APP_PROT  from {file}:1 is not declared; did you mean APP_PORT?" in warning
