"""`python -m tinyinit WORD …`: the commands of the package."""

import importlib
import sys
from collections.abc import Mapping, Sequence

from tinyinit import __version__
from tinyinit.base.codes import CANNOT_WORK, WRONG_USAGE
from tinyinit.base.text import quote
from tinyinit.commands import command

# Each word is a module with `main(arguments) -> exit code`; its docstring's first line is its help.
# Imported only when asked for: a word must not pay for another's imports. `commands/command.py`
# says how to write one.
WORDS: Mapping[str, str] = {
    "contract": "tinyinit.commands.contract",
    "doctor": "tinyinit.commands.doctor",
    "rehearse": "tinyinit.commands.rehearse",
    "stack": "tinyinit.commands.stack",
}

HELP = """\
The Python package of tinyinit, an init for containers.

  python -m tinyinit [WORD [ARGUMENT…]]
{words}
  python -m tinyinit.core        the path of the file that runs as PID 1

  -h, --help  --version

Example, a Dockerfile's last stage on any base:
  COPY --from=build /usr/local/bin/tinyinit /sbin/tinyinit
  ENTRYPOINT ["/sbin/tinyinit", "--"]
Exit code: the word's; 64 if the command line is wrong.
"""


def main(arguments: Sequence[str] | None = None, *, words: Mapping[str, str] = WORDS) -> int:
    """Run one word and return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given:
        return _wrong("no word", words)
    word, *rest = given
    if word in {"-h", "--help"}:
        sys.stdout.write(_help(words))
        return 0
    if word == "--version":
        sys.stdout.write(f"tinyinit {__version__}\n")
        return 0
    if word not in words:
        kind = "option" if word.startswith("-") else "word"
        return _wrong(f"unknown {kind} {quote(word)}", words, near=word)
    run = importlib.import_module(words[word]).main
    code: int = run(rest)
    return code


def console(arguments: Sequence[str] | None = None, *, words: Mapping[str, str] = WORDS) -> int:
    """Be the command `tinyinit` where the file is not: all but PID 1."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and (given[0] in words or given[0] in {"-h", "--help", "--version"}):
        return main(given, words=words)
    return command.complain(
        "to be PID 1 needs the file for Linux, which is not in this package; "
        "in an image: RUN pip install tinyinit (what works here: tinyinit --help)",
        code=CANNOT_WORK,
    )


def _help(words: Mapping[str, str]) -> str:
    lines = [f"    {word:<10} {_summary(words[word])}\n" for word in words]
    return HELP.format(words="".join(lines))


def _summary(module: str) -> str:
    text = importlib.import_module(module).__doc__ or ""
    return text.partition("\n")[0]


def _wrong(problem: str, words: Mapping[str, str], *, near: str = "") -> int:
    advice = command.expected(near, [*words, "--help", "--version"])
    return command.complain(f"{problem}; {advice}", code=WRONG_USAGE)


if __name__ == "__main__":
    sys.exit(main())
