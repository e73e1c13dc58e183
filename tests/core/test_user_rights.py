"""What tinyinit keeps and main loses when main runs as another user."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.core.accounts import Etc, identity, numbers
from tests.core.conftest import Start
from tests.core.proc import main_status
from tests.namespaces import SEARCH_PATH, Argument, children, stage, status_field

SETPRIV = shutil.which("setpriv") or "setpriv"
KILL = 1 << 5
"""CAP_KILL, as a bit of CapEff."""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def test_pid1_stays_root_and_only_may_signal(start: Start, etc: Etc) -> None:
    """Tinyinit remains root, with no capability but the one to signal main, who has none."""
    with start(["--user", "app"], ["say=ready", "hold"], *etc.options) as run:
        run.skip_to("ready")
        run.until(lambda: KILL == int(status_field(run.pid, "CapEff"), 16))
        assert [0] * 4 == numbers(status_field(run.pid, "Uid"))
        assert KILL == int(status_field(run.pid, "CapPrm"), 16)
        assert 0 == int(main_status(run, "CapEff"), 16)
        assert 0 == int(main_status(run, "CapPrm"), 16)


def test_keeps_its_capabilities_without_a_user(start: Start) -> None:
    """Without --user tinyinit keeps what it has."""
    ours = status_field(os.getpid(), "CapEff")
    with start([], ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        assert ours == status_field(run.pid, "CapEff") == main_status(run, "CapEff")


def test_every_signal_reaches_a_main_of_another_user(start: Start, etc: Etc) -> None:
    """Signals are forwarded to another user's process, and nothing is said to be refused."""
    words = ["block", "say=ready", "until=15", "exit=3"]
    with start(["--user", "app", "-v"], words, *etc.options) as run:
        run.skip_to("ready")
        for number in (1, 10, 34, 64, 15):
            run.kill(number)
            assert str(number) == run.skip_to("signal").split()[0]
        assert 3 == run.wait()
        errors = run.errors()
        assert 5 == errors.count("forwarded SIG")
        assert "cannot" not in errors


@pytest.mark.parametrize("pid1", [True, False], ids=["pid 1", "not pid 1"])
def test_leftovers_of_another_user_are_ended(start: Start, etc: Etc, pid1: bool) -> None:  # noqa: FBT001
    """What another user's main leaves behind gets its TERM, and KILL if it does not end."""
    words = ["leave=stubborn", "leave=session", "exit=5"]
    with start(["--user", "app", "--grace", "200ms", "-v"], words, *etc.options, pid1=pid1) as run:
        assert 5 == run.wait()
        assert "cannot" not in run.so_far("errors")
        assert not run.find("payload")


def test_root_without_ptrace_can_still_look_at_it(start: Start, etc: Etc) -> None:
    """A shell of the container can read /proc/1/environ: the change of user left no trace there."""
    with start(["--user", "app"], ["say=ready", "hold"], *etc.options) as run:
        run.skip_to("ready")
        run.until(lambda: KILL == int(status_field(run.pid, "CapEff"), 16))
        command = [SETPRIV, "--bounding-set=-sys_ptrace", "cat", f"/proc/{run.pid}/environ"]
        assert 0 == subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


def without(*capabilities: str) -> list[Argument]:
    """Return the command that runs another with no capabilities but these."""
    return [SETPRIV, "--bounding-set=" + ",".join(["-all", *(f"+{name}" for name in capabilities)])]


def test_told_that_signals_will_be_refused(tinyinit: Path, payload: Path, etc: Etc) -> None:
    """Without the capability KILL one line says at start what is missing and how to add it."""
    command = [*without("setuid", "setgid"), tinyinit, "--user", "app", payload, "say=ready"]
    with stage(command, *etc.options) as run:
        assert 0 == run.wait()
        (line,) = run.errors().splitlines()
        assert "--cap-add KILL" in line


@pytest.mark.parametrize("kept", [(), ("setuid",), ("setgid",), ("kill",)])
def test_refused_without_capabilities(
    tinyinit: Path, payload: Path, etc: Etc, kept: tuple[str, ...]
) -> None:
    """Root without the capabilities: 126, one line that names them, and nothing starts."""
    command = [*without(*kept), tinyinit, "--user", "app", payload, "say=started"]
    with stage(command, *etc.options) as run:
        assert 126 == run.wait()
        assert "" == run.output()
        (line,) = run.errors().splitlines()
        assert "SETUID" in line
        assert "SETGID" in line


