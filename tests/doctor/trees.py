"""A tree of files that looks like /proc and /sys/fs/cgroup of a real container, with cgroup v2.

Nothing here has cgroup v2 with controllers, so its files are written from what v1 says of the same
container, as Linux `Documentation/admin-guide/cgroup-v2.rst` describes them.
"""

import shutil
from pathlib import Path

from tinyinit.doctor.facts import _processes
from tinyinit.doctor.facts._group import read as read_group
from tinyinit.doctor.facts._model import Group

_FILES = (
    "stat",
    "status",
    "cmdline",
    "limits",
    "wchan",
    "syscall",
    "environ",
    "smaps",
    "net/tcp",
    "net/tcp6",
)
_LINKS = ("exe", "ns/pid", "ns/mnt")


def copy(pid: int, target: Path) -> Path:
    """Copy what /proc says of a container to a tree below `target`, with cgroup v2; return it."""
    first, init = _processes.find_first("", pid)
    for process in _processes.read_all("", first, init=init):
        _copy_process(process.pid, target / "proc" / str(process.pid))
    for name in ("uptime", "meminfo"):
        shutil.copy(f"/proc/{name}", target / "proc" / name)
    own = target / "proc" / "self"
    (own / "ns").mkdir(parents=True)
    (own / "ns" / "pid").symlink_to("pid:[4026531836]")
    mount = "30 22 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n"
    (own / "mountinfo").write_text(f"21 1 0:21 / /proc rw - proc proc rw\n{mount}")
    write_version2(read_group("", pid), target / "sys" / "fs" / "cgroup" / "box")
    return target


def _copy_process(pid: int, folder: Path) -> None:
    source = Path(f"/proc/{pid}")
    for name in _FILES:
        _copy_file(source / name, folder / name)
    for name in _LINKS:
        _copy_link(source / name, folder / name)
    for part in ("fd", "fdinfo"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        for name in _names(source / part):
            _copy_link(source / part / name, folder / part / name)
            _copy_file(source / part / name, folder / part / name, regular=part == "fdinfo")
    for task in _names(source / "task"):
        for name in ("status", "wchan", "syscall"):
            _copy_file(source / "task" / task / name, folder / "task" / task / name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup").write_text("0::/box\n")
    (folder / "root").symlink_to(f"/proc/{pid}/root")
    _copy_file(source / "mountinfo", folder / "mountinfo")
    mounts = folder / "mountinfo"
    if mounts.exists():  # a zombie has none
        kept = [line for line in mounts.read_text().splitlines() if " - cgroup" not in line]
        mounts.write_text("\n".join(kept) + "\n")


def _names(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir()]
    except OSError:
        return []


def _copy_file(source: Path, target: Path, *, regular: bool = True) -> None:
    if not regular:
        return
    try:
        data = source.read_bytes()
    except OSError:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _copy_link(source: Path, target: Path) -> None:
    try:
        pointed = source.readlink()
    except OSError:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(pointed)


def write_version2(group: Group, folder: Path) -> None:
    """Write the files of a cgroup v2 with the values of a group."""
    folder.mkdir(parents=True)
    quota = "max" if group.cpu_limit is None else round(group.cpu_limit * 100_000)
    files = {
        "memory.max": "max" if group.memory_limit is None else group.memory_limit,
        "memory.current": group.memory_used or 0,
        "memory.stat": "anon 0\nfile 0\ninactive_file 0",
        "memory.events": f"low 0\nhigh 0\nmax 0\noom 0\noom_kill {group.oom_kills or 0}",
        "memory.oom.group": 0,
        "pids.max": "max" if group.pids_limit is None else group.pids_limit,
        "pids.current": group.pids_used or 0,
        "pids.events": f"max {group.pids_refused or 0}",
        "cpu.max": f"{quota} 100000",
        "cpu.stat": f"usage_usec 1\nnr_periods {group.periods or 0}\n"
        f"nr_throttled {group.throttled or 0}\n"
        f"throttled_usec {round((group.throttled_time or 0) * 1e6)}",
    }
    for name, value in files.items():
        (folder / name).write_text(f"{value}\n")
