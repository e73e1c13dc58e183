"""The command `tinyinit contract`: read its words, do the work, print or compare what came out."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tinyinit.contract import importers
from tinyinit.contract._output import (
    OutputError,
    between_marks,
    difference,
    read_text,
    with_head,
    write,
)
from tinyinit.contract._present import to_example, to_markdown
from tinyinit.contract._schema import schema
from tinyinit.contract._write import to_toml, variables_to_toml
from tinyinit.contract.importers._draft import SourceError
from tinyinit.stack.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tinyinit.contract._model import Contract
    from tinyinit.contract.importers._draft import Draft

_DIFFERS = 1
_USAGE = 64
_BAD_CONTRACT = 78
_CANNOT = 126
_VERBS = ("export", "docs", "example", "schema", "import")
_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")

_HELP = """\
usage: tinyinit contract export MODULE:CLASS [OPTION…]
       tinyinit contract docs    SOURCE [OPTION…]
       tinyinit contract example SOURCE [OPTION…]
       tinyinit contract schema [OPTION…]
       tinyinit contract import  FILE|MODULE:CLASS [--from FORM] [--service NAME] [OPTION…]

SOURCE is a contract file or MODULE:CLASS, a class of tinyinit.config. All print to stdout.

export   the contract file of a class
docs     a table of the variables, in Markdown
example  a .env.example
schema   the JSON Schema of contract files, for editors
import   a contract from .env.example, a compose file, .env.schema (varlock) or a class of
         pydantic-settings; what could not be carried over is said on stderr
         --from env|compose|varlock|pydantic, if the name of the source does not tell
         --service NAME: which service of the compose file

--check FILE  print nothing but how FILE differs, as a diff; for CI
--write FILE  write FILE
              export keeps what is before the first [var.NAME]; docs writes between
              <!-- contract --> and <!-- /contract -->, where FILE has these lines

example:
  tinyinit contract export app.settings:Settings --check tinyinit.toml

exit: 0 done, 1 FILE differs, 64 wrong words, 78 the contract has problems,
      126 a file or class cannot be read or written
