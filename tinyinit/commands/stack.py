"""Thread stacks on musl: show what a file or process has, set what a file asks for.

Reads the arguments, does the work, prints what was found.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from tinyinit.base.text import quote
from tinyinit.commands import command
from tinyinit.commands.command import Failure, UsageError
from tinyinit.stack import report
from tinyinit.stack.process import ProcessError, read_process
from tinyinit.stack.replace import FileError, check, look, write
from tinyinit.stack.size import MUSL_DEFAULT, parse, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

exit: 0 done, 64 wrong usage or size, 126 a file or process cannot be read or written
"""


def main(argv: Sequence[str], root: str = "/") -> int:
    """Run the command with the arguments `argv`, /proc read under `root`; return the exit code."""
    return command.run(lambda argv: _run(argv, root), argv, _HELP, (FileError,))


def _run(argv: Sequence[str], root: str) -> int:
    if not hasattr(os, "pread"):  # Windows
        raise Failure("stack reads and writes files on Linux only; run it in the image")
    verb = argv[0] if argv else ""
    if verb == "show":
        given = command.parse(argv[1:], "stack show", valued=["--format"])
        output = given.choice("--format", ["text", "json"]) or "text"
        if not given.words:
            raise UsageError("stack show needs a file or the id of a process")
        return _show(given.words, output, root)
    if verb == "set":
        names = command.parse(argv[1:], "stack set").words
        if len(names) < 2:
            raise UsageError("stack set needs a size and a file: stack set 8M FILE")
        try:
            size = parse(names[0])
        except ValueError as error:
            raise UsageError(str(error)) from error
        return _set(names[1:], size)
    if verb == "unset":
        names = command.parse(argv[1:], "stack unset").words
        if not names:
            raise UsageError("stack unset needs a file")
        return _set(names, 0)
    seen = f"unknown subcommand {quote(verb)}" if argv else "stack needs a subcommand"
    raise UsageError(f"{seen}; {command.expected(verb, ['show', 'set', 'unset'])}")


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
        command.write(json.dumps([report.as_dict(item) for item in items], indent=2) + "\n")
    else:
        command.write(report.as_text(items))
    unknown = any(report.is_unknown(item) for item in items)
    if problems or unknown:
        raise Failure(*problems)
    return 0


def _set(names: Iterable[str], size: int) -> int:
    targets, problems = check(names)
    if problems:
        raise Failure(*problems)
    if 0 < size <= MUSL_DEFAULT:
        command.warn(f"musl gives {show(MUSL_DEFAULT)} unasked; {show(size)} changes nothing there")
    for target in targets:
        if size and target.elf.libc == "glibc":
            command.warn(f"{quote(target.names[0])} runs with glibc, which does not read this size")
    changed = write(targets, size)
    for target in targets:
        command.write(report.change(target, size, changed=target in changed))
    return 0
