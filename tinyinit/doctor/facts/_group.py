"""Control groups, version 1 and 2: limits, those of ancestors that can be seen too, use, events.

Source: Linux `Documentation/admin-guide/cgroup-v2.rst` and `cgroup-v1/memory.rst`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from tinyinit.doctor.facts import _mountinfo
from tinyinit.doctor.facts._files import number, quiet_text
from tinyinit.doctor.facts._model import Group

if TYPE_CHECKING:
    from collections.abc import Callable

# What version 1 says for "no limit": the largest number of pages.
_NO_LIMIT = 1 << 60
_MICROSECONDS, _NANOSECONDS = 1e6, 1e9
Folders: TypeAlias = list[str]
"""Of one controller: the group's own folder first, then its ancestors up to the mount."""


def read(root: str, pid: int) -> Group:
    """Return the control group of a process."""
    paths = _paths(root, pid)
    if not paths:
        return Group(version=0, hidden=f"/proc/{pid}/cgroup is not there or says nothing")
    controllers = ("memory", "pids", "cpu")
    found = {name: _folders(root, pid, paths, name) for name in controllers}
    if any(found.values()):
        version = 1
    else:
        own = _folders(root, pid, paths, "")
        found = dict.fromkeys(controllers, own)
        version = 2
    if not any(_has_files(folders) for folders in found.values()):
        return Group(
            version=0,
            hidden="the group's folder is not mounted here or has no controllers; look from the"
            " host, or mount /sys/fs/cgroup",
        )
    make = _version1 if version == 1 else _version2
    return make(found["memory"], found["pids"], found["cpu"])


def _paths(root: str, pid: int) -> dict[str, str]:
    """Return the group's path by controller; that of version 2 by an empty name."""
    paths: dict[str, str] = {}
    for line in (quiet_text(f"{root}/proc/{pid}/cgroup") or "").split("\n"):
        parts = line.split(":", 2)
        if len(parts) == 3:
            for controller in parts[1].split(","):
                paths[controller] = parts[2]
    return paths


def _folders(root: str, pid: int, paths: dict[str, str], controller: str) -> Folders:
    """Return the folders of a controller, by the mount that shows the most of them."""
    path = paths.get(controller)
    if path is None:
        return []
    views: list[tuple[str, int | str]] = [
        (f"{root}/proc/{pid}/root", pid),
        (root, "self"),
        (root, pid),
    ]
    best: Folders = []
    for top, seen_by in views:
        for mount in _mountinfo.read(root, seen_by) or ():
            if not _has_controller(mount, controller):
                continue
            inside = _below(path, mount.root)
            if inside is None:
                continue
            folders = _upwards(f"{top.rstrip('/')}{mount.point}", inside)
            # The view with the most ancestors sees the most limits.
            if _has_files(folders) and len(folders) > len(best):
                best = folders
    return best


def _has_controller(mount: _mountinfo.Mount, controller: str) -> bool:
    if controller:
        return mount.kind == "cgroup" and controller in mount.super_options
    return mount.kind == "cgroup2"


def _below(path: str, mounted: str) -> str | None:
    """Return the part of a group's path that is below what is mounted; None if it is elsewhere."""
    if mounted.startswith("/.."):
        # Both are relative to a namespace below which they do not lie: the same group, or unknown.
        return "" if path in (mounted, "/") else None
    if path.startswith("/.."):
        return None
    if mounted == "/":
        return path.strip("/")
    if path == mounted or path.startswith(mounted + "/"):
        return path[len(mounted) :].strip("/")
    # The mount is the container's own group, and the path is of a namespace that begins there.
    return "" if path == "/" else None


def _upwards(mount: str, inside: str) -> Folders:
    parts = [part for part in inside.split("/") if part]
    return ["/".join([mount, *parts[:count]]) for count in range(len(parts), -1, -1)]


