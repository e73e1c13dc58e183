"""What an init's exit code and its messages say."""

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

from tests.namespaces import Argument, stage
from tests.payload.build import payload
from tests.peers.inits import Init

DEADLY = sorted(
    set(range(1, 65))
    - {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
    - {signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
)


def _refused(init: Init, path: Argument) -> tuple[int, str]:
    # Some hand what is no program to a shell, and that may write anything where it stands.
    nowhere = ("--directory", "/proc/self")
    with stage([*init.plain(), path], *nowhere, patience=init.patience) as run:
        return run.wait(), run.errors() + run.output()


@contextlib.contextmanager
def _script(content: bytes, mode: int = 0o755) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="tinyinit-test-") as directory:
        path = Path(directory) / "program"
        path.write_bytes(content)
        path.chmod(mode)
        yield path


def exit_codes(init: Init) -> None:
    """Main's exit code is the init's."""
    for code in (0, 1, 2, 7, 64, 78, 125, 126, 127, 128, 137, 143, 255):
        with stage([*init.plain(), payload(), f"exit={code}"]) as run:
            assert code == run.wait()


def killed_by_signal(init: Init) -> None:
    """Main killed by signal n: 128+n, for every signal that kills."""
    for number in DEADLY:
        command = [*init.plain(), payload(), f"die={number}"]
        with stage(command, patience=init.patience) as run:
            assert 128 + number == run.wait()


def not_found(init: Init) -> None:
    """A program that does not exist: 127, and the message names it."""
    code, message = _refused(init, "no-such-program")
    assert 127 == code
    assert "no-such-program" in message


def not_permitted(init: Init) -> None:
    """A file that may not be executed, and a directory: 126."""
    with _script(b"#!/bin/sh\n", 0o644) as path:
        assert 126 == _refused(init, path)[0]
        assert 126 == _refused(init, path.parent)[0]


def missing_interpreter(init: Init) -> None:
    """A script whose interpreter is missing: 126, and the message names the interpreter."""
    with _script(b"#!/no/such/interpreter\n") as path:
        code, message = _refused(init, path)
    assert 126 == code
    assert "/no/such/interpreter" in message


def wrong_format(init: Init) -> None:
    """A file that is cut off, or no program at all: 126."""
    elf = Path(payload()).read_bytes()
    for content in (elf[:200], b"\x7fELF", b"\x00\x01\x02\x03"):
        with _script(content) as path:
            assert 126 == _refused(init, path)[0]


def loop_of_links(init: Init) -> None:
    """A loop of symbolic links, and a name that is too long: 126."""
    with tempfile.TemporaryDirectory(prefix="tinyinit-test-") as directory:
        loop = Path(directory) / "loop"
        loop.symlink_to(loop)
        assert 126 == _refused(init, loop)[0]
        assert 126 == _refused(init, Path(directory) / ("x" * 300))[0]


def names_the_signal(init: Init) -> None:
    """Main killed by a signal: one line on standard error names the program and the signal."""
    command = [*init.plain(), payload(), "die=11"]
    with stage(command, patience=init.patience) as run:
        assert 139 == run.wait()
        lines = run.errors().splitlines()
    assert 1 == len(lines)
    assert "payload" in lines[0]
    assert "SIGSEGV" in lines[0]


def maps_a_code(init: Init) -> None:
    """A code can be mapped to 0: 143 after `docker stop`, for example."""
    command = [*init.with_option("map 143 to 0"), payload(), "say=ready", "hold"]
    with stage(command, patience=init.patience) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 0 == run.wait()


def help_and_version_on_stdout(init: Init) -> None:
    """Help and version go to standard output, nothing to standard error, code 0."""
    for option in ("-h", "--version"):
        command = [*init.command, option]
        result = subprocess.run(command, capture_output=True, check=False, timeout=init.patience)
        assert 0 == result.returncode
        assert result.stdout
        assert b"" == result.stderr
