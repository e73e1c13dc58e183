"""The contract of an environment: export, document and import it; check that files agree.

Reads the arguments, does the work, prints what came out or compares it with a file.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tinyinit.base.codes import DIFFERS, WRONG_CONFIGURATION
from tinyinit.base.text import quote
from tinyinit.commands import command
from tinyinit.commands._output import (
    OutputError,
    between_marks,
    difference,
    read_text,
    with_head,
    write,
)
from tinyinit.commands.command import UsageError
from tinyinit.contract import importers
from tinyinit.contract.documents import to_example, to_markdown
from tinyinit.contract.importers.draft import SourceError
from tinyinit.contract.json_schema import schema
from tinyinit.contract.write import to_toml, variables_to_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tinyinit.commands.command import Arguments
    from tinyinit.contract.importers.draft import Draft
    from tinyinit.contract.model import Contract

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

exit: 0 done, 1 FILE differs, 64 wrong usage, 78 the contract has problems,
      126 a file or class cannot be read or written
"""


def main(argv: Sequence[str]) -> int:
    """Run the command with the arguments `argv`; return the exit code."""
    return command.run(_run, argv, _HELP, (OutputError, SourceError))


def _run(argv: Sequence[str]) -> int:
    verb = argv[0] if argv else ""
    if verb not in _VERBS:
        seen = f"unknown subcommand {quote(verb)}" if argv else "contract needs a subcommand"
        raise UsageError(f"{seen}; {command.expected(verb, _VERBS)}")
    given = _arguments(verb, argv[1:])
    source = given.words[0] if given.words else ""
    if verb == "schema":
        text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
        return _out(given, lambda _: text)
    if verb == "import":
        draft = _import(source, given)
        _say_notes(draft)
        return _out(given, lambda _: to_toml(draft.contract))
    if verb == "export" and not _CLASS.fullmatch(source):
        raise UsageError(f"{quote(source)} is not a class; expected MODULE:CLASS")
    contract = _contract(source)
    if contract is None:
        return WRONG_CONFIGURATION
    if verb == "export":
        new, variables = to_toml(contract), variables_to_toml(contract)
        return _out(given, lambda old: with_head(old, new, variables))
    if verb == "docs":
        table = to_markdown(contract)
        return _out(given, lambda old: between_marks(old, table))
    example = to_example(contract)
    return _out(given, lambda _: example)


def _arguments(verb: str, argv: Sequence[str]) -> Arguments:
    """Return the options and the source after the subcommand, of which schema has none."""
    own = ["--from", "--service"] if verb == "import" else []
    given = command.parse(argv, f"contract {verb}", valued=["--check", "--write", *own])
    if unexpected := given.words[0 if verb == "schema" else 1 :]:
        raise UsageError(f"unexpected argument {quote(unexpected[0])} for contract {verb}")
    if not given.words and verb != "schema":
        needed = "MODULE:CLASS" if verb == "export" else "a file or MODULE:CLASS"
        raise UsageError(f"contract {verb} needs {needed}")
    if given.has("--check") and given.has("--write"):
        raise UsageError("--check and --write exclude each other; choose one")
    given.choice("--from", importers.KINDS)
    return given


def _out(given: Arguments, make: Callable[[str], str]) -> int:
    """Print what was made, or compare or write the file that it is for."""
    if file := given.value("--check"):
        text = difference(file, make)
        command.write(text)
        return DIFFERS if text else 0
    if file := given.value("--write"):
        write(file, make)
    else:
        command.write(make(""))
    return 0


def _contract(source: str) -> Contract | None:
    """Return the contract of a file or a class; None if it has problems, which are told."""
    if _CLASS.fullmatch(source) and not Path(source).exists():
        from tinyinit.config import to_contract  # only for a class

        try:
            return to_contract(_load(source))
        except TypeError as error:
            raise SourceError(f"{source} is not a class of settings: {error}") from error
    from tinyinit.contract.contract import read_file  # only for a file
    from tinyinit.contract.report import Report  # the same

    contract, problems = read_file(source)
    if not problems:
        return contract
    sys.stderr.write(Report(source, problems, of_contract=True).text())
    return None


def _import(source: str, given: Arguments) -> Draft:
    form = given.value("--from")
    is_class = bool(_CLASS.fullmatch(source)) and not Path(source).exists()
    if form == "pydantic" or (form is None and is_class):
        from tinyinit.contract.importers.pydantic import read_pydantic

        return read_pydantic(_load(source), source)
    kind = form or importers.kind_of(source)
    if given.has("--service") and kind != "compose":
        raise UsageError("--service is for a compose file")
    return importers.read_text(read_text(source), source, kind, given.value("--service"))


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
        raise SourceError(f"{source} is not a class")
    return found


def _say_notes(draft: Draft) -> None:
    """Say what could not be carried over, as the lines of a report."""
    if not draft.notes:
        return
    width = max(len(where) for where, _ in draft.notes)
    lines = "".join(f"  {where:<{width}}  {text}\n" for where, text in draft.notes)
    command.warn(f"not all of {draft.contract.file} fits:\n{lines.rstrip()}")
