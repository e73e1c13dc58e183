"""The words that are the Python package's."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.core.conftest import Call, the_message
from tinyinit.__main__ import WORDS as PACKAGE_WORDS

WORDS = list(PACKAGE_WORDS)
AFTER = ["--x", "a b", ""]
CORE = Path(__file__).parents[2] / "tinyinit" / "core"
CallCopy = Callable[..., subprocess.CompletedProcess[str]]


def _python(folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    script = folder / "python3"
    script.write_text(
        f'#!/bin/sh\nprintf "<{name}><%s>" "$1"\n'
        'shift 2\nfor word in "$@"; do printf "<%s>" "$word"; done\n'
    )
    script.chmod(0o755)


@pytest.fixture
def call_copy(tinyinit: Path, tmp_path: Path) -> CallCopy:
    """Return a function that runs a copy of the file, in a folder without a python3."""
    (tmp_path / "bin").mkdir()
    copy = shutil.copy(tinyinit, tmp_path / "bin" / "tinyinit")

    def called(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [copy, *arguments], capture_output=True, text=True, check=False, env=environment
        )

    return called


@pytest.mark.parametrize("word", WORDS)
def test_python_beside_the_file(call_copy: CallCopy, tmp_path: Path, word: str) -> None:
    """The python3 beside the file gets the word and all after it, before the one on PATH."""
    _python(tmp_path / "bin", "beside")
    _python(tmp_path / "path", "path")
    result = call_copy(word, *AFTER, environment={"PATH": str(tmp_path / "path")})
    assert f"<beside><-c><{word}><--x><a b><>" == result.stdout
    assert (0, "") == (result.returncode, result.stderr)


@pytest.mark.parametrize("word", WORDS)
def test_python_on_path(call_copy: CallCopy, tmp_path: Path, word: str) -> None:
    """Without one beside the file, it is the python3 on PATH."""
    _python(tmp_path / "path", "path")
    result = call_copy(word, *AFTER, environment={"PATH": f"/none:{tmp_path / 'path'}"})
    assert f"<path><-c><{word}><--x><a b><>" == result.stdout


def test_words_are_the_packages(call: Call) -> None:
    """The file hands over the words that the package has, and its help names them."""
    source = CORE.joinpath("command", "python.c").read_text()
    listed = re.search(r'parse_choice\(word, "(.*)\\0"\)', source)
    named = re.search(
        r"^  tinyinit (\S+)\W+words of the Python package$", call("--help").stdout, re.MULTILINE
    )
    assert listed
    assert named
    words = sorted(WORDS)
    assert words == listed[1].split("\\0")
    assert words == named[1].split("|")


@pytest.mark.parametrize("word", WORDS)
def test_package(call_copy: CallCopy, tmp_path: Path, word: str) -> None:
    """The package runs the word with what follows it."""
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    result = call_copy(word, "--help", environment={})
    assert 0 == result.returncode, result.stderr
    assert f"tinyinit {word}" in result.stdout


@pytest.mark.parametrize("word", WORDS)
def test_python_without_the_package(call_copy: CallCopy, tmp_path: Path, word: str) -> None:
    """A python3 without the package gives one line that says what to do, and no traceback."""
    (tmp_path / "bin" / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    (tmp_path / "bin" / "python3").chmod(0o755)
    result = call_copy(word, environment={})
    assert 127 == result.returncode
    assert the_message(result).startswith(f"{word} is in the Python package, which python3 here (")
    assert "pip install tinyinit" in result.stderr


@pytest.mark.parametrize("word", WORDS)
def test_no_python(call_copy: CallCopy, word: str) -> None:
    """Without any python3 one line says how to get the package."""
    result = call_copy(word, environment={"PATH": "/none"})
    assert 127 == result.returncode
    assert "pip install tinyinit" in the_message(result)


@pytest.mark.parametrize("word", WORDS)
def test_program_of_that_name(
    call_copy: CallCopy, payload: Path, tmp_path: Path, word: str
) -> None:
    """A program whose name is one of the words is run after `--`."""
    _python(tmp_path / "bin", "beside")
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / word).symlink_to(payload)
    path = {"PATH": str(tmp_path / "path")}
    assert 5 == call_copy("--", word, "exit=5", environment=path).returncode
    assert 5 == call_copy("-v", "--", word, "exit=5", environment=path).returncode


def test_options_before_a_word(call_copy: CallCopy, tmp_path: Path) -> None:
    """Options of PID 1 before such a word are refused, with the way to say what was meant."""
    _python(tmp_path / "bin", "beside")
    result = call_copy("--grace", "5s", "doctor", environment={})
    assert 64 == result.returncode
    assert "-- doctor" in the_message(result)


def test_signals_are_as_they_were(call_copy: CallCopy, payload: Path, tmp_path: Path) -> None:
    """The python3 that takes over has no signal blocked that was not before."""
    (tmp_path / "bin" / "python3").write_text(f"#!/bin/sh\nexec {payload} masks\n")
    (tmp_path / "bin" / "python3").chmod(0o755)
    result = call_copy("doctor", environment={})
    assert f"blocked {0:016x}" == result.stdout.splitlines()[0]
