"""Exit codes, and the messages that go with them."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.core.conftest import Call, the_message


def test_exit_codes(call: Call, payload: Path) -> None:
    """Main's exit code is tinyinit's, for each of 256, and nothing is said about it."""
    for code in range(256):
        result = call(payload, f"exit={code}")
        assert (code, "", "") == (result.returncode, result.stdout, result.stderr)


def test_killed_by_signal(call: Call, payload: Path, tmp_path: Path) -> None:
    """Main killed by signal n: 128+n and one line that names program, PID and signal."""
    for number, name in ((1, "SIGHUP"), (9, "SIGKILL"), (15, "SIGTERM"), (34, "SIGRTMIN"),
                         (40, "SIGRTMIN+6"), (64, "SIGRTMIN+30")):  # fmt: skip
        result = call(payload, "state", f"die={number}")
        pid = result.stdout.splitlines()[0].split()[1]
        assert 128 + number == result.returncode
        assert f"tinyinit: payload (pid {pid}) was killed by {name}\n" == result.stderr
    assert tmp_path.exists()


def test_core_dump_is_named(tinyinit: Path, payload: Path, tmp_path: Path) -> None:
    """The line says so if a core was dumped."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    if pattern.startswith(("|", "/")):
        pytest.skip("this machine does not write cores to the working directory")
    result = subprocess.run(
        [tinyinit, payload, "core", "die=6"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 134 == result.returncode
    assert result.stderr.endswith("was killed by SIGABRT (core dumped)\n")


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("no-such-program", "no-such-program"),
        ("/no/such/program", "/no/such/program"),
        ("./no-such-program", "./no-such-program"),
        ("/dev/null/program", "/dev/null/program"),
        ("", "empty"),
    ],
)
def test_not_found(call: Call, program: str, said: str) -> None:
    """What is not there: 127, and the message names it."""
    result = call("--", program)
    assert 127 == result.returncode
    assert said in the_message(result)


def test_not_found_names_path(call: Call) -> None:
    """A name that is in no folder of PATH: the message has PATH."""
    result = call("nothing", environment={"PATH": "/usr/bin:/opt/x"})
    assert 127 == result.returncode
    assert "/usr/bin:/opt/x" in the_message(result)


def _program(path: Path, content: bytes, mode: int = 0o755) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def _cannot_run(call: Call, path: Path | str) -> str:
    result = call("--", path)
    message = the_message(result)
    assert 126 == result.returncode
    assert str(path)[:50] in message
    return message


def test_not_executable(call: Call, tmp_path: Path) -> None:
    """A file without permission to execute: 126, and what to do."""
    path = _program(tmp_path / "program", b"#!/bin/sh\n", 0o644)
    assert "chmod" in _cannot_run(call, path)


def test_directory(call: Call, tmp_path: Path) -> None:
    """A directory: 126."""
    assert "directory" in _cannot_run(call, tmp_path)


def test_special_file(call: Call, tmp_path: Path) -> None:
    """A file that is no regular one: 126, without waiting for it."""
    os.mkfifo(tmp_path / "pipe", 0o755)
    assert "regular" in _cannot_run(call, tmp_path / "pipe")


def test_loop(call: Call, tmp_path: Path) -> None:
    """A loop of symbolic links: 126."""
    (tmp_path / "loop").symlink_to("loop")
    assert "symbolic" in _cannot_run(call, tmp_path / "loop").lower()


def test_long_name(call: Call, tmp_path: Path) -> None:
    """A name longer than the kernel takes: 126, as a path and in PATH."""
    assert "too long" in _cannot_run(call, tmp_path / ("x" * 300)).lower()
    assert "too long" in _cannot_run(call, "x" * 5000).lower()


@pytest.mark.parametrize("interpreter", ["/no/such/sh", "/usr/bin/no-such", "no-such"])
def test_missing_interpreter(call: Call, tmp_path: Path, interpreter: str) -> None:
    """A script whose interpreter is missing: 126, and the message names the interpreter."""
    path = _program(tmp_path / "script", f"#! {interpreter} -x\n".encode())
    assert interpreter in _cannot_run(call, path)


