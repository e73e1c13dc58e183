"""Writing the size: what is kept, what is refused, and that nothing is ever half done."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import machine
from tinyinit.stack.replace import FileError, check, look, write

MakeElf = Callable[..., bytes]
EVERY = [(bits, order) for bits in (32, 64) for order in ("little", "big")]
SIZE = 8 << 20
ROOT = Path(__file__).resolve().parents[2]

may_mount = machine.needs(machine.is_root(), machine.can_mount())
needs_root = machine.needs(machine.is_root())


@pytest.fixture
def program(tmp_path: Path, make_elf: MakeElf) -> Path:
    """Return an ELF file of mode 0755 that asks for no size."""
    path = tmp_path / "program"
    path.write_bytes(make_elf())
    path.chmod(0o755)
    return path


def set_size(*paths: Path, size: int = SIZE) -> None:
    """Do what `tinyinit stack set` does, with its problems as an error."""
    targets, problems = check(map(str, paths))
    assert problems == []
    write(targets, size)


def problems_of(*paths: Path) -> str:
    """Return why `paths` cannot be written, one problem a line."""
    return "\n".join(check(map(str, paths))[1])


def size_of(path: Path) -> int | None:
    """Return the size that the file asks for."""
    return look(str(path)).elf.stack


def in_mount_namespace(script: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script where it may mount; `stack` in it is the command."""
    line = f'stack() {{ "{sys.executable}" -m tinyinit stack "$@"; }}; set -e; {script}'
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", line, "sh", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("bits", "order"), EVERY)
def test_only_the_size_changes(tmp_path: Path, make_elf: MakeElf, bits: int, order: str) -> None:
    """Set gives the bytes of a file linked with that size, unset those of one without, exactly."""
    path = tmp_path / "library.so"
    path.write_bytes(make_elf(bits, order))

    set_size(path)
    assert make_elf(bits, order, stacks=(SIZE,)) == path.read_bytes()

    set_size(path, size=0)
    assert make_elf(bits, order) == path.read_bytes()


def test_every_header_is_written(tmp_path: Path, make_elf: MakeElf) -> None:
    """With several PT_GNU_STACK none keeps a larger size that would win."""
    path = tmp_path / "program"
    path.write_bytes(make_elf(stacks=(16 << 20, 0)))

    set_size(path, size=1 << 20)

    assert make_elf(stacks=(1 << 20, 1 << 20)) == path.read_bytes()


@pytest.mark.parametrize("mode", [0o755, 0o4755, 0o2711, 0o6555, 0o444])
def test_mode_is_kept(program: Path, mode: int) -> None:
    """Every bit of the mode stays, setuid and setgid too, and a file may be read-only."""
    program.chmod(mode)

    set_size(program)

    assert mode == stat.S_IMODE(program.stat().st_mode)
    assert SIZE == size_of(program)


@needs_root
def test_owner_and_setuid_are_kept(program: Path) -> None:
    """Owner, group and setuid stay, though a change of owner clears setuid."""
    os.chown(program, 1234, 5678)
    program.chmod(0o6750)

    set_size(program)

    status = program.stat()
    assert (1234, 5678, 0o6750) == (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode))


def test_user_attributes_are_kept(program: Path) -> None:
    """Extended attributes of the user come along."""
    try:
        os.setxattr(program, "user.origin", b"\0here\xff")
    except OSError:
        pytest.skip("this file system has no extended attributes")

    set_size(program)

    assert ["user.origin"] == os.listxattr(program)
    assert b"\0here\xff" == os.getxattr(program, "user.origin")


@needs_root
def test_capabilities_are_kept(program: Path) -> None:
    """A program that may bind port 80 by setcap still may, also for another owner."""
    machine.need(machine.has_command("setcap", "libcap2-bin"))
    os.chown(program, 1234, 1234)
    subprocess.run(["setcap", "cap_net_bind_service+ep", program], check=True)
    before = os.getxattr(program, "security.capability")

    set_size(program)

    assert before == os.getxattr(program, "security.capability")


