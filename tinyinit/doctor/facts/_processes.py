"""Which processes belong to the container, and which of them is the app."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from tinyinit.doctor.facts import _process
from tinyinit.doctor.facts._files import names, number, quiet_link, quiet_text

if TYPE_CHECKING:
    from tinyinit.doctor.facts._model import Process

_CLOSE_CHILDREN = 16
_LOOKS = 5
_PAUSE = 0.02
_INITIAL_NAMESPACE = "pid:[4026531836]"
_KERNEL_THREAD = 0x00200000
FORWARDED: Final = 20
"""A program that takes this many signals by signalfd passes them on: it is an init."""


class ProcessError(Exception):
    """A process that cannot be looked at; the text is one line."""


def uptime_of(root: str) -> float:
    """Return the seconds since the kernel started."""
    words = (quiet_text(f"{root}/proc/uptime") or "").split()
    try:
        return float(words[0]) if words else 0.0
    except ValueError:
        return 0.0


def find_first(root: str, pid: int) -> tuple[Process, bool]:
    """Return the PID 1 that a process lives under, and whether it is PID 1 of its namespace.

    A process of the doctor's own namespace that is not its PID 1 stands for itself. Raises
    ProcessError.
    """
    uptime = uptime_of(root)
    process = _process.read(root, pid, uptime)
    if process is None:
        if not names(f"{root}/proc"):
            raise ProcessError("there is no /proc here; mount it, or look from the host")
        raise ProcessError(
            f"there is no process {pid}, or it is hidden from this user; expected the PID of a"
            " container's process as it is seen from here"
        )
    if _is_kernel_thread(root, pid):
        raise ProcessError(f"process {pid} is a thread of the kernel; expected a program")
    if process.state == "Z":
        raise ProcessError(f"process {pid} has ended and was not reaped; expected a live one")
    namespace = quiet_link(f"{root}/proc/{pid}/ns/pid")
    if process.inner == 1:
        return process, namespace != _INITIAL_NAMESPACE
    if namespace is not None and namespace != quiet_link(f"{root}/proc/self/ns/pid"):
        for other in _pids(root):
            if quiet_link(f"{root}/proc/{other}/ns/pid") == namespace:
                found = _process.read(root, other, uptime)
                if found and found.inner == 1:
                    return found, True
    return process, False


def _is_kernel_thread(root: str, pid: int) -> bool:
    stat = quiet_text(f"{root}/proc/{pid}/stat") or ""
    rest = stat[stat.rfind(")") + 2 :].split()
    flags = number(rest[6]) if len(rest) > 6 else None
    return bool(flags and flags & _KERNEL_THREAD)


def _pids(root: str) -> list[int]:
    return sorted(int(name) for name in names(f"{root}/proc") if name.isascii() and name.isdigit())


def read_all(root: str, first: Process, *, init: bool) -> list[Process]:
    """Return the processes of the container, its first one first."""
    uptime = uptime_of(root)
    everybody, same = _candidates(root, first, uptime)
    ours = _members(first, everybody, same if init else set())
    inside = {process.pid for process in ours}
    own = _own_chain(everybody, first) if root in ("", "/") else set[int]()
    listed = [
        process._replace(
            parent=process.parent if process.parent in inside else 0, own=process.pid in own
        )
        for process in ours
    ]
    listed.sort(key=lambda process: process.pid != first.pid)
    return [_process.count_files(root, _process.name_program(root, one)) for one in listed]


def _candidates(root: str, first: Process, uptime: float) -> tuple[list[Process], set[int]]:
    """Return the processes that may be of the container, and the PIDs in its PID namespace.

    On a host most are the host's own: one link each tells, and no more is read of them.
    """
    namespace = quiet_link(f"{root}/proc/{first.pid}/ns/pid")
    here = quiet_link(f"{root}/proc/self/ns/pid")
    pids = _pids(root)
    if namespace is None or namespace == here:
        seen = [_process.read(root, pid, uptime) for pid in pids]
        everybody = [process for process in seen if process is not None]
        whole = first.pid == 1 or namespace is not None
        return everybody, {one.pid for one in everybody} if whole else set()
    found: list[Process] = []
    same: set[int] = set()
    for pid in pids:
        # A zombie has none any more, a nested container one of its own: the tree tells.
        link = quiet_link(f"{root}/proc/{pid}/ns/pid")
        process = None if link == here else _process.read(root, pid, uptime)
        if process is not None:
            found.append(process)
            if link == namespace:
                same.add(pid)
    return found, same


def _members(first: Process, everybody: list[Process], same: set[int]) -> list[Process]:
    """Return the first process, all below it, and what docker exec started beside it."""
    below = {first.pid} | same
    # A child may have a lower PID than its parent: again until no more are found.
    grows = True
    while grows:
        more = {one.pid for one in everybody if one.parent in below} - below
        below |= more
        grows = bool(more)
    return [one for one in everybody if one.pid in below]


def _own_chain(everybody: list[Process], first: Process) -> set[int]:
    parents = {process.pid: process.parent for process in everybody}
    chain: set[int] = set()
    pid = os.getpid()
    while pid in parents and pid != first.pid and pid not in chain:
        chain.add(pid)
        pid = parents[pid]
    # From a shell of the container itself only the doctor is foreign, not the app around it.
    return chain if pid == 0 or pid not in parents else {os.getpid()}


def look_closely(root: str, processes: list[Process]) -> list[Process]:
    """Return the processes, with more of the first one and of its children.

    A process that runs just then shows nothing of how it waits: it is looked at again.
    """
    first = processes[0]
    children = [one.pid for one in processes if one.parent == first.pid][:_CLOSE_CHILDREN]
    close = {first.pid, *children}
    return [_settled(root, one) if one.pid in close else one for one in processes]


def _settled(root: str, process: Process) -> Process:
    seen = _process.look_closely(root, process)
    for _ in range(_LOOKS):
        if seen.waits != "runs":
            break
        time.sleep(_PAUSE)
        again = _process.look_closely(root, process)
        seen = again if again.waits is not None else seen
    return seen


def forwards(process: Process) -> bool | None:
    """Say whether a process behaves as an init: waits for any signal, to pass it on.

    None if what tells is hidden.
    """
    if process.waits == "signal":
        return True
    if process.signalfd is not None and process.signalfd.bit_count() >= FORWARDED:
        return True
    return None if process.waits is None or process.signalfd is None else False


def find_main(processes: list[Process]) -> Process:
    """Return the app: below an init or a shell that waits, its oldest child, else PID 1."""
    current = processes[0]
    for _ in range(8):
        waits = forwards(current) or (current.shell and current.waits == "child")
        below = [
            one
            for one in processes
            if one.parent == current.pid and one.state != "Z" and not one.own
        ]
        if not waits or not below:
            break
        current = max(below, key=lambda one: one.age)
    return current
