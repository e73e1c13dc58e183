"""Make an orphan below PID 1 and see whether it is reaped. It is harmless, and off by default.

The orphan is made in the PID namespace of the container, from wherever the doctor stands: as a
child that enters it, so the container needs no program for it.
"""

from __future__ import annotations

import ctypes
import os
import time
from typing import Final

from tinyinit.doctor.facts import _process
from tinyinit.doctor.facts._files import names, quiet_link
from tinyinit.doctor.facts._model import Probe, Process
from tinyinit.doctor.facts._processes import uptime_of

_CLONE_NEWPID = 0x20000000
_LIFE = 0.15
PATIENCE: Final = 6.5
"""Seconds to wait before a verdict: runsvdir reaps, but only every five seconds."""
_PAUSE = 0.05


def probe(first: int) -> Probe:
    """Return what became of an orphan below the process `first`, PID 1 of its namespace."""
    inner = _make_orphan(first)
    if inner is None:
        return Probe(
            reaped=None,
            why="no process can be made in the container's PID namespace; run as root, with"
            " SYS_ADMIN, or in the container",
        )
    begin = time.monotonic()
    while time.monotonic() - begin < PATIENCE:
        time.sleep(_PAUSE)
        if time.monotonic() - begin > _LIFE and _find(first, inner) is None:
            return Probe(reaped=True, why="", waited=round(time.monotonic() - begin, 2))
    left = _find(first, inner)
    if left is not None and left.parent != first:
        return Probe(reaped=None, why=f"the orphan went to process {left.parent}, a subreaper")
    waited = round(time.monotonic() - begin, 2)
    return Probe(reaped=False, why="", waited=waited)


def _make_orphan(first: int) -> int | None:
    """Return the PID inside of an orphan that ends soon; None if none could be made."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            if not _enter(first):
                os._exit(1)
            # The namespace is for children only: the first fork is in it, its child is the orphan.
            middle = os.fork()
            if middle == 0:
                if os.fork() == 0:
                    os.write(writer, str(os.getpid()).encode())
                    os.close(writer)
                    time.sleep(_LIFE)
                os._exit(0)
            os.waitpid(middle, 0)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read(32)
    os.waitpid(child, 0)
    return int(told) if told.isdigit() else None


def _enter(first: int) -> bool:
    link = f"/proc/{first}/ns/pid"
    if quiet_link(link) == quiet_link("/proc/self/ns/pid"):
        return True
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        namespace = os.open(link, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    entered: int = libc.setns(namespace, _CLONE_NEWPID)
    os.close(namespace)
    return entered == 0


def _find(first: int, inner: int) -> Process | None:
    """Return the orphan, as it is seen from here."""
    uptime = uptime_of("")
    namespace = quiet_link(f"/proc/{first}/ns/pid")
    for name in names("/proc"):
        if name.isdigit():
            process = _process.read("", int(name), uptime)
            if process and process.inner == inner and process.age < PATIENCE * 2:
                theirs = quiet_link(f"/proc/{process.pid}/ns/pid")
                # A zombie has no namespaces any more.
                if theirs in (namespace, None) or process.parent == first:
                    return process
    return None