def test_access_list_of_the_folder_is_not_taken(tmp_path: Path, program: Path) -> None:
    """A default access list of the folder does not change who may run the program."""
    entry = struct.Struct("<HHI")
    access = struct.pack("<I", 2) + b"".join(
        entry.pack(tag, permissions, who)
        for tag, permissions, who in (
            (0x01, 7, 0xFFFFFFFF),
            (0x02, 7, 4321),
            (0x04, 5, 0xFFFFFFFF),
            (0x10, 7, 0xFFFFFFFF),
            (0x20, 5, 0xFFFFFFFF),
        )
    )
    try:
        os.setxattr(tmp_path, "system.posix_acl_default", access)
    except OSError:
        pytest.skip("this file system has no access lists")
    assert [] == os.listxattr(program)

    set_size(program)

    assert [] == os.listxattr(program)
    assert 0o755 == stat.S_IMODE(program.stat().st_mode)


def test_time_of_change_moves(program: Path) -> None:
    """A changed file has a new time, so that rsync and make see it."""
    os.utime(program, (1, 1))

    set_size(program)

    assert time.time() - program.stat().st_mtime < 60


def test_a_file_that_has_the_size_is_not_touched(program: Path) -> None:
    """The second call leaves the file: same inode, same time."""
    set_size(program)
    os.utime(program, (1, 1))
    before = program.stat()

    set_size(program)

    assert (before.st_ino, 1) == (program.stat().st_ino, program.stat().st_mtime)


def test_symbolic_link_is_followed(tmp_path: Path, program: Path) -> None:
    """The target is written, the link stays a link."""
    link = tmp_path / "link"
    link.symlink_to("program")

    set_size(link)

    assert link.is_symlink()
    assert SIZE == size_of(program)


def test_hard_links_need_all_names(tmp_path: Path, program: Path) -> None:
    """One name of a file with two is refused, with the way to find the other; both still agree."""
    other = tmp_path / "other"
    other.hardlink_to(program)

    told = problems_of(program)

    assert "has 1 more name (hard links)" in told
    assert f"-inum {program.stat().st_ino}" in told
    assert program.samefile(other)
    assert 0 == size_of(program)


def test_hard_links_stay_linked(tmp_path: Path, program: Path) -> None:
    """All names given, in several folders and one through a link: all are one new file."""
    (tmp_path / "folder").mkdir()
    others = [tmp_path / "other", tmp_path / "folder" / "third"]
    for other in others:
        other.hardlink_to(program)
    (tmp_path / "link").symlink_to("other")

    set_size(others[1], tmp_path / "link", program)

    assert 3 == program.stat().st_nlink
    assert all(program.samefile(other) for other in others)
    assert SIZE == size_of(program)


def test_a_running_program_is_no_obstacle(tmp_path: Path) -> None:
    """It runs on with its old file, and the name has the new size: a rename is no write."""
    path = tmp_path / "sleep"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", path)
    with subprocess.Popen([path, "60"]) as running:
        while not path.samefile(f"/proc/{running.pid}/exe"):
            time.sleep(0.001)
        with pytest.raises(OSError, match="Text file busy"):
            path.open("r+b")

        set_size(path)

        assert running.poll() is None
        assert SIZE == size_of(path)
        running.kill()
    assert 0 == subprocess.run([path, "0"], check=True).returncode


def test_what_cannot_be_written_is_all_named(tmp_path: Path, make_elf: MakeElf) -> None:
    """Every file with a problem is named at once, and what was fine is not written."""
    good, bare, script = (tmp_path / name for name in ("good", "bare", "script"))
    good.write_bytes(make_elf())
    bare.write_bytes(make_elf(stacks=()))
    script.write_text("#!/bin/sh\n")
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    told = problems_of(good, bare, script, tmp_path, tmp_path / "missing", loop, pipe)

    expected = [
        ("bare", "has no PT_GNU_STACK header to write to; relink it with -Wl,-z,stack-size="),
        ("script", "is a script"),
        (tmp_path.name, "is a directory"),
        ("missing", "does not exist"),
        ("loop", "cannot be read: too many levels of symbolic links"),
        ("pipe", "is no regular file"),
    ]
    assert len(expected) == len(told.splitlines())
    for line, (name, words) in zip(told.splitlines(), expected, strict=True):
        assert f'{name}" {words}' in line
    assert 0 == size_of(good)


def test_a_name_of_any_bytes(tmp_path: Path, make_elf: MakeElf) -> None:
    """Names with line ends, of bytes that are no UTF-8, and of the greatest length are fine."""
    for name in (b"two\nlines", b"\xff\xfe", b"-x", b"n" * 255):
        path = tmp_path / os.fsdecode(name)
        path.write_bytes(make_elf())
        set_size(path)
        assert SIZE == size_of(path)


