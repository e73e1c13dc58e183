"""What every word shares: arguments, help, messages, exit codes, a reader that has gone.

How to write a word, say `tinyinit count`: a module `tinyinit/commands/count.py`, whose docstring
begins with the line that `tinyinit --help` shows, and a line in `tinyinit.__main__.WORDS`.

    '''Count what is there.'''

    HELP = "usage: tinyinit count [--format text|json] [-q] FILE…"  # a screen, with an example

    def main(argv: Sequence[str]) -> int:
        return command.run(_work, argv, HELP)

    def _work(argv: Sequence[str]) -> int:
        given = command.parse(argv, "count", valued=["--format"], flags=["-q"])
        form = given.choice("--format", ["text", "json"])
        if not given.words:
            raise command.UsageError("count needs a file")
        …
        command.write(text)
        return 0

Nothing slow is imported at the top of a word: `tinyinit --help` imports all of them.
"""

from __future__ import annotations

import os
import sys

from tinyinit.base.codes import CANNOT_RUN, INTERRUPTED, WRONG_USAGE
from tinyinit.base.distance import nearest
from tinyinit.base.text import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence


class UsageError(Exception):
    """The command line is wrong; the text is one line and says what was expected. Exit code 64."""


class Failure(Exception):  # noqa: N818  # a file that cannot be read is not an error of the program
    """The work cannot be done; each of `problems` is one line. Exit code 126, or `code`."""

    def __init__(self, *problems: str, code: int = CANNOT_RUN) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.code = code


class Arguments:
    """What the command line of one word has: its words and its options."""

    def __init__(self, words: list[str], options: dict[str, list[str]]) -> None:
        self.words = words
        """All that is not an option, in order, and all after `--`."""
        self.options = options
        """The values of each option that was given; a flag has an empty one each time."""

    def has(self, *names: str) -> bool:
        """Say whether an option was given under one of its names."""
        return any(name in self.options for name in names)

    def value(self, name: str) -> str | None:
        """Return the value of an option, the last one if there are several, else None."""
        return self.options[name][-1] if name in self.options else None

    def values(self, name: str) -> list[str]:
        """Return all values of an option that may be given more than once."""
        return self.options.get(name, [])

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        """Return the value of an option, which must be one of `choices`, else None."""
        value = self.value(name)
        if value is not None and value not in choices:
            raise UsageError(f"{name} is {quote(value)}; expected {either(choices)}")
        return value


def run(
    work: Callable[[Sequence[str]], int],
    argv: Sequence[str],
    text: str,
    failures: tuple[type[Exception], ...] = (),
) -> int:
    """Run `work` with the arguments of a word and return the exit code; help is `text`.

    Errors of the types `failures` are told like a `Failure`: one line, and 126.
    """
    try:
        if not asks_for_help(argv):
            return work(argv)
        write(text)
    except UsageError as error:
        return complain(str(error), code=WRONG_USAGE)
    except Failure as failure:
        return complain(*failure.problems, code=failure.code)
    except failures as error:
        return complain(str(error))
    except (BrokenPipeError, KeyboardInterrupt) as error:
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else CANNOT_RUN
    return 0


def asks_for_help(argv: Sequence[str]) -> bool:
    """Say whether `-h` or `--help` is there, before a `--` and a program's own arguments."""
    own = argv[: argv.index("--")] if "--" in argv else argv
    return "-h" in own or "--help" in own


def parse(
    argv: Sequence[str],
    word: str,
    *,
    valued: Collection[str] = (),
    flags: Collection[str] = (),
    program: bool = False,
) -> Arguments:
    """Split the arguments of `word`, "count" or "contract docs", into words and options.

    An option of `valued` takes a value, `--name=value` or `--name value`; one of `flags` none.
    With `program` options end at the first word: what follows is a program and its arguments.
    """
    words: list[str] = []
    options: dict[str, list[str]] = {}
    rest = iter(argv)
    for argument in rest:
        if argument == "--":
            words += rest
        elif not argument.startswith("-") or argument == "-":
            words.append(argument)
            if program:
                words += rest
        else:
            name, value = _option(argument, rest, word, valued, flags)
            options.setdefault(name, []).append(value)
    return Arguments(words, options)


def _option(
    argument: str, rest: Iterator[str], word: str, valued: Collection[str], flags: Collection[str]
) -> tuple[str, str]:
    name, mark, value = argument.partition("=")
    if name in flags:
        if mark:
            raise UsageError(f"{name} takes no value")
        return name, ""
    if name not in valued:
        raise UsageError(
            f"unknown option {quote(name)} for {word}; {expected(name, [*valued, *flags])}"
            " (see --help; put -- before a name that begins with a dash)"
        )
    value = value if mark else next(rest, "")
    if not value:
        raise UsageError(f"{name} needs a value")
    return name, value


def expected(seen: str, known: Sequence[str]) -> str:
    """Return what to do about a word or an option that nobody knows, as the end of a message."""
    if not known:
        return "it has no options"
    meant = nearest(seen, known)
    return f"did you mean {meant}?" if meant else f"expected {either(known)}"


def either(choices: Sequence[str]) -> str:
    """Return the choices as a message lists them."""
    return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"


def write(text: str) -> None:
    """Print to standard output now; a name may have characters that its encoding lacks.

    Raise `BrokenPipeError` where the reader has gone, which ends a word without a message, and
    `Failure` where the output cannot be written, as on a full disk.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer must not fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise Failure(f"cannot write to standard output: {error.strerror}") from error


def warn(text: str) -> None:
    """Say on standard error what does not stop the work."""
    sys.stderr.write(f"tinyinit: warning: {text}\n")


def complain(*problems: str, code: int = CANNOT_RUN) -> int:
    """Say on standard error what is wrong, a line each, and return the exit code."""
    sys.stderr.write("".join(f"tinyinit: {problem}\n" for problem in problems))
    return code
