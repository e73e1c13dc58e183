"""A fault that no signal shows: a shell's trap that is gone once the script calls exec."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tinyinit.rehearse import proc

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRAP = re.compile(r"^\s*trap\s+[^#\n]*\b(EXIT|0)\b", re.MULTILINE)
_EXEC = re.compile(r"^\s*exec\s+[^\s<>&\d]", re.MULTILINE)
_LARGEST = 1 << 16


def dead_trap(words: Sequence[str], root: Path = Path("/")) -> str:
    """Return the script's name if a command runs one with a trap on EXIT before its exec.

    `root` is where the command's paths begin, a container's root for one. "" if there is none.
    """
    shell = proc.is_shell(tuple(words[:1]))
    name = next((word for word in words[1:] if not word.startswith("-")), "") if shell else ""
    name = name or next(iter(words), "")
    if "/" not in name:
        return ""
    try:
        with (root / name.lstrip("/") if root != Path("/") else Path(name)).open("rb") as file:
            text = file.read(_LARGEST).decode(errors="replace")
    except OSError:
        return ""
    first = text.partition("\n")[0]
    if not shell and not (first.startswith("#!") and first.rstrip().endswith("sh")):
        return ""
    trap, execs = _TRAP.search(text), list(_EXEC.finditer(text))
    dead = trap is not None and any(one.start() > trap.start() for one in execs)
    return name.rpartition("/")[2] if dead else ""
