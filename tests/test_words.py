"""What all words share: `tinyinit/commands/command.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tinyinit.commands import command

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_words_and_options() -> None:
    """Options take values in both forms and may be repeated; the rest are words."""
    argv = ["a", "--to=x", "--to", "y", "-q", "-", "--", "--to"]
    given = command.parse(argv, "count", valued=["--to", "--as"], flags=["-q", "--quiet"])
    assert ["a", "-", "--to"] == given.words
    assert ("y", ["x", "y"]) == (given.value("--to"), given.values("--to"))
    assert (None, []) == (given.value("--as"), given.values("--as"))
    assert (True, False) == (given.has("-q", "--quiet"), given.has("--quiet"))


def test_a_program_keeps_its_arguments() -> None:
    """Options end at the first word where a program is run."""
    given = command.parse(["-q", "ls", "-l", "--"], "run", flags=["-q"], program=True)
    assert ["ls", "-l", "--"] == given.words


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--form"], 'unknown option "--form" for count; did you mean --from?'),
        (["--x"], 'unknown option "--x" for count; expected one of --from, -q'),
        (["--from"], "--from needs a value"),
        (["--from="], "--from needs a value"),
        (["-q=1"], "-q takes no value"),
    ],
)
def test_wrong_options(argv: list[str], expected: str) -> None:
    """A wrong option is a usage error that says what was expected."""
    with pytest.raises(command.UsageError) as refused:
        command.parse(argv, "count", valued=["--from"], flags=["-q"])
    assert str(refused.value).startswith(expected)


def test_choices() -> None:
    """A value that is not one of the choices is a usage error, quoted; none is None."""
    given = command.parse(["--as", "x\n"], "count", valued=["--as", "--to"])
    with pytest.raises(command.UsageError, match=r'^--as is "x\\n"; expected one of a, b$'):
        given.choice("--as", ["a", "b"])
    assert given.choice("--to", ["a"]) is None


def fails(error: BaseException) -> int:
    """Run work that raises `error`."""

    def work(_: Sequence[str]) -> int:
        raise error

    return command.run(work, [], "help\n", (LookupError,))


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (command.UsageError("a"), 64, "tinyinit: a\n"),
        (command.Failure("a", "b"), 126, "tinyinit: a\ntinyinit: b\n"),
        (command.Failure("a", code=125), 125, "tinyinit: a\n"),
        (LookupError("a"), 126, "tinyinit: a\n"),
        (BrokenPipeError(), 126, ""),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind of error has its exit code and a line of its own on standard error."""
    assert code == fails(error)
    assert ("", told) == capsys.readouterr()


@pytest.mark.parametrize(
    ("argv", "code"), [(["-h"], 0), (["a", "--help"], 0), (["--", "--help"], 7), ([], 7)]
)
def test_help(argv: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Help is printed instead of the work, but not for a program's own `--help`."""
    assert code == command.run(lambda _: 7, argv, "help\n")
    assert ("help\n" if code == 0 else "") == capsys.readouterr().out