def _has_files(folders: Folders) -> bool:
    files = ("memory.max", "pids.max", "cpu.stat", "memory.limit_in_bytes", "cpu.cfs_quota_us")
    return bool(folders) and any(os.path.exists(f"{folders[0]}/{file}") for file in files)


def _tightest(folders: Folders, limit: Callable[[str], float | None]) -> float | None:
    limits = [found for folder in folders if (found := limit(folder)) is not None]
    return min(limits, default=None)


def _number(folder: str, file: str) -> int | None:
    found = number(quiet_text(f"{folder}/{file}"))
    return None if found is None or found < 0 else found


def _limit(folders: Folders, file: str) -> int | None:
    def one(folder: str) -> int | None:
        found = _number(folder, file)
        return None if found is None or found >= _NO_LIMIT else found

    tightest = _tightest(folders, one)
    return None if tightest is None else int(tightest)


def _table(folders: Folders, file: str) -> dict[str, int]:
    """Return the lines `name number` of a file of the group."""
    found: dict[str, int] = {}
    for line in ((quiet_text(f"{folders[0]}/{file}") if folders else None) or "").split("\n"):
        name, _, word = line.partition(" ")
        value = number(word)
        if value is not None and value >= 0:
            found[name] = value
    return found


def _used(folders: Folders, file: str, stat: dict[str, int], inactive: str) -> int | None:
    used = _number(folders[0], file) if folders else None
    # The file cache on the inactive list is dropped before anything is killed.
    return None if used is None else max(0, used - stat.get(inactive, 0))


def _pids(folders: Folders) -> tuple[int | None, int | None, int | None]:
    used = _number(folders[0], "pids.current") if folders else None
    return _limit(folders, "pids.max"), used, _table(folders, "pids.events").get("max")


def _version1(memory: Folders, pids: Folders, cpu: Folders) -> Group:
    stat = _table(memory, "memory.stat")
    pids_limit, pids_used, refused = _pids(pids)
    times = _table(cpu, "cpu.stat")
    waited = times.get("throttled_time")
    return Group(
        version=1,
        memory_limit=_limit(memory, "memory.limit_in_bytes"),
        memory_used=_used(memory, "memory.usage_in_bytes", stat, "total_inactive_file"),
        oom_kills=_table(memory, "memory.oom_control").get("oom_kill"),
        pids_limit=pids_limit,
        pids_used=pids_used,
        pids_refused=refused,
        cpu_limit=_tightest(cpu, _cpus_version1),
        periods=times.get("nr_periods"),
        throttled=times.get("nr_throttled"),
        throttled_time=None if waited is None else waited / _NANOSECONDS,
    )


def _cpus_version1(folder: str) -> float | None:
    quota = _number(folder, "cpu.cfs_quota_us")
    period = _number(folder, "cpu.cfs_period_us")
    return quota / period if quota and period else None


def _version2(memory: Folders, pids: Folders, cpu: Folders) -> Group:
    stat = _table(memory, "memory.stat")
    pids_limit, pids_used, refused = _pids(pids)
    times = _table(cpu, "cpu.stat")
    waited = times.get("throttled_usec")
    together = _number(memory[0], "memory.oom.group") if memory else None
    return Group(
        version=2,
        memory_limit=_limit(memory, "memory.max"),
        memory_used=_used(memory, "memory.current", stat, "inactive_file"),
        oom_kills=_table(memory, "memory.events").get("oom_kill"),
        oom_group=None if together is None else together == 1,
        pids_limit=pids_limit,
        pids_used=pids_used,
        pids_refused=refused,
        cpu_limit=_tightest(cpu, _cpus_version2),
        periods=times.get("nr_periods"),
        throttled=times.get("nr_throttled"),
        throttled_time=None if waited is None else waited / _MICROSECONDS,
    )


def _cpus_version2(folder: str) -> float | None:
    words = (quiet_text(f"{folder}/cpu.max") or "").split()
    quota, period = (number(word) for word in words) if len(words) == 2 else (None, None)
    return quota / period if quota and period and quota > 0 and period > 0 else None
