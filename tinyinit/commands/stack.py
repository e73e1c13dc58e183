"""The command `tinyinit stack`: read its words, do the work, print what was found."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from tinyinit.stack import report
from tinyinit.stack.process import ProcessError, read_process
from tinyinit.stack.replace import FileError, check, look, write
from tinyinit.stack.size import MUSL_DEFAULT, parse, show
from tinyinit.stack.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_USAGE = 64
_CANNOT = 126

_HELP = """\
usage: tinyinit stack show [--format text|json] FILE|PID…
       tinyinit stack set SIZE FILE…
       tinyinit stack unset FILE…

musl (Alpine) gives a thread 128 KiB of stack, or what a file loaded at start asks for, up to 8 MiB.

show   FILE: the size it asks for. PID: the stacks its threads have, and the most each has used
set    write SIZE (16 KiB to 8 MiB: 512k, 8M, 1MiB, 8388608) into the PT_GNU_STACK of each FILE
unset  take the size out again

All files are written or none. Each is replaced at once by a copy with its owner, mode and extended
attributes, running or not. A symbolic link is followed. A hard-linked file needs all its names.
A file whose name is a number: ./123

example, in a Dockerfile:
  RUN tinyinit stack set 8M /usr/local/bin/python3

exit: 0 done, 64 wrong words or size, 126 a file or process cannot be read or written
"""


class _UsageError(Exception):
    """Words that mean nothing here; the text is one line."""


def main(argv: Sequence[str], root: str = "/") -> int:
    """Run the command with the words `argv`, /proc read under `root`; return the exit code."""
    if any(word in ("-h", "--help") for word in argv):
        _print(_HELP)
        return 0
    if not hasattr(os, "pread"):  # Windows
        return _fail(["stack reads and writes files on Linux only; run it in the image"], _CANNOT)
    try:
        code = _run(argv, root)
        sys.stdout.flush()
    except _UsageError as error:
        return _fail([str(error)], _USAGE)
    except FileError as error:
        return _fail([str(error)], _CANNOT)
    except BrokenPipeError:
        # The reader has gone; what is left in the buffer must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CANNOT
    return code


def _run(argv: Sequence[str], root: str) -> int:
    verb = argv[0] if argv else ""
    if verb == "show":
        output, names = _words(argv[1:])
        if not names:
            raise _UsageError("stack show needs a file or the id of a process")
        return _show(names, output, root)
    if verb == "set":
        names = _words(argv[1:], formats=())[1]
        if len(names) < 2:  # noqa: PLR2004  (the size and a file)
            raise _UsageError("stack set needs a size and a file: stack set 8M FILE")
        try:
            size = parse(names[0])
        except ValueError as error:
            raise _UsageError(str(error)) from error
        return _set(names[1:], size)
    if verb == "unset":
        names = _words(argv[1:], formats=())[1]
        if not names:
            raise _UsageError("stack unset needs a file")
        return _set(names, 0)
    seen = f"{quote(verb)} is no word of stack" if argv else "stack needs a word"
    raise _UsageError(f"{seen}; expected show, set or unset, see tinyinit stack --help")


def _words(
    argv: Sequence[str], formats: tuple[str, ...] = ("text", "json")
) -> tuple[str, list[str]]:
    """Return the output format and the words that are no options."""
    output = "text"
    names: list[str] = []
    rest = iter(argv)
    for word in rest:
        if word == "--":
            names.extend(rest)
        elif formats and (word == "--format" or word.startswith("--format=")):
            output = word.removeprefix("--format=") if "=" in word else next(rest, "")
            if output not in formats:
                raise _UsageError(f"--format is {quote(output)}; expected text or json")
        elif word.startswith("-"):
            raise _UsageError(
                f"{quote(word)} is no option here; see tinyinit stack --help, or put -- before a"
                " file of that name"
            )
        else:
            names.append(word)
    return output, names


def _show(names: Iterable[str], output: str, root: str) -> int:
    items: list[report.Item] = []
    problems: list[str] = []
    for name in names:
        try:
            if name.isascii() and name.isdigit():
                items.append(read_process(int(name[:20]), root))
            else:
                items.append((name, look(name).elf))
        except (FileError, ProcessError) as error:
            problems.append(str(error))
    if output == "json":
        _print(json.dumps([report.as_dict(item) for item in items], indent=2) + "\n")
    else:
        _print(report.as_text(items))
    unknown = any(report.is_unknown(item) for item in items)
    return _fail(problems, _CANNOT) if problems or unknown else 0


def _set(names: Iterable[str], size: int) -> int:
    targets, problems = check(names)
    if problems:
        return _fail(problems, _CANNOT)
    if 0 < size <= MUSL_DEFAULT:
        _warn(f"musl gives {show(MUSL_DEFAULT)} unasked; {show(size)} changes nothing there")
    for target in targets:
        if size and target.elf.libc == "glibc":
            _warn(f"{quote(target.names[0])} runs with glibc, which does not read this size")
    changed = write(targets, size)
    for target in targets:
        _print(report.change(target, size, changed=target in changed))
    return 0


def _print(text: str) -> None:
    # A name may have characters that the terminal's encoding lacks.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _warn(text: str) -> None:
    sys.stderr.write(f"tinyinit: warning: {text}\n")


def _fail(problems: Iterable[str], code: int) -> int:
    sys.stderr.write("".join(f"tinyinit: {problem}\n" for problem in problems))
    return code
