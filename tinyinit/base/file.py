"""Files that hold a contract, variables or one value: read whole, or why not."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MISSING: Final = "it does not exist"
FILE_MAX: Final = 1 << 20
#: The kernel's limit of one string in an environment, without its end.
STRING_MAX: Final = (128 << 10) - 1


def read_whole(
    path: str, limit: int, *, folder: int | None = None, skip_folders: bool = False
) -> bytes | str:
    """Return what is in the regular file `path`, or why it cannot be read.

    Nothing waits: not for the other end of a pipe. More than `limit` bytes are not taken. With
    `skip_folders`, a folder counts as missing.
    """
    try:
        file = os.open(
            path, flags("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"), dir_fd=folder
        )
    except (OSError, ValueError) as error:
        return _reason(error)
    try:
        status = os.fstat(file)
        if skip_folders and stat.S_ISDIR(status.st_mode):
            return MISSING
        if not stat.S_ISREG(status.st_mode):
            return "it is not a regular file"
        return _all_of(file, status.st_size, limit)
    except OSError:
        return "reading it failed"
    finally:
        os.close(file)


def flags(*names: str) -> int:
    """Return flags for reading, of those that the system has: Windows has few."""
    found = os.O_RDONLY
    for name in names:
        found |= getattr(os, name, 0)
    return found


def _all_of(file: int, size: int, limit: int) -> bytes | str:
    # Files of /proc and /sys say 0; any may grow until it is read.
    room = min(size or limit, limit) + 1
    parts: list[bytes] = []
    while room and (part := os.read(file, room)):
        parts.append(part)
        room -= len(part)
    if room:
        return b"".join(parts)
    if size <= limit and size:
        return "it changes while it is read"
    return f"it is longer than {too_long(limit)}"


def too_long(limit: int) -> str:
    """Return a limit of bytes as reports write it."""
    return "1 MiB" if limit == FILE_MAX else "128 KiB"


def _reason(error: OSError | ValueError) -> str:
    import errno  # only here

    number = error.errno if isinstance(error, OSError) else errno.ENOENT
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return MISSING
    if number == errno.ENXIO:  # a socket
        return "it is not a regular file"
    if number in {errno.EACCES, errno.EPERM}:
        return "permission denied"
    return "reading it failed"
