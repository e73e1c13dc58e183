"""What seldom happens: each of these was once wrong in a copy of the core, and no test said so."""

import shutil
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from tests import machine
from tests.cgroups import MEBIBYTE, memory_limit
from tests.core.conftest import Start
from tests.core.test_start import EXECVE, needs_numbers
from tests.namespaces import stage


def test_name_with_brackets(tinyinit: Path, payload: Path, tmp_path: Path) -> None:
    """Not PID 1, a leftover is found whose name looks like a state and a parent in /proc."""
    program = tmp_path / "x) S 1 (y"
    shutil.copy(payload, program)
    with stage([tinyinit, "--", program, "leave=session,delay=50", "exit=3"], pid1=False) as run:
        assert 3 == run.wait()
        assert "leftover cleaned up" in run.so_far()


def test_stop_timeout_kills_the_group(start: Start) -> None:
    """With `--group`, what does not end in time is killed with main: no grace is waited for."""
    options = ["--group", "--stop-timeout", "200ms", "--grace", "1h"]
    with start(
        options, ["leave=same,stubborn", "block", "say=ready", "watch=99"], patience=30
    ) as run:
        run.skip_to("ready")
        run.kill(signal.SIGTERM)
        assert 137 == run.wait()


@pytest.fixture
def ran_out(start: Start) -> Generator[str]:
    """Return a control group that has run out of memory before."""
    with memory_limit(16 * MEBIBYTE) as group:
        with start([], ["eat=64"], "--cgroup", str(group)) as run:
            assert 137 == run.wait()
        yield str(group)


@needs_numbers
def test_orphan_killed_before_the_count_is_read(tinyinit: Path, ran_out: str) -> None:
    """An orphan that dies of SIGKILL in main's first moment is not told as killed for memory."""
    script = "kill -9 $(sleep 600 >&- & echo $!); echo ready; read x; exit 4"
    options = ["--hold", f"{EXECVE}:2", "--cgroup", ran_out]
    with stage([tinyinit, "--", "/bin/sh", "-c", script], *options) as run:
        run.reported("held")
        # Between fork and exec of main: it stops before it looks at anything again.
        run.kill(signal.SIGSTOP)
        run.release()
        run.skip_to("ready")
        assert "" == run.so_far("errors")
        run.kill(signal.SIGCONT)
        assert 4 == run.wait()
        assert "memory" not in run.so_far("errors")


@machine.needs(machine.is_root(), machine.has_command("setpriv", "util-linux"))
def test_becoming_a_user_leaves_tinyinit_readable(tinyinit: Path) -> None:
    """With `--user`, root needs no more rights than without to look at tinyinit, for a profile."""
    for option in (["--quiet"], ["--user", "65534"]):
        words = [str(tinyinit), *option, "--", "sh", "-c", "echo ready; exec sleep 600"]
        held = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"]
        with subprocess.Popen([*held, *words], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert "ready\n" == process.stdout.readline()
            look = [*held, "readlink", f"/proc/{process.pid}/exe"]
            seen = subprocess.run(look, capture_output=True, text=True, check=False)
            process.terminate()
        assert f"{tinyinit.resolve()}\n" == seen.stdout, option
