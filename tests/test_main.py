"""`python -m tinyinit`, the Python side of the command."""

import sys
from pathlib import Path

import pytest

from tinyinit import __version__
from tinyinit.__main__ import console, main


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return a table with one word, whose module ends with the count of its arguments."""
    (tmp_path / "counting_word.py").write_text('"""Count words."""\nmain = len\n')
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "counting_word", raising=False)
    return {"count": "counting_word"}


def test_word(words: dict[str, str]) -> None:
    """A word gets the arguments after it, and its exit code is the command's."""
    assert 3 == main(["count", "--help", "b", "c"], words=words)


def test_word_is_imported_late(words: dict[str, str]) -> None:
    """A word's module is not imported before it is asked for."""
    assert 0 == main(["--version"], words=words)
    assert "counting_word" not in sys.modules


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints what the file prints."""
    assert 0 == main(["--version"])
    assert (f"tinyinit {__version__}\n", "") == capsys.readouterr()


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(option: str, words: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help goes to stdout, fits a screen of 24 by 80, names each word and has an example."""
    assert 0 == main([option], words=words)
    text, errors = capsys.readouterr()
    assert "" == errors
    assert len(text.splitlines()) < 24
    assert max(map(len, text.splitlines())) <= 80
    assert "    count      Count words.\n" in text
    assert "Example" in text


def test_unknown_word(words: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown word is 64 and one line with the nearest word."""
    assert 64 == main(["conut"], words=words)
    assert ("", 'tinyinit: unknown word "conut"; did you mean count?\n') == capsys.readouterr()


def test_unknown_option(words: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown option too."""
    assert 64 == main(["--hlep"], words=words)
    assert ("", 'tinyinit: unknown option "--hlep"; did you mean --help?\n') == capsys.readouterr()


def test_nothing_near(words: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Where no word is near, all are named; the seen one is quoted, so it stays one line."""
    assert 64 == main(["x\ny"], words=words)
    expected = 'tinyinit: unknown word "x\\ny"; expected one of count, --help, --version\n'
    assert ("", expected) == capsys.readouterr()


def test_no_word(words: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """No word at all is 64 and says what was expected."""
    assert 64 == main([], words=words)
    expected = "tinyinit: no word; expected one of count, --help, --version\n"
    assert ("", expected) == capsys.readouterr()


def test_console_runs_words(words: dict[str, str]) -> None:
    """The pure wheel's command runs the words."""
    assert 1 == console(["count", "a"], words=words)


@pytest.mark.parametrize("arguments", [[], ["--", "count"], ["-v", "sh"], ["sh"]])
def test_console_is_no_init(
    arguments: list[str], words: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever would run a program is 125 and one line that says where that works."""
    assert 125 == console(arguments, words=words)
    output, errors = capsys.readouterr()
    assert "" == output
    assert errors.startswith("tinyinit: to be PID 1 needs the file for Linux")
    assert 1 == errors.count("\n")
