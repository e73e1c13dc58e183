"""What /proc tells of one process. Each reader returns None for a process that has gone."""

from __future__ import annotations

import os
from typing import NamedTuple

_INTERPRETERS = ("python", "node", "ruby", "perl", "php", "java")
SHELLS = frozenset({"sh", "dash", "bash", "ash", "zsh", "ksh", "mksh", "busybox"})


class Stat(NamedTuple):
    """Fields of /proc/PID/stat. `exit_code` is a wait status, 0 unless the process is a zombie."""

    name: str
    state: str
    parent: int
    threads: int
    exit_code: int


class Status(NamedTuple):
    """Fields of /proc/PID/status: ids inside the process's own PID namespace, signal masks."""

    state: str
    inner: int
    group: int
    session: int
    caught: int
    ignored: int
    blocked: int
    pending: int


def read(path: str) -> bytes | None:
    """Return a small file of /proc, None where it is gone or refused."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return os.read(fd, 1 << 16)
    except OSError:
        return None
    finally:
        os.close(fd)


def stat(pid: int) -> Stat | None:
    """Return what `stat` says of a process."""
    text = read(f"/proc/{pid}/stat")
    if not text:
        return None
    start, end = text.index(b"("), text.rindex(b")")
    rest = text[end + 2 :].split()
    return Stat(
        text[start + 1 : end].decode(errors="replace"),
        rest[0].decode(),
        int(rest[1]),
        int(rest[17]),
        int(rest[49]) if len(rest) > 49 else 0,  # field 52 counts from 1
    )


def status(pid: int) -> Status | None:
    """Return what `status` says of a process."""
    text = read(f"/proc/{pid}/status")
    if not text:
        return None
    fields = dict(line.split(b":", 1) for line in text.splitlines() if b":" in line)

    def mask(*names: bytes) -> int:
        found = 0
        for name in names:
            found |= int(fields.get(name, b"0"), 16)
        return found

    def last(name: bytes) -> int:
        words = fields.get(name, b"").split()
        return int(words[-1]) if words else 0

    return Status(
        fields.get(b"State", b"?").strip()[:1].decode(),
        last(b"NSpid") or pid,
        last(b"NSpgid"),
        last(b"NSsid"),
        mask(b"SigCgt"),
        mask(b"SigIgn"),
        mask(b"SigBlk"),
        mask(b"SigPnd", b"ShdPnd"),
    )


def command(pid: int) -> tuple[str, ...]:
    """Return a process's arguments, none for a zombie or a thread of the kernel."""
    text = read(f"/proc/{pid}/cmdline") or b""
    return tuple(word.decode(errors="replace") for word in text.rstrip(b"\0").split(b"\0") if text)


def children(pid: int, threads: int) -> list[int] | None:
    """Return the children of all of a process's threads, None where the kernel has no such file."""
    tasks = [str(pid)]
    if threads > 1:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            return []
    found: list[int] = []
    for task in tasks:
        text = read(f"/proc/{pid}/task/{task}/children")
        if text is None:
            return None
        found.extend(int(word) for word in text.split())
    return found


def by_parent() -> dict[int, list[int]]:
    """Return all processes of the machine by their parent: for kernels without `children`."""
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (one := stat(int(name))):
            found.setdefault(one.parent, []).append(int(name))
    return found


def waits_for_signals(pid: int) -> bool:
    """Whether a process takes blocked signals: it sleeps in sigtimedwait, or has a signalfd."""
    channel = read(f"/proc/{pid}/wchan") or b""
    number = (read(f"/proc/{pid}/syscall") or b"").split(b" ", 1)[0]
    if b"sigtimedwait" in channel or number in (b"128", b"137", b"177"):
        return True
    try:
        names = os.listdir(f"/proc/{pid}/fd")
        return any("signalfd" in os.readlink(f"/proc/{pid}/fd/{name}") for name in names)
    except OSError:
        return False


def pipe_of(pid: int, descriptor: int) -> str:
    """Return the pipe that a descriptor is, "" for anything else."""
    try:
        target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
    except OSError:
        return ""
    return target if target.startswith("pipe:") else ""


def program(name: str, words: tuple[str, ...]) -> str:
    """Return how people name a program: `nginx`, `sh`, `python app.py`."""
    if name.startswith(_INTERPRETERS):
        rest = words[1:]
        if len(rest) > 1 and rest[0] == "-m":
            name = f"{name} -m {rest[1]}"
        elif rest and not rest[0].startswith("-"):
            name = f"{name} {os.path.basename(rest[0])}"
    return "".join(char if char.isprintable() else "?" for char in name)[:60]


def is_shell(words: tuple[str, ...]) -> bool:
    """Whether arguments are those of a shell."""
    return bool(words) and words[0].lstrip("-").rpartition("/")[2] in SHELLS