def test_windows_line_ends(call: Call, tmp_path: Path) -> None:
    """A script with Windows line ends: 126, and the message says that it is that."""
    path = _program(tmp_path / "script", b"#!/bin/sh\r\necho hello\r\n")
    assert "CRLF" in _cannot_run(call, path)


def test_missing_loader(call: Call, tmp_path: Path) -> None:
    """A dynamic program whose loader is not in the image: 126, and the message names the loader."""
    content = Path("/bin/true").resolve().read_bytes()
    loader = content[content.index(b"/lib") :].split(b"\0")[0]
    absent = loader.replace(b"/lib", b"/xib")
    path = _program(tmp_path / "program", content.replace(loader, absent, 1))
    assert absent.decode() in _cannot_run(call, path)


def test_wrong_architecture(call: Call, payload: Path, tmp_path: Path) -> None:
    """A program for another architecture: 126, and the message names both."""
    content = bytearray(payload.read_bytes())
    other, name = (183, "aarch64") if os.uname().machine == "x86_64" else (62, "x86_64")
    content[18:20] = other.to_bytes(2, "little")
    path = _program(tmp_path / "program", bytes(content))
    message = _cannot_run(call, path)
    assert name in message
    assert os.uname().machine in message


@pytest.mark.parametrize("length", [4, 20, 63, 64, 100, 200])
def test_truncated_program(call: Call, payload: Path, tmp_path: Path, length: int) -> None:
    """A program that is cut off: 126, and never a crash of the one who looks."""
    _cannot_run(call, _program(tmp_path / "program", payload.read_bytes()[:length]))


@pytest.mark.parametrize(
    "content",
    [b"", b"echo hello\n", b"#!", b"#!\n", b"#! \n", b"\0\1\2", b"\x7fELF" + b"\xff" * 99],
)
def test_no_program(call: Call, tmp_path: Path, content: bytes) -> None:
    """A file that is no program, a script without `#!` among them: 126, never run by a shell."""
    _cannot_run(call, _program(tmp_path / "program", content))


def test_open_for_writing(call: Call, payload: Path, tmp_path: Path) -> None:
    """A program that is still being written: 126."""
    path = _program(tmp_path / "program", payload.read_bytes())
    with path.open("r+b"):
        assert "writing" in _cannot_run(call, path)


def test_too_many_arguments(tinyinit: Path, tmp_path: Path) -> None:
    """Arguments that only just fit for tinyinit and no more for main: 126, and it says so."""
    folder = tmp_path / ("d" * 200)
    folder.mkdir()
    script = _program(folder / "script", b"#!" + b"/" * 150 + b"/bin/echo\n")

    def run(filler: int) -> subprocess.CompletedProcess[str] | None:
        whole, rest = divmod(filler, 100_000)
        arguments = ["x" * 100_000] * whole + ["x" * rest]
        try:
            return subprocess.run(
                [tinyinit, "--", script, *arguments],
                capture_output=True, text=True, check=False, env={},
            )  # fmt: skip
        except OSError:
            return None

    fits, too_much = 0, 8_000_000
    while too_much - fits > 1:
        middle = (fits + too_much) // 2
        if run(middle) is None:
            too_much = middle
        else:
            fits = middle
    result = run(fits)
    assert result is not None
    assert 126 == result.returncode
    assert "longer than" in the_message(result)


def test_not_allowed_to_this_user(tinyinit: Path, payload: Path, tmp_path: Path) -> None:
    """A program that this user may not execute, or in a folder that it may not enter: 126."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    tmp_path.chmod(0o755)
    program = _program(tmp_path / "program", payload.read_bytes(), stat.S_IRWXU)
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    _program(hidden / "program", payload.read_bytes())
    copy = Path("/tmp") / f"tinyinit-test-{os.getpid()}"  # noqa: S108  # the one all may enter
    copy.write_bytes(tinyinit.read_bytes())
    copy.chmod(0o755)
    try:
        for path in (program, hidden / "program"):
            result = subprocess.run(
                [copy, path], user=65534, capture_output=True, text=True, check=False
            )
            assert 126 == result.returncode
            assert str(path) in the_message(result)
    finally:
        copy.unlink()