def test_a_file_changed_in_between_is_left(program: Path, make_elf: MakeElf) -> None:
    """Somebody else's new file is not replaced by a copy of the old one's size."""
    targets, _ = check([str(program)])
    program.write_bytes(make_elf() + b"new")

    with pytest.raises(FileError, match="was changed by someone else"):
        write(targets, SIZE)
    assert make_elf() + b"new" == program.read_bytes()


@may_mount
def test_read_only_file_system(program: Path) -> None:
    """It is named as such, and what to do."""
    done = in_mount_namespace(
        'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; stack set 8M "$1/program"',
        program.parent,
    )

    assert 126 == done.returncode
    assert "is on a read-only file system; set the size when the image is built\n" in done.stderr
    assert 1 == done.stderr.count("\n")


@may_mount
def test_full_disk(tmp_path: Path, make_elf: MakeElf) -> None:
    """A copy that does not fit leaves the file as it was, and nothing beside it."""
    (tmp_path / "source").write_bytes(make_elf().ljust(8192, b"x"))
    (tmp_path / "small").mkdir()

    done = in_mount_namespace(
        'mount -t tmpfs -o size=12k none "$1/small"; cp "$1/source" "$1/small/program";'
        'stack set 8M "$1/small/program" || code=$?;'
        'cmp "$1/source" "$1/small/program"; ls -A "$1/small"; exit $code',
        tmp_path,
    )

    assert 126 == done.returncode
    assert "program" == done.stdout.strip()
    assert f'"{tmp_path}/small/program" cannot be replaced: no space left' in done.stderr


@may_mount
def test_mount_point(program: Path) -> None:
    """A file that is mounted into a container cannot be replaced there, alone or with others."""
    other = program.with_name("other")
    shutil.copy(program, other)
    for names in ([program], [other, program]):
        done = in_mount_namespace(
            'mount --bind "$1" "$1"; shift; stack set 8M "$@"', program, *names
        )

        assert 126 == done.returncode
        assert f'tinyinit: "{program}" is ' in done.stderr
        assert "set the size where it is mounted from\n" in done.stderr
        assert 1 == done.stderr.count("\n")
        assert [0, 0] == [size_of(program), size_of(other)]
        assert 2 == len(list(program.parent.iterdir()))


def test_all_files_or_none(
    tmp_path: Path, make_elf: MakeElf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of three fails in the rename: the others are the very files they were."""
    names = [tmp_path / name for name in ("first", "second", "third")]
    for name in names:
        name.write_bytes(make_elf())
    link = tmp_path / "link"
    link.hardlink_to(names[0])
    before = [name.stat().st_ino for name in names]
    rename = Path.rename

    def fail_for_third(path: Path, target: str) -> Path:
        if target == str(names[2]):
            raise OSError(errno.EIO, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_third)
    with pytest.raises(FileError, match='third" cannot be replaced: input/output error'):
        set_size(*names, link)

    assert before == [name.stat().st_ino for name in names]
    assert names[0].samefile(link)
    assert [0, 0, 0] == [size_of(name) for name in names]
    assert 4 == len(list(tmp_path.iterdir()))


def test_nothing_is_left_beside_the_file(tmp_path: Path, program: Path) -> None:
    """After success there is the file alone."""
    set_size(program)

    assert [program] == list(tmp_path.iterdir())


@needs_root
@pytest.mark.parametrize(
    ("folder_mode", "owner", "words"),
    [
        (0o755, 65534, "may not be replaced by this user"),
        (0o777, 0, "may not be replaced by this user, or is immutable"),
    ],
)
def test_a_user_who_may_not(make_elf: MakeElf, folder_mode: int, owner: int, words: str) -> None:
    """A folder that may not be written, an owner that cannot be kept: refused, nothing left."""
    folder = Path("/tmp") / f"tinyinit-{os.getpid()}"  # noqa: S108  (pytest's own is closed to others)
    folder.mkdir()
    try:
        program = folder / "program"
        program.write_bytes(make_elf())
        os.chown(program, owner, owner)
        folder.chmod(folder_mode)

        assert words in as_nobody(lambda: set_size(program))
        assert [program] == list(folder.iterdir())
        assert 0 == size_of(program)
    finally:
        shutil.rmtree(folder)


def as_nobody(call: Callable[[], None]) -> str:
    """Return the FileError that `call` raises for a user without rights, or an empty text."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            call()
        except FileError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told
