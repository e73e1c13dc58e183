"""Take all facts of one container."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from tinyinit.doctor.facts import (
    _environ,
    _group,
    _image,
    _inside,
    _mountinfo,
    _process,
    _processes,
    _sockets,
    _stacks,
)
from tinyinit.doctor.facts._files import names, quiet_text
from tinyinit.doctor.facts._model import (
    SCHEMA,
    Earlier,
    Environment,
    Facts,
    Image,
    Limits,
    Mounts,
    Process,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tinyinit.doctor.facts._model import Probe

_TERM = 15
_CONFIRM = 0.25
_STARTED = 2.0
"""Seconds after PID 1's start in which files are written by the engine, and by a first start."""
_WALK, _STACK_TIME = 0.3, 0.4
_SOCKETS = ("docker.sock", "containerd.sock", "podman.sock", "crio.sock")


class Asked(NamedTuple):
    """What to look at, and how."""

    pid: int = 1
    target: str = ""
    """What to call it; empty: by its PID and name."""
    root: str = "/"
    stop_signal: int = _TERM
    probe: bool = False


def gather(asked: Asked, earlier: Facts | None = None) -> Facts:
    """Return the facts of the container that a process lives in.

    `earlier` are facts of the same container, for what grows. Raises ProcessError.
    """
    root = asked.root.rstrip("/")
    first, init = _processes.find_first(root, asked.pid)
    processes = _processes.read_all(root, first, init=init)
    if not processes or processes[0].pid != first.pid:
        raise _processes.ProcessError(f"process {first.pid} has just ended, and its container")
    processes = _processes.look_closely(root, _confirm(root, processes))
    hidden: dict[str, str] = {}
    mounts = _mountinfo.read(root, first.pid)
    if _hides(_mountinfo.read(root, "self") or mounts or []):
        hidden["processes"] = "/proc is mounted with hidepid; run as root, or look from the host"
    main = _processes.find_main(processes)
    if main.uid is not None and (why := _needs(root, main)):
        hidden["memory"] = why
    if processes[0].waits is None or processes[0].signalfd is None:
        hidden["signals"] = _needs(root, first) or "PID 1 was running each time it was looked at"
    environment, pairs = _environment(root, main, hidden)
    stacks, why = _stacks.read(root, processes, _STACK_TIME)
    if why:
        hidden["stacks"] = why
    seen = _files_inside(root, first, mounts or [], pairs, hidden)
    probe: Probe | None = None
    if asked.probe:
        from tinyinit.doctor.facts._probe import probe as make  # off by default

        probe = make(first.pid)
    facts = Facts(
        schema=SCHEMA,
        target=asked.target or f"process {first.pid} ({first.name})",
        taken=time.time(),
        first=first.pid,
        init=init,
        stop_signal=asked.stop_signal,
        processes=tuple(processes),
        main=main.pid,
        cpus=_cpus(root, main.pid),
        memory=_memory(root),
        group=_group.read(root, first.pid),
        listeners=_sockets.read(root, first.pid, processes),
        stacks=None if why else stacks,
        limits=_limits(root, main.pid),
        mounts=_mounts(mounts, seen),
        image=_seen_image(seen),
        environment=environment and _judged(environment, seen),
        probe=probe,
        hidden=hidden,
    )
    return facts if earlier is None else facts._replace(earlier=_earlier(earlier, facts.taken))


def first_of(asked: Asked) -> int:
    """Return the PID of the container's PID 1, as it is seen from here. Raises ProcessError."""
    return _processes.find_first(asked.root.rstrip("/"), asked.pid)[0].pid


def _confirm(root: str, processes: list[Process]) -> list[Process]:
    """Return the processes without zombies that were reaped in a moment, as any process's are."""
    if not any(one.state == "Z" for one in processes):
        return processes
    time.sleep(_CONFIRM)
    uptime = _processes.uptime_of(root)
    kept: list[Process] = []
    for one in processes:
        again = _process.read(root, one.pid, uptime) if one.state == "Z" else one
        # Another process may have its PID by now: it is younger.
        if again is not None and again.age >= one.age - 0.01:
            kept.append(one)
    return kept


def _hides(mounts: list[_mountinfo.Mount]) -> bool:
    options = [
        o for one in mounts if one.kind == "proc" for o in (*one.options, *one.super_options)
    ]
    return any(o.startswith("hidepid=") and o not in ("hidepid=0", "hidepid=off") for o in options)


def _needs(root: str, process: Process) -> str:
    """Return what it takes to read what is hidden of a process; empty if nothing is."""
    try:
        os.listdir(f"{root}/proc/{process.pid}/fdinfo")
        os.readlink(f"{root}/proc/{process.pid}/exe")
    except PermissionError:
        if process.uid == os.geteuid():
            return "protected from its own user; run with the capability SYS_PTRACE"
        return f"run as uid {process.uid}, or with the capability SYS_PTRACE"
    except OSError:
        return ""
    return ""


