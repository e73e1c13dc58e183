"""Terminals: keys and job control."""

import os
import pty
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.core.conftest import Start
from tests.namespaces import Run, descendants, stage
from tests.payload.build import program

SHELL = ["/bin/bash", "--norc", "--noprofile", "-i"]
PROMPT = "prompt> "


@contextmanager
def _shell() -> Generator[Run]:
    with stage(SHELL, terminal=True, pid1=False) as run:
        # Quotes in the middle, so that an echo of this is not taken for the prompt itself.
        run.type("PS1='pro''mpt> '\n")
        run.expect(PROMPT)
        yield run


def test_keys_reach_main_once(start: Start) -> None:
    r"""Ctrl-C and Ctrl-\ reach main, each once."""
    with start([], ["block", "say=ready", "until=63"], terminal=True) as run:
        run.skip_to("ready")
        for _ in range(10):
            run.type("\x03")
            assert "2" == run.skip_to("signal").split()[0]
            run.type("\x1c")
            assert "3" == run.skip_to("signal").split()[0]
        run.kill(63)
        assert "63" == run.skip_to("signal").split()[0]


def test_main_is_in_the_foreground(start: Start) -> None:
    """On a terminal, main's group is the one in the foreground, and may read from it."""
    with start([], ["state", "say=ready", "input"], terminal=True) as run:
        group = run.skip_to("group")
        assert group == run.skip_to("foreground")
        run.skip_to("ready")
        run.type("x\n")
        assert "1" == run.skip_to("read")


def test_quit_ends_main(start: Start) -> None:
    r"""Ctrl-\ ends a main that does nothing about it: 131."""
    with start([], ["say=ready", "hold"], terminal=True) as run:
        run.skip_to("ready")
        run.type("\x1c")
        assert 131 == run.wait()


def test_stop_key_as_pid1(start: Start) -> None:
    """Ctrl-Z as PID 1 stops main and not tinyinit; SIGCONT goes on, SIGTERM ends it."""
    with start([], ["say=ready", "hold"], terminal=True) as run:
        run.skip_to("ready")
        run.type("\x1a")
        run.until(lambda: "T" == run.state("payload"))
        run.until(lambda: "S" == run.state("tinyinit"))
        run.kill(18)
        run.until(lambda: "S" == run.state("payload"))
        run.kill(15)
        assert 143 == run.wait()


def test_foreign_terminal(start: Start) -> None:
    """Standard input on a terminal that is not ours to control is no error."""
    ours, theirs = pty.openpty()
    try:
        with start([], ["state", "exit=7"], stdin=theirs) as run:
            assert "-1" == run.skip_to("foreground")
            assert 7 == run.wait()
            assert "" == run.errors()
    finally:
        os.close(ours)
        os.close(theirs)


def _job(tinyinit: Path, *words: str) -> str:
    return " ".join([str(tinyinit), "--", str(program("payload")), *words])


def test_job_control(tinyinit: Path) -> None:
    """In a shell: Ctrl-Z, `bg`, `fg`, Ctrl-Z, `fg`, and the terminal is the shell's in between."""
    with _shell() as run:
        run.type(_job(tinyinit, "say=run''ning", "hold") + "\n")
        run.expect("running")
        for _ in range(3):
            run.type("\x1a")
            run.expect("Stopped")
            run.expect(PROMPT)
            assert "TT" == run.state("payload") + run.state("tinyinit")
            run.type("bg\n")
            run.expect(PROMPT)
            run.until(lambda: "SS" == run.state("payload") + run.state("tinyinit"))
            run.type("echo still ''here\n")
            run.expect("still here")
            run.expect(PROMPT)
            run.type("fg\n")
            run.until(lambda: run.pid != _foreground(run))
        run.type("\x03")
        run.expect(PROMPT)
        run.type("echo code ''$?\n")
        run.expect("code 130")


def test_foreground_job_reads(tinyinit: Path) -> None:
    """A job that was stopped, sent to the background and fetched back can read the terminal."""
    with _shell() as run:
        run.type(_job(tinyinit, "block", "say=run''ning", "until=10", "unblock", "input") + "\n")
        run.expect("running")
        os.kill(_outside(run, "payload"), signal.SIGSTOP)
        os.kill(_outside(run, "tinyinit"), signal.SIGSTOP)
        run.expect("Stopped")
        run.expect(PROMPT)
        run.type("bg\n")
        run.expect(PROMPT)
        run.type("fg\n")
        run.until(lambda: run.pid != _foreground(run))
        os.kill(_outside(run, "tinyinit"), signal.SIGUSR1)
        run.expect("signal 10")
        run.type("x\n")
        run.expect("read 1")


def _foreground(run: Run) -> int:
    """Return the group in the foreground of the shell's terminal."""
    return int(Path(f"/proc/{run.pid}/stat").read_text().rsplit(")", 1)[1].split()[5])


def _outside(run: Run, name: str) -> int:
    return next(
        pid for pid in descendants(run.pid) if Path(f"/proc/{pid}/comm").read_text().strip() == name
    )


def test_stopped_job_is_killed(tinyinit: Path) -> None:
    """A stopped job that is told to end and continued ends."""
    with _shell() as run:
        run.type(_job(tinyinit, "say=run''ning", "hold") + "\n")
        run.expect("running")
        run.type("\x1a")
        run.expect("Stopped")
        run.expect(PROMPT)
        run.type("kill %1; fg; echo code ''$?\n")
        run.expect("code 143")


def test_job_of_several(tinyinit: Path) -> None:
    """In a pipeline Ctrl-Z stops it all, and `fg` continues it all."""
    with _shell() as run:
        run.type(_job(tinyinit, "say=run''ning", "hold") + " | cat\n")
        run.expect("running")
        run.type("\x1a")
        run.expect("Stopped")
        run.expect(PROMPT)
        assert "T" == run.state("cat")
        run.type("fg\n")
        run.until(lambda: "SS" == run.state("cat") + run.state("payload"))
        run.type("\x03")
        run.expect(PROMPT)
        assert "" == run.state("cat") + run.state("payload")


def test_terminal_is_given_back(tinyinit: Path) -> None:
    """After main's end the shell has its terminal again, and so has the next program."""
    with _shell() as run:
        for code in (3, 4):
            run.type(_job(tinyinit, f"exit={code}") + "; echo code ''$?\n")
            run.expect(f"code {code}")
            run.expect(PROMPT)


def test_script_in_a_terminal(tinyinit: Path) -> None:
    """In a script, which has no job control, the next command can still read the terminal."""
    with _shell() as run:
        script = f"{_job(tinyinit, 'exit=0')}; read answer; echo got ''$answer"
        run.type(f"sh -c '{script}'\n")
        run.type("words\n")
        run.expect("got words")


def test_background_job_leaves_the_terminal(tinyinit: Path) -> None:
    """Started with `&`, it leaves the terminal to the shell and does its work."""
    with _shell() as run:
        run.type(_job(tinyinit, "say=run''ning", "exit=9") + " &\n")
        run.expect("running")
        run.type("wait $!; echo code ''$?\n")
        run.expect("code 9")
