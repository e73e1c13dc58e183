"""The code blocks of a page in Markdown: found, and console sessions run as a reader would.

A block is put into a file if the line before it is `<!-- file: NAME -->`. The blocks of a page
share one folder, in their order.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIMEOUT = 120.0
_BLOCK = re.compile(
    r"^(?:<!-- file: (?P<file>\S+) -->\n)?^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block: what it is, its text, the file it belongs into, its line in the page."""

    info: str
    text: str
    file: str | None
    line: int


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page."""
    text = page.read_text()
    return [
        Block(found["info"], found["text"], found["file"], text.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(text)
    ]


def session(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a console session, each with the output that it shows."""
    pairs: list[tuple[str, str]] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            pairs.append((line[2:].rstrip("\n"), ""))
        elif line.startswith("> "):
            command, output = pairs[-1]
            pairs[-1] = (f"{command}\n{line[2:]}".rstrip("\n"), output)
        else:
            command, output = pairs[-1]
            pairs[-1] = (command, output + line)
    return pairs


def run(commands: list[str], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run the commands in one shell; return what each wrote, stdout and stderr together."""
    mark = "\x1e"
    # The exit code of a command has to be there for the next one's $?.
    script = "".join(f"{line}\ns=$?; printf '{mark}'; (exit $s)\n" for line in commands)
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT,
        check=False,
    )
    return done.stdout.decode().split(mark)[:-1]


def write_files(page: Path, folder: Path) -> None:
    """Put the blocks that are files into a folder."""
    for block in blocks(page):
        if block.file is not None:
            (folder / block.file).write_text(block.text)