def _environment(
    root: str, main: Process, hidden: dict[str, str]
) -> tuple[Environment | None, dict[bytes, bytes]]:
    try:
        found = _environ.read(root, main.pid)
    except PermissionError:
        hidden["environment"] = _needs(root, main) or "run with the capability SYS_PTRACE"
        return None, {}
    if found is None:
        hidden["environment"] = f"process {main.pid} has just ended; look again"
        return None, {}
    return found


def _files_inside(
    root: str,
    first: Process,
    mounts: list[_mountinfo.Mount],
    pairs: dict[bytes, bytes],
    hidden: dict[str, str],
) -> Mapping[str, Any]:
    """Return what the container's files say: of the image, its contract, its own layer."""
    points = [mount.point for mount in mounts if mount.point != "/"]
    since = time.time() - first.age + _STARTED
    own_layer = any(mount.point == "/" and mount.kind in _LAYERS for mount in mounts)

    def see(top: str) -> dict[str, Any]:
        return {
            "os": _image.os_release(top),
            "tools": _image.tools(top),
            "written": _image.written(top, since, points, _WALK) if own_layer else None,
            "contract": _image.judge_contract(top, pairs),
        }

    # Without following it: where there is a link, all is imported in time as well.
    if os.path.lexists(f"{root}/proc/{first.pid}/root{_image.CONTRACT}"):
        _image.prepare_contract()
    try:
        seen = _inside.look(root, first.pid, see)
    except PermissionError:
        seen = None
        hidden["files"] = _needs(root, first) or "run as root"
    except OSError:
        seen = None
    if seen is None:
        hidden.setdefault("files", "the container's files could not be read; run as root")
        return {}
    found: dict[str, Any] = seen
    return found


_LAYERS = ("overlay", "fuse.fuse-overlayfs", "aufs", "btrfs", "zfs", "vfs")


def _judged(environment: Environment, seen: Mapping[str, Any]) -> Environment:
    judged = seen.get("contract")
    if not judged:
        return environment
    return environment._replace(
        contract=_image.CONTRACT,
        problems=tuple(judged["problems"][:20]),
        near=tuple(judged["near"][:20]),
    )


def _seen_image(seen: Mapping[str, Any]) -> Image:
    release, tools = seen.get("os"), seen.get("tools")
    if release is None or tools is None:
        return Image()
    return Image(
        os=release.get("ID", ""),
        version=release.get("VERSION_ID", ""),
        name=release.get("PRETTY_NAME", ""),
        tools=tuple(tools),
    )


def _mounts(mounts: list[_mountinfo.Mount] | None, seen: Mapping[str, Any]) -> Mounts:
    if mounts is None:
        return Mounts()
    written = seen.get("written")
    top = [mount for mount in mounts if mount.point == "/"]
    socket = next((mount.point for mount in mounts if mount.point.endswith(_SOCKETS)), "")
    return Mounts(
        root_writable="rw" in top[-1].options if top else None,
        docker_socket=socket,
        written=None
        if written is None
        else Written(
            files=written["files"],
            size=written["size"],
            examples=tuple(written["examples"]),
            complete=written["complete"],
        ),
        hidepid=_hides(mounts),
    )


def _cpus(root: str, pid: int) -> int:
    fields = _process.parse_status(quiet_text(f"{root}/proc/{pid}/status") or "")
    count = 0
    for part in fields.get("Cpus_allowed_list", "").strip().split(","):
        low, _, high = part.partition("-")
        if low.isdigit() and (high or low).isdigit():
            count += max(0, int(high or low) - int(low) + 1)
    return (
        count
        or sum(name.removeprefix("cpu").isdigit() for name in names(f"{root}/sys/bus/cpu/devices"))
        or 1
    )


def _memory(root: str) -> int | None:
    for line in (quiet_text(f"{root}/proc/meminfo") or "").split("\n"):
        if line.startswith("MemTotal:"):
            words = line.split()
            return int(words[1]) << 10 if len(words) > 1 and words[1].isdigit() else None
    return None


def _limits(root: str, pid: int) -> Limits | None:
    found = _process.parse_limits(quiet_text(f"{root}/proc/{pid}/limits") or "")
    names_of = ("Max open files", "Max core file size", "Max stack size")
    if any(name not in found for name in names_of):
        return None
    return Limits(*(found[name] for name in names_of))


def _earlier(earlier: Facts, now: float) -> Earlier:
    zombies: dict[str, int] = {}
    for one in earlier.processes:
        if one.state == "Z":
            zombies[str(one.parent)] = zombies.get(str(one.parent), 0) + 1
    group = earlier.group
    return Earlier(
        before=max(0.0, now - earlier.taken),
        zombies=zombies,
        memory_used=group.memory_used,
        pids_used=group.pids_used,
        throttled=group.throttled,
        periods=group.periods,
    )
