"""How main is started, and what tinyinit itself is from then on."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.core.conftest import Call, Start, the_message
from tests.namespaces import SEARCH_PATH, Argument, stage, status_field

EXECVE = {"x86_64": 59, "aarch64": 221}.get(os.uname().machine)
FORKS = {"x86_64": "56,57,58,435", "aarch64": "220,435"}.get(os.uname().machine)
PRCTL = {"x86_64": "157", "aarch64": "167"}.get(os.uname().machine)
NEW_CALLS = "424,434,436"
"""pidfd_send_signal, pidfd_open, close_range: the same numbers everywhere."""

needs_numbers = pytest.mark.skipif(EXECVE is None, reason="numbers of system calls not known here")


def test_no_handlers(start: Start) -> None:
    """Tinyinit handles no signal, not even SIGCHLD: it waits for them."""
    with start([], ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        assert 0 == int(status_field(run.pid, "SigCgt"), 16)


def test_ignored_child_signal_is_passed_on(start: Start) -> None:
    """SIGCHLD ignored at start is ignored in main again, and the default in tinyinit."""
    with start([], ["masks", "hold"], "--ignore", "17") as run:
        assert 1 << 16 == int(run.skip_to("ignored"), 16)
        assert 0 == int(status_field(run.pid, "SigIgn"), 16) & 1 << 16


def test_sleeps_while_idle(start: Start) -> None:
    """While nothing happens tinyinit does not wake up."""
    with start([], ["say=ready", "sleep=1500", "say=over", "hold"]) as run:
        run.skip_to("ready")
        run.settle()
        before = status_field(run.pid, "voluntary_ctxt_switches")
        run.skip_to("over")
        assert before == status_field(run.pid, "voluntary_ctxt_switches")


@needs_numbers
@pytest.mark.parametrize("group", [[], ["--group"]], ids=["main", "group"])
def test_signal_between_fork_and_exec(start: Start, group: list[str]) -> None:
    """A signal that comes after the fork and before main's exec reaches main."""
    words = ["watch=1", "exit=9"]
    # The first execve is tinyinit's own, the second main's.
    with start(group, words, "--block", "15", "--hold", f"{EXECVE}:2") as run:
        run.reported("held")
        run.kill(15)
        run.release()
        assert "15" == run.skip_to("signal").split()[0]
        assert 9 == run.wait()


@needs_numbers
def test_deadly_signal_between_fork_and_exec(start: Start) -> None:
    """The same where main does not block it: it dies of it, as it would have without tinyinit."""
    with start([], ["say=ready", "hold"], "--hold", f"{EXECVE}:2") as run:
        run.reported("held")
        run.kill(15)
        run.release()
        assert 143 == run.wait()


@needs_numbers
def test_cannot_fork(start: Start) -> None:
    """No process can be made: 125 and one line that names the program."""
    with start([], ["say=started"], "--refuse", str(FORKS)) as run:
        assert 125 == run.wait()
        assert "" == run.output()
        lines = run.errors().splitlines()
        assert 1 == len(lines)
        assert "payload" in lines[0]


def test_refused_calls(start: Start) -> None:
    """Refused the newer calls, as an old kernel does, it forwards and ends what is left."""
    words = ["leave=delay=100", "block", "say=ready", "until=15", "exit=4"]
    with start([], words, "--refuse", NEW_CALLS, "--open", "7,900", pid1=False) as run:
        run.skip_to("ready")
        held = Path(f"/proc/{run.pid}/fd")
        run.until(lambda: {"0", "1", "2"} == {entry.name for entry in held.iterdir()})
        run.kill(15)
        run.expect("leftover cleaned up")
        assert 4 == run.wait()
        assert not run.find("payload")


@needs_numbers
@pytest.mark.parametrize(("options", "lines"), [([], 0), (["-v"], 1)])
def test_refused_subreaper(start: Start, options: list[str], lines: int) -> None:
    """A refused subreaper is one line with `-v` and none without."""
    with start(options, ["exit=0"], "--refuse", str(PRCTL), pid1=False) as run:
        assert 0 == run.wait()
        run.until(lambda: lines == run.so_far("errors").count("orphans"))


