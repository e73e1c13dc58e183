"""The exit codes of the command, the same as in `core/base/codes.h`; 0 is success."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

DIFFERS: Final = 1
"""A file is not what it should be, or something was found: what was asked for, not an error."""
WRONG_USAGE: Final = 64
"""The command line is wrong (`EX_USAGE` of sysexits.h)."""
WRONG_CONFIGURATION: Final = 78
"""The contract or the environment has problems (`EX_CONFIG` of sysexits.h)."""
CANNOT_WORK: Final = 125
"""tinyinit itself cannot work here."""
CANNOT_RUN: Final = 126
"""Something exists but cannot be read, written or run."""
NOT_FOUND: Final = 127
"""The program does not exist."""
INTERRUPTED: Final = 130
"""SIGINT ended the command, as shells count: 128 and the signal's number."""
