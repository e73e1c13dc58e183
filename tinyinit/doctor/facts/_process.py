"""Read one process from /proc: a list of all for the tree, more of those that a check asks about.

Source: proc(5); which file may be read by whom was measured: status, stat, cmdline, limits by all,
exe, wchan, syscall, fdinfo by the process's own user or with SYS_PTRACE.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from tinyinit.doctor.facts._files import data_of, names, number, quiet_link, quiet_text, text
from tinyinit.doctor.facts._model import Process

if TYPE_CHECKING:
    from collections.abc import Iterable

SHELLS: Final = frozenset(
    {"sh", "ash", "bash", "dash", "ksh", "ksh93", "mksh", "yash", "zsh", "fish", "rbash", "posh"}
)
_MULTI_CALL = frozenset({"busybox", "toybox", "busybox.static", "busybox-extras"})
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MOST_THREADS = 512
_MOST_DESCRIPTORS = 4096
_INIT_FILE_LIMIT = 160 << 10
_OURS = b"TINYINIT_"
_ALL = (1 << 64) - 1

# The numbers of wait4, waitid, and rt_sigtimedwait (64-bit time too), by machine.
_GENERIC = ({260, 95}, {137})
_CALLS: Final[dict[str, tuple[set[int], set[int]]]] = {
    "x86_64": ({61, 247}, {128}),
    "aarch64": _GENERIC,
    "riscv64": _GENERIC,
    "loongarch64": _GENERIC,
    "i686": ({114, 284}, {177, 421}),
    "armv7l": ({114, 280}, {177, 421}),
    "ppc64le": ({114, 272}, {176}),
    "s390x": ({114, 281}, {177}),
}
_POLLS = ("ep_poll", "do_epoll", "poll_schedule", "do_sys_poll", "do_poll", "do_select", "core_sys")


def read(root: str, pid: int, uptime: float) -> Process | None:
    """Return what anybody may read of a process; None if it is gone or is none."""
    folder = f"{root}/proc/{pid}"
    stat = quiet_text(f"{folder}/stat")
    status = quiet_text(f"{folder}/status")
    if not stat or not status:
        return None
    end = stat.rfind(")")
    rest = stat[end + 2 :].split()
    start = number(rest[19]) if end > 0 and len(rest) > 19 else None
    parent = number(rest[1]) if len(rest) > 1 else None
    if start is None or parent is None:
        return None
    state = rest[0][:1]
    inner = number((field(status, "NSpid") or "").split("\t")[-1])
    return Process(
        pid=pid,
        inner=pid if inner is None else inner,
        parent=parent,
        name=stat[stat.find("(") + 1 : end],
        program="",
        state=state,
        age=max(0.0, round(uptime - start / _TICKS, 2)),
        threads=number(field(status, "Threads")) or 1,
        uid=number((field(status, "Uid") or "").split("\t")[0]),
        rss=_kibibytes(field(status, "VmRSS")),
        blocked=_mask(field(status, "SigBlk")),
        ignored=_mask(field(status, "SigIgn")),
        caught=_mask(field(status, "SigCgt")),
        no_new_privs=_flag(field(status, "NoNewPrivs")),
        seccomp=number(field(status, "Seccomp")),
        capabilities=_mask(field(status, "CapEff")),
    )


def field(status: str, name: str) -> str | None:
    """Return one field of a status file; a thousand files are read, and ten of sixty lines each."""
    start = status.find(f"\n{name}:\t")
    if start < 0:
        return None
    start += len(name) + 3
    end = status.find("\n", start)
    return status[start : end if end >= 0 else len(status)]


def parse_status(status: str) -> dict[str, str]:
    """Return the fields of a status file."""
    fields: dict[str, str] = {}
    for line in status.split("\n"):
        name, colon, value = line.partition(":\t")
        if colon:
            fields.setdefault(name, value)
    return fields


def _mask(word: str | None) -> int | None:
    try:
        return None if word is None else int(word.strip()[:16], 16) & _ALL
    except ValueError:
        return None


def _kibibytes(field: str | None) -> int | None:
    found = number((field or "").strip().removesuffix("kB"))
    return None if found is None else found << 10


def _flag(word: str | None) -> bool | None:
    return None if word is None else word.strip() == "1"


def name_program(root: str, process: Process) -> Process:
    """Return the process with the name of the file it runs, whether it is a shell, its limit."""
    folder = f"{root}/proc/{process.pid}"
    path = (quiet_link(f"{folder}/exe") or "").removesuffix(" (deleted)")
    program = path.rpartition("/")[2]
    if not program or program in _MULTI_CALL:
        program = _first_argument(folder) or program or process.name
    shell = program in SHELLS
    return process._replace(program=program[:255], shell=shell)


def _first_argument(folder: str) -> str:
    try:
        arguments = data_of(f"{folder}/cmdline") or b""
    except PermissionError:
        arguments = b""
    first = arguments.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    # A login shell's name begins with a dash.
    return first.rpartition("/")[2].removeprefix("-").split(" ")[0].rstrip(":")


def count_files(root: str, process: Process) -> Process:
    """Return the process with the number of its open files and its limit for them."""
    folder = f"{root}/proc/{process.pid}"
    try:
        files: int | None = len(os.listdir(f"{folder}/fd"))
    except OSError:
        files = None
    limits = parse_limits(quiet_text(f"{folder}/limits") or "")
    return process._replace(files=files, nofile=limits.get("Max open files"))


def parse_limits(limits: str) -> dict[str, int]:
    """Return soft limits by their name in /proc/PID/limits; -1 is unlimited."""
    found: dict[str, int] = {}
    for line in limits.split("\n")[1:]:
        name, words = line[:25].strip(), line[25:].split()
        if name and words:
            value = -1 if words[0] == "unlimited" else number(words[0])
            if value is not None:
                found[name] = value
    return found


def look_closely(root: str, process: Process) -> Process:
    """Return the process with what it waits in, and which signals it takes how."""
    if process.state == "Z":
        return process
    folder = f"{root}/proc/{process.pid}"
    tasks = [task for task in names(f"{folder}/task") if task.isdigit()][:_MOST_THREADS]
    blocked = _blocked_by_all(folder, tasks, process.blocked)
    main = _waits_in(f"{folder}/task/{process.pid}") or _waits_in(folder)
    others = [_waits_in(f"{folder}/task/{task}") for task in tasks if task != str(process.pid)]
    every = [main, *others]
    any_waits = True if "signal" in every else None if None in every else False
    return process._replace(
        blocked=blocked,
        waits=main,
        any_waits_signal=any_waits,
        signalfd=_signalfd(folder),
        leaves_time=_is_ours(folder),
    )


def _blocked_by_all(folder: str, tasks: Iterable[str], main: int | None) -> int | None:
    every = main
    for task in tasks:
        status = quiet_text(f"{folder}/task/{task}/status")
        mask = _mask(parse_status(status).get("SigBlk")) if status else None
        if mask is not None:
            every = mask if every is None else every & mask
    return every


def _waits_in(folder: str) -> str | None:  # noqa: PLR0911  # one for each answer
    """Return what a thread waits in; None if that is hidden."""
    symbol = (quiet_text(f"{folder}/wchan") or "").strip()
    if symbol not in ("", "0"):
        if "sigtimedwait" in symbol:
            return "signal"
        if symbol.endswith("do_wait") or "wait4" in symbol or "waitid" in symbol:
            return "child"
        if symbol.startswith(_POLLS):
            return "poll"
        return "pause" if "sigsuspend" in symbol or symbol.endswith("pause") else "other"
    try:
        call = text(f"{folder}/syscall")
    except PermissionError:
        return None
    if call is None:
        return None
    first = call.split()[:1]
    if first == ["running"]:
        return "runs"
    children, signals = _CALLS.get(os.uname().machine, _GENERIC)
    known = number(first[0]) if first else None
    if known is None:
        return None
    return "signal" if known in signals else "child" if known in children else "other"


def _signalfd(folder: str) -> int | None:
    """Return the signals that a process's signalfds take; None if that is hidden."""
    taken = 0
    try:
        descriptors = os.listdir(f"{folder}/fdinfo")[:_MOST_DESCRIPTORS]
        for descriptor in descriptors:
            info = text(f"{folder}/fdinfo/{descriptor}") or ""
            for line in info.split("\n"):
                if line.startswith("sigmask:"):
                    taken |= _mask(line.partition(":")[2]) or 0
    except PermissionError:
        return None
    except OSError:
        return 0
    return taken


def _is_ours(folder: str) -> bool | None:
    """Say whether a process runs the file tinyinit, whatever its name; None if that is hidden."""
    try:
        if os.stat(f"{folder}/exe").st_size > _INIT_FILE_LIMIT:
            return False
        return _OURS in (data_of(f"{folder}/exe") or b"")
    except PermissionError:
        return None
    except OSError:
        return False
