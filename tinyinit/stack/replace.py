"""Write a thread stack size into the headers of files: all of them or none, each at once.

A file is never written in place. A copy in the same folder gets the size, the owner, the mode and
the extended attributes, is flushed, and is renamed over the file, so that whoever opens the name
finds the old file or the new one, whole. A running program does not matter: it keeps the old file.

The time of change is the time of writing, as the content changes: rsync, make and backups go by it.
A file that has the size already is not touched.

A file with several names (hard links) would lose one of them to a rename. Writing in place would
keep them, but is refused while the program runs, drops the file's capabilities for a moment, and on
an overlay parts the names anyway. So all names have to be given; then all get the new file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tinyinit.base.text import quote
from tinyinit.stack.elf import Elf, ElfError, read

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

_WHY = {
    errno.ENOENT: "does not exist",
    errno.EACCES: "may not be {} by this user",
    errno.EPERM: "may not be {} by this user, or is immutable",
    errno.EROFS: "is on a read-only file system; set the size when the image is built",
    errno.EBUSY: "is a mount point; set the size where it is mounted from",
    # What link says of a mount point, and of names on two mounts of one file system.
    errno.EXDEV: "is on a mount of its own; set the size where it is mounted from",
}


class FileError(Exception):
    """A file that cannot be read or written; the text is one line with the name in it."""


class Target(NamedTuple):
    """One file: its names with symbolic links resolved, what it says, what it was when read."""

    names: tuple[str, ...]
    elf: Elf
    status: os.stat_result


def look(name: str) -> Target:
    """Return what the file `name` says, a symbolic link followed. Raises FileError."""
    try:
        path = os.path.realpath(name, strict=True)
        # Not blocking: the name may be a pipe that nobody writes to.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise FileError(f"{quote(name)} {_why(error, 'read')}") from error
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise FileError(f"{quote(name)} is {kind}; expected a program or shared object")
        return Target((path,), read(file), status)
    except (ElfError, OSError) as error:
        raise FileError(f"{quote(name)} {_why(error, 'read')}") from error
    finally:
        os.close(file)


def check(names: Iterable[str]) -> tuple[list[Target], list[str]]:
    """Return one target for each file to write, and the problems of those that cannot be."""
    targets: dict[tuple[int, int], Target] = {}
    problems: list[str] = []
    for name in names:
        try:
            seen = look(name)
        except FileError as error:
            problems.append(str(error))
            continue
        if not seen.elf.fields:
            problems.append(
                f"{quote(name)} has no PT_GNU_STACK header to write to; relink it with"
                " -Wl,-z,stack-size=8388608"
            )
            continue
        file = (seen.status.st_dev, seen.status.st_ino)
        known = targets.get(file, seen).names
        targets[file] = seen._replace(names=tuple(dict.fromkeys(known + seen.names)))
    for target in targets.values():
        missing = target.status.st_nlink - len(target.names)
        if missing > 0:
            problems.append(
                f"{quote(target.names[0])} has {missing} more {'name' if missing == 1 else 'names'}"
                " (hard links) that would keep the old size; give all in one call, found with"
                f" find / -xdev -inum {target.status.st_ino}"
            )
    return list(targets.values()), problems


def write(targets: Iterable[Target], size: int) -> list[Target]:
    """Write `size` bytes into each of `targets`, return those that changed.

    0 names no size: a thread then gets the C library's default. Raises FileError if one cannot be
    written; no name has changed then.
    """
    changed = [t for t in targets if any(field.size != size for field in t.elf.fields)]
    with contextlib.ExitStack() as temporary:
        # Every copy is made before the first rename: a full disk or an attribute that cannot be
        # kept shows while nothing has changed.
        moves = [move for target in changed for move in _copies(target, size, temporary)]
        # Names for the old files, to come back from. A mount point shows here already.
        old = (
            {name: _link(Path(name), name, temporary) for name, _ in moves}
            if len(moves) > 1
            else {}
        )
        done: list[str] = []
        try:
            for name, copy in moves:
                with _named(name):
                    copy.rename(name)
                done.append(name)
        finally:
            if len(done) < len(moves):
                for name in done:
                    old[name].rename(name)
        for folder in {Path(name).parent for name in done}:
            _flush(folder)
    return changed


def _copies(target: Target, size: int, temporary: contextlib.ExitStack) -> list[tuple[str, Path]]:
    """Return (name, copy with the new size) for each name; the copies are one file."""
    first = target.names[0]
    with _named(first), Path(first).open("rb") as source:
        status = os.fstat(source.fileno())
        if _identity(status) != _identity(target.status):
            raise FileError(f"{quote(first)} was changed by someone else just now; try again")
        path = _beside(first)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        temporary.callback(path.unlink, missing_ok=True)
        with os.fdopen(descriptor, "r+b") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            for field in target.elf.fields:
                os.pwrite(copy.fileno(), target.elf.encode(size), field.offset)
            _keep_attributes(source.fileno(), copy.fileno(), status)
            os.fsync(copy.fileno())
    others = [(name, _link(path, name, temporary)) for name in target.names[1:]]
    return [(first, path), *others]


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _keep_attributes(source: int, copy: int, status: os.stat_result) -> None:
    # In this order: a change of owner clears the setuid bit and the capabilities.
    if (status.st_uid, status.st_gid) != (os.geteuid(), os.fstat(copy).st_gid):
        os.fchown(copy, status.st_uid, status.st_gid)
    os.fchmod(copy, stat.S_IMODE(status.st_mode))
    if not hasattr(os, "listxattr"):  # only Linux has them in the standard library
        return
    kept = _xattrs(source)
    found = _xattrs(copy)
    for name in found:
        # The folder's default access list, which the file did not have.
        if name.startswith("system.") and name not in kept:
            os.removexattr(copy, name)
    for name, value in kept.items():
        # A label that the system gives every file here may be one that nobody may write.
        if found.get(name) != value:
            os.setxattr(copy, name, value)


def _xattrs(file: int) -> dict[str, bytes]:
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise


def _link(path: Path, name: str, temporary: contextlib.ExitStack) -> Path:
    """Return a new name for the file `path`, in the folder of `name`."""
    with _named(name):
        link = _beside(name)
        link.hardlink_to(path)
        temporary.callback(link.unlink, missing_ok=True)
        return link


def _beside(name: str) -> Path:
    # Not made of `name`, which may have all the characters a name can have.
    return Path(name).with_name(f".tinyinit-{os.urandom(8).hex()}")


def _flush(folder: Path) -> None:
    # The names have changed by now, and some network file systems cannot flush a folder.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _named(name: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(f"{quote(name)} {_why(error, 'replaced')}") from error


def _why(error: Exception, doing: str) -> str:
    if not isinstance(error, OSError):
        return str(error) if isinstance(error, ElfError) else "is not a file name"
    known = _WHY.get(error.errno or 0)
    if known:
        return known.format(doing)
    return f"cannot be {doing}: {(error.strerror or 'unknown error').lower()}"