AS_APP: list[Argument] = [SETPRIV, "--reuid=1000", "--regid=1001", "--groups=77,78"]


def test_whoever_is_that_user_already_stays_so(tinyinit: Path, payload: Path, etc: Etc) -> None:
    """In a container that runs as the user, --user changes nothing, not the platform's groups."""
    words: list[Argument] = [payload, "environment", "say=ready", "hold"]
    with stage([*AS_APP, tinyinit, "--user", "app", "--", *words], *etc.options) as run:
        main = identity(run)
        assert ([1000] * 4, [1001] * 4) == (main.uids, main.gids)
        assert {77, 78, 1001} == main.groups
        assert "/srv/app" == main.home


@pytest.mark.parametrize("who", ["alone", "0", "1000:33", "1002:1001"])
def test_no_other_user_without_root(tinyinit: Path, payload: Path, etc: Etc, who: str) -> None:
    """Who is not root can become nobody else: 126, one line with the name, nothing starts."""
    with stage([*AS_APP, tinyinit, "--user", who, payload, "say=started"], *etc.options) as run:
        assert 126 == run.wait()
        assert "" == run.output()
        (line,) = run.errors().splitlines()
        assert f"cannot run main as {who}: tinyinit has no right" in line


def test_no_new_privs(start: Start) -> None:
    """With --no-new-privs main has the kernel's flag, and tinyinit, which runs nothing, not."""
    for options, flag in ((["--no-new-privs"], "1"), ([], "0"), (["--no-new-privs=off"], "0")):
        with start(options, ["say=ready", "hold"]) as run:
            run.skip_to("ready")
            assert flag == main_status(run, "NoNewPrivs")
            assert "0" == status_field(run.pid, "NoNewPrivs")


def test_no_new_privs_and_user(start: Start, etc: Etc) -> None:
    """Both together: the flag does not keep main from becoming the user."""
    with start(["--no-new-privs", "--user", "app"], ["say=ready", "hold"], *etc.options) as run:
        run.skip_to("ready")
        assert "1" == main_status(run, "NoNewPrivs")
        assert [1000] * 4 == numbers(main_status(run, "Uid"))


def test_variable_and_flag(tinyinit: Path, payload: Path, etc: Etc) -> None:
    """TINYINIT_USER names the user, a flag goes over it, and off takes it back."""
    for options, uid in (([], 1000), (["--user", "alone"], 1002), (["--user=off"], 0)):
        with stage(
            [tinyinit, *options, "--", payload, "say=ready", "hold"],
            *etc.options,
            environment={"PATH": SEARCH_PATH, "TINYINIT_USER": "app"},
        ) as run:
            run.skip_to("ready")
            assert [uid] * 4 == numbers(main_status(run, "Uid"))


def test_program_that_the_user_may_not_run(start: Start, etc: Etc) -> None:
    """A program that is root's alone is 126 for another user, and the line says that it is his."""
    with tempfile.TemporaryDirectory(prefix="tinyinit-test-") as folder:
        program = Path(folder) / "program"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o700)
        Path(folder).chmod(0o755)  # pytest's own folders may not be entered by others
        _refused_to_app(start, etc, program)


def _refused_to_app(start: Start, etc: Etc, program: Path) -> None:
    with start(["--user", "app", "--", program], [], *etc.options) as run:
        assert 126 == run.wait()
        (line,) = run.errors().splitlines()
        assert f"cannot run {program}: this user may not execute it" in line


def test_as_not_pid1_it_can_signal_too(start: Start, etc: Etc) -> None:
    """As somebody's child tinyinit forwards to another user's main too."""
    with start(["--user", "app"], ["block", "say=ready", "until=15"], *etc.options,
               pid1=False) as run:  # fmt: skip
        run.skip_to("ready")
        run.kill(15)
        assert 0 == run.wait()
        assert not children(run.first)


def test_parent_death_is_still_told(start: Start, etc: Etc) -> None:
    """The kernel forgets about a parent's death where credentials change: not tinyinit's here."""
    words = ["block", "say=ready", "until=12", "exit=6"]
    options = ["--user", "app", "--parent-death", "USR2"]
    with start(options, words, "--parent", *etc.options, pid1=False) as run:
        run.skip_to("ready")
        run.until(lambda: KILL == int(status_field(run.pid, "CapEff"), 16))
        parent = next(pid for pid in children(run.first) if pid != run.pid)
        os.kill(parent, signal.SIGKILL)
        assert "12" == run.skip_to("signal").split()[0]
        assert 6 == run.wait()
