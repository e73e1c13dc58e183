"""Ends of processes that are not our children: a pidfd wakes at the end, and knows the code."""

from __future__ import annotations

import fcntl
import os
import struct

from tinyinit.rehearse import proc

# struct pidfd_info of Linux 6.15: the mask first, the wait status at 60, 64 bytes in all.
_GET_INFO = 0xC040FF0B
_INFO_EXIT = 1 << 3


def open_one(pid: int) -> int | None:
    """Return a pidfd, None if the process has gone or the kernel has none (before 5.3)."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def wait_status(fd: int, pid: int) -> int | None:
    """Return the wait status of a process that has ended, None if (for now) nobody tells it.

    A zombie's is in its `stat`; once it is reaped, kernels from 6.15 on keep it with the pidfd.
    """
    one = proc.stat(pid)
    if one and one.state == "Z":
        return one.exit_code
    info = bytearray(64)
    struct.pack_into("Q", info, 0, _INFO_EXIT)
    try:
        fcntl.ioctl(fd, _GET_INFO, info)
    except OSError:
        return None
    (mask,) = struct.unpack_from("Q", info)
    status: int = struct.unpack_from("i", info, 60)[0]
    return status if mask & _INFO_EXIT else None