"""


class _UsageError(Exception):
    """Words that mean nothing here; the text is one line."""


class _Words:
    """The words behind the verb: at most one source, and the options."""

    def __init__(self, verb: str, argv: Sequence[str]) -> None:
        self.source: str | None = None
        self.options: dict[str, str] = {}
        known = ["--check", "--write", *(("--from", "--service") if verb == "import" else ())]
        rest = iter(argv)
        for word in rest:
            if not word.startswith("-"):
                self.take(word, verb)
            elif word == "--":
                for name in rest:
                    self.take(name, verb)
            else:
                self.option(word, rest, known)
        if self.source is None and verb != "schema":
            needed = "MODULE:CLASS" if verb == "export" else "a file or MODULE:CLASS"
            raise _UsageError(f"contract {verb} needs {needed}")
        if {"--check", "--write"} <= self.options.keys():
            raise _UsageError("--check and --write are two things; choose one")
        form = self.options.get("--from")
        if form is not None and form not in importers.KINDS:
            expected = ", ".join(importers.KINDS)
            raise _UsageError(f"--from is {quote(form)}; expected one of {expected}")

    def take(self, word: str, verb: str) -> None:
        if verb == "schema" or self.source is not None:
            raise _UsageError(f"{quote(word)} is one word too many for contract {verb}")
        self.source = word

    def option(self, word: str, rest: Iterator[str], known: Sequence[str]) -> None:
        name, mark, value = word.partition("=")
        if name not in known:
            raise _UsageError(
                f"{quote(name)} is no option here; expected {', '.join(known)};"
                " see tinyinit contract --help"
            )
        value = value if mark else next(rest, "")
        if not value:
            raise _UsageError(f"{name} needs a value")
        self.options[name] = value


def main(argv: Sequence[str]) -> int:
    """Run the command with the words `argv`; return the exit code."""
    if any(word in ("-h", "--help") for word in argv):
        _print(_HELP)
        return 0
    try:
        code = _run(argv)
        sys.stdout.flush()
    except _UsageError as error:
        return _fail(str(error), _USAGE)
    except (OutputError, SourceError) as error:
        return _fail(str(error), _CANNOT)
    except BrokenPipeError:
        # The reader has gone; what is left in the buffer must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CANNOT
    return code


def _run(argv: Sequence[str]) -> int:
    verb = argv[0] if argv else ""
    if verb not in _VERBS:
        seen = f"{quote(verb)} is no word of contract" if argv else "contract needs a word"
        raise _UsageError(f"{seen}; expected one of {', '.join(_VERBS)}")
    words = _Words(verb, argv[1:])
    source = words.source or ""
    if verb == "schema":
        text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
        return _out(words, lambda _: text)
    if verb == "import":
        draft = _import(source, words)
        _say_notes(draft)
        return _out(words, lambda _: to_toml(draft.contract))
    if verb == "export" and not _CLASS.fullmatch(source):
        raise _UsageError(f"{quote(source)} is no class; expected MODULE:CLASS")
    contract = _contract(source)
    if contract is None:
        return _BAD_CONTRACT
    if verb == "export":
        new, variables = to_toml(contract), variables_to_toml(contract)
        return _out(words, lambda old: with_head(old, new, variables))
    if verb == "docs":
        table = to_markdown(contract)
        return _out(words, lambda old: between_marks(old, table))
    example = to_example(contract)
    return _out(words, lambda _: example)


def _out(words: _Words, make: Callable[[str], str]) -> int:
    """Print what was made, or compare or write the file that it is for."""
    if file := words.options.get("--check"):
        text = difference(file, make)
        _print(text)
        return _DIFFERS if text else 0
    if file := words.options.get("--write"):
        write(file, make)
    else:
        _print(make(""))
    return 0


def _contract(source: str) -> Contract | None:
    """Return the contract of a file or a class; None if it has problems, which are told."""
    if _CLASS.fullmatch(source) and not Path(source).exists():
        from tinyinit.config import to_contract  # noqa: PLC0415  # only for a class

        try:
            return to_contract(_load(source))
        except TypeError as error:
            raise SourceError(f"{source} is no class of settings: {error}") from error
    from tinyinit.contract._contract import read_file  # noqa: PLC0415  # only for a file
    from tinyinit.contract._report import Report  # noqa: PLC0415  # the same

    contract, problems = read_file(source)
    if not problems:
        return contract
    sys.stderr.write(Report(source, problems, of_contract=True).text())
    return None


def _import(source: str, words: _Words) -> Draft:
    form = words.options.get("--from")
    is_class = bool(_CLASS.fullmatch(source)) and not Path(source).exists()
    if form == "pydantic" or (form is None and is_class):
        from tinyinit.contract.importers.pydantic import read_pydantic  # noqa: PLC0415

        return read_pydantic(_load(source), source)
    kind = form or importers.kind_of(source)
    if "--service" in words.options and kind != "compose":
        raise _UsageError("--service is for a compose file")
    return importers.read_text(read_text(source), source, kind, words.options.get("--service"))


def _load(source: str) -> type:
    """Import the class that MODULE:CLASS names, from this folder if it is there."""
    module_name, _, name = source.partition(":")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: object = importlib.import_module(module_name)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:  # the user's code may raise anything
        first, *_ = str(error).splitlines() or [""]
        raise SourceError(f"cannot import {source}: {type(error).__name__}: {first}") from error
    if not isinstance(found, type):
        raise SourceError(f"{source} is no class")
    return found


def _say_notes(draft: Draft) -> None:
    """Say what could not be carried over, as the lines of a report."""
    if not draft.notes:
        return
    width = max(len(where) for where, _ in draft.notes)
    lines = "".join(f"  {where:<{width}}  {text}\n" for where, text in draft.notes)
    sys.stderr.write(f"tinyinit: warning: not all of {draft.contract.file} fits:\n{lines}")


def _print(text: str) -> None:
    # A name may have characters that the terminal's encoding lacks.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _fail(problem: str, code: int) -> int:
    sys.stderr.write(f"tinyinit: {problem}\n")
    return code