def test_path_search_goes_on(call: Call, payload: Path, tmp_path: Path) -> None:
    """In PATH, what cannot be run (no permission, a directory, no folder) is passed over."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "program").write_text("#!/bin/sh\n")
    (tmp_path / "b" / "program").mkdir(parents=True)
    (tmp_path / "c").write_text("a file")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "program").symlink_to(payload)
    path = ":".join(str(tmp_path / name) for name in ("a", "b", "c", "missing", "d"))
    assert 8 == call("program", "exit=8", environment={"PATH": path}).returncode


def test_path_search_denied(call: Call, tmp_path: Path) -> None:
    """If PATH has only one without permission, the code is 126 and the message has its place."""
    (tmp_path / "program").write_text("#!/bin/sh\n")
    result = call("program", environment={"PATH": f"{tmp_path}:/usr/bin"})
    assert 126 == result.returncode
    assert str(tmp_path / "program") in the_message(result)


@pytest.mark.parametrize("path", ["", ":/usr/bin", "/usr/bin:", "/usr/bin::/bin"])
def test_empty_element_of_path(tinyinit: Path, payload: Path, path: str) -> None:
    """An empty element of PATH is the working directory, as in every shell."""
    command: list[Argument] = [tinyinit, payload.name, "exit=8"]
    folder = str(payload.parent)
    with stage(command, "--directory", folder, environment={"PATH": path}) as run:
        assert 8 == run.wait()


def test_socket_activation(start: Start) -> None:
    """LISTEN_PID that names tinyinit is rewritten to main's PID, whatever its length."""
    words = ["state", "environment"]
    environment = {"A": "1", "LISTEN_PID": "1", "LISTEN_FDS": "2", "LISTEN_PIDS": "1"}
    options = ["--pid-max", "400000", "--last-pid", "123455"]
    with start([], words, *options, environment=environment) as run:
        assert "123456" == run.skip_to("pid")
        assert "A=1" == run.skip_to("env")
        assert "LISTEN_PID=123456" == run.skip_to("env")
        assert "LISTEN_FDS=2" == run.skip_to("env")
        assert "LISTEN_PIDS=1" == run.skip_to("env")


@pytest.mark.parametrize("value", ["2", "11", "01x", "", "-1"])
def test_socket_activation_of_others(start: Start, value: str) -> None:
    """LISTEN_PID that does not name tinyinit stays as it is."""
    with start([], ["environment"], environment={"LISTEN_PID": value}) as run:
        assert f"LISTEN_PID={value}" == run.skip_to("env")


def test_nothing_from_start_is_held(start: Start) -> None:
    """After start tinyinit holds the three standard descriptors and no other."""
    with start([], ["say=ready", "hold"], "--open", "3,4,5,6,7,100,800") as run:
        run.skip_to("ready")
        held = Path(f"/proc/{run.pid}/fd")
        run.until(lambda: {"0", "1", "2"} == {entry.name for entry in held.iterdir()})


def test_main_gets_nothing_of_ours(start: Start) -> None:
    """Main gets no descriptor of tinyinit's own."""
    with start([], ["descriptors"], "--open", "5") as run:
        assert "0 1 2 5" == run.skip_to("open")


def test_works_where_nothing_is(tinyinit: Path, payload: Path, tmp_path: Path) -> None:
    """In a root with nothing but the file and one static program it works, without /proc."""
    (tmp_path / "tinyinit").write_bytes(tinyinit.read_bytes())
    (tmp_path / "payload").write_bytes(payload.read_bytes())
    for path in tmp_path.iterdir():
        path.chmod(0o755)
    chroot = str(shutil.which("chroot", path=SEARCH_PATH))
    inside = [chroot, str(tmp_path), "/tinyinit", "--", "/payload"]
    words = ["leave=delay=100", "zombies=5", "block", "say=ready", "until=15", "exit=4"]
    with stage([*inside, *words], environment={}) as run:
        run.skip_to("ready")
        run.kill(15)
        run.expect("leftover cleaned up")
        assert 4 == run.wait()


def test_leftovers_without_proc_not_pid1(start: Start) -> None:
    """Not PID 1 and without /proc, what is left in main's group still gets SIGTERM and time."""
    words = ["leave=delay=100", "exit=4"]
    with start([], words, "--no-proc", pid1=False) as run:
        run.expect("leftover cleaned up")
        assert 4 == run.wait()


def test_stdin_is_mains(tinyinit: Path) -> None:
    """What is on standard input is for main."""
    result = subprocess.run(
        [tinyinit, "--", "cat"], input=b"\xff\x00words", capture_output=True, check=False
    )
    assert (0, b"\xff\x00words", b"") == (result.returncode, result.stdout, result.stderr)
