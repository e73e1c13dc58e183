"""Sockets that wait for connections, and whose they are. Source: proc(5), /proc/net/tcp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit.doctor.facts._files import names, quiet_link, quiet_text
from tinyinit.doctor.facts._model import Listener

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tinyinit.doctor.facts._model import Process

_LISTEN = "0A"


def read(root: str, pid: int, processes: Iterable[Process]) -> tuple[Listener, ...] | None:
    """Return what listens in the network namespace of a process; None if that is hidden.

    A network namespace may be shared with the host or a pod: a socket of no process of the
    container is left out where all could be asked.
    """
    tables = [quiet_text(f"{root}/proc/{pid}/net/{name}") for name in ("tcp", "tcp6")]
    if tables[0] is None and tables[1] is None:
        return None
    ports = {inode: port for table in tables for inode, port in _listening(table or "")}
    if not ports:
        return ()
    found: dict[tuple[int, int], Listener] = {}
    hidden = False
    for process in processes:
        if process.state == "Z" or process.own:
            continue
        folder = f"{root}/proc/{process.pid}/fd"
        descriptors = names(folder)
        hidden = hidden or not descriptors
        for descriptor in descriptors:
            target = quiet_link(f"{folder}/{descriptor}") or ""
            port = ports.get(target.removeprefix("socket:[").removesuffix("]"))
            if port is not None:
                found.setdefault((port, process.pid), Listener(port, process.pid))
    return None if hidden and not found else tuple(found.values())


def _listening(table: str) -> Iterable[tuple[str, int]]:
    for line in table.split("\n")[1:]:
        words = line.split()
        if len(words) > 9 and words[3] == _LISTEN:
            try:
                yield words[9], int(words[1].rpartition(":")[2], 16)
            except ValueError:
                continue
