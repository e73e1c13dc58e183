"""What is in the root of the container's file system: distribution, tools, contract, written files.

Each function takes what stands for the root, an empty text for the root itself, and returns values
that JSON has.
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONTRACT: Final = "/etc/tinyinit.toml"
_BIN: Final = (
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/libexec",
    "/opt/bin",
    "/busybox",
)
_SHELLS = "sh ash bash dash ksh mksh zsh fish busybox toybox"
_MANAGERS = (
    "apk apt apt-get aptitude dpkg dnf microdnf yum rpm zypper pacman pip pip3 npm yarn pnpm"
)
_COMPILERS = "gem cargo conda gcc cc g++ c++ clang tcc go rustc as ld make cmake javac"
_NETWORK = "curl wget nc ncat netcat socat ssh scp sftp telnet ftp tftp nmap tcpdump rsync dig"
_POWER = "nslookup strace gdb sudo su doas gosu"
TOOLS: Final = frozenset(f"{_SHELLS} {_MANAGERS} {_COMPILERS} {_NETWORK} {_POWER}".split())
_PROGRAMS = "/bin /sbin /lib /lib32 /lib64 /boot /usr/bin /usr/sbin /usr/lib /usr/lib32 /usr/lib64"
_SHARED = "/usr/libexec /usr/include /usr/share /var/lib/dpkg /var/lib/apt"
_PASSING = "/proc /sys /dev /tmp /run /var/run /var/tmp /var/lock /var/cache"
_SKIPPED: Final = frozenset(f"{_PROGRAMS} {_SHARED} {_PASSING}".split())
NAME_LENGTH_MAX = 200
_STEP = 256
"""Files between two looks at the clock."""
_EXAMPLES = 3
_FILE_LIMIT = 64 << 10


def os_release(top: str) -> dict[str, str] | None:
    """Return ID, VERSION_ID and PRETTY_NAME; empty if there is no os-release."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            with open(f"{top}{path}", encoding="utf-8", errors="replace") as file:
                return _parse(file.read(_FILE_LIMIT))
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return {}


def _parse(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.split("\n"):
        name, _, value = line.partition("=")
        if name in ("ID", "VERSION_ID", "PRETTY_NAME"):
            found[name] = value.strip().strip("\"'")[:NAME_LENGTH_MAX]
    return found


def tools(top: str) -> list[str]:
    """Return the paths of tools, sorted; a folder that is a link to another is read once."""
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    for folder in _BIN:
        try:
            status = os.stat(f"{top}{folder}")
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            names = os.listdir(f"{top}{folder}")
        except OSError:
            continue
        found.extend(f"{folder}/{name}" for name in names if is_tool(name))
    return sorted(found)


def is_tool(name: str) -> bool:
    """Say whether a program is a tool, its version aside: `gcc-12`, `pip3.11`."""
    return name in TOOLS or name.rstrip("0123456789.").removesuffix("-") in TOOLS


def written(top: str, since: float, mounts: Iterable[str], seconds: float) -> dict[str, Any]:
    """Return what was written after `since` in the container's own layer, within `seconds`.

    Folders of programs and of what does not last anyway are not looked into, nor are mounts.
    """
    end = time.monotonic() + seconds
    skipped = _SKIPPED | set(mounts)
    files: list[tuple[int, str]] = []
    complete = True
    for count, (path, status) in enumerate(_walk(top, skipped)):
        if status.st_ctime > since and stat.S_ISREG(status.st_mode):
            files.append((status.st_size, path))
        if count % _STEP == _STEP - 1 and time.monotonic() > end:
            complete = False
            break
    files.sort(reverse=True)
    return {
        "files": len(files),
        "size": sum(size for size, _ in files),
        "examples": [path[:NAME_LENGTH_MAX] for _, path in files[:_EXAMPLES]],
        "complete": complete,
    }


def _walk(top: str, skipped: set[str] | frozenset[str]) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = os.scandir(f"{top}{folder}/")
        except OSError:
            continue
        with entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if path in skipped:
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(path)
                else:
                    yield path, status


def judge_contract(top: str, pairs: dict[bytes, bytes]) -> dict[str, list[str]] | None:
    """Return problems and near misses of an environment by the contract there; None without one."""
    if not os.path.exists(f"{top}{CONTRACT}"):
        return None
    from tinyinit import contract  # only where there is one; before a chroot

    read, problems = contract.read_file(f"{top}{CONTRACT}")
    if problems:
        return {"problems": [f"line {one.line} {one.text}" for one in problems], "near": []}
    result = contract.check(read, pairs, root=top or "/", for_main=False)
    return {
        "problems": [f"{one.variable or one.file or ''} {one.text}" for one in result.problems],
        "near": [f"{one.variable or one.file or ''} {one.text}" for one in result.warnings],
    }


def prepare_contract() -> None:
    """Import all that `judge_contract` needs, where modules are still ours."""
    from tinyinit import contract  # only where there is one

    read, _ = contract.read(b'[var.A]\ntype = "int"\n', "")
    contract.check(read, {b"A": b"x", b"B": b"1"}, for_main=False)
