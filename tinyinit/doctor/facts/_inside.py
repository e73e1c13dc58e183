"""Look at files of the container without leaving its root: no link there leads to the host's.

A container may be hostile, and the doctor on a host is root: `/etc/os-release` in there may be a
link to `/etc/shadow`. The kernel resolves it where it was meant only for a process whose root is
the container's. So the look is taken by a child that changes its root, imports nothing from then on
(the container's Python modules would be found), and sends what it saw through a pipe.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 4 << 20


def is_own(root: str, pid: int) -> bool:
    """Say whether a process sees the files that the doctor sees."""
    if root not in ("", "/"):
        return False
    try:
        theirs, ours = os.stat(f"/proc/{pid}/root"), os.stat("/")
        same_root = (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)
        return same_root and os.readlink(f"/proc/{pid}/ns/mnt") == os.readlink("/proc/self/ns/mnt")
    except OSError:
        return False


def look(
    root: str,
    pid: int,
    function: Callable[[str], Any],
    seconds: int = 10,
) -> Any:
    """Return `function(top)`, with `top` what stands for the container's root; JSON's values only.

    None if it takes more than `seconds`. Raises PermissionError if this user may not look there.
    """
    if is_own(root, pid):
        return function("")
    top = f"{root.rstrip('/')}/proc/{pid}/root"
    if root not in ("", "/"):
        return function(top)  # a tree that a test made
    os.stat(f"{top}/.")  # PermissionError comes from here
    return _in_child(top, function, seconds)


def _in_child(top: str, function: Callable[[str], Any], seconds: int) -> Any:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            signal.alarm(seconds)
            os.chroot(top)
            os.chdir("/")
            sys.path.clear()
            sys.meta_path.clear()
            seen = json.dumps(function("")).encode()
            while seen:
                seen = seen[os.write(writer, seen) :]
            code = 0
        except PermissionError:
            code = 2
        except BaseException:  # noqa: BLE001, S110  # the parent says that nothing came
            pass
        finally:
            os._exit(code)
    os.close(writer)
    data = b""
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read(_MOST)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == 2:
        raise PermissionError("chroot")
    try:
        return json.loads(data) if code == 0 else None
    except ValueError:
        return None
