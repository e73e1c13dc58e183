"""Who is named when a process ends, and whether its end is called a problem."""

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.core.conftest import Start
from tests.namespaces import Run, children, stage


@pytest.fixture
def server(tinyinit: Path, payload: Path, tmp_path: Path) -> Start:
    """Return a function that starts a script which becomes the payload under the name "server"."""
    shutil.copy(payload, tmp_path / "server")
    script = tmp_path / "docker-entrypoint.sh"
    script.write_text(f'#!/bin/sh\nexec {tmp_path}/server "$@"\n')
    script.chmod(0o755)

    def started(
        options: Sequence[str], words: Sequence[str], *stage_options: str
    ) -> AbstractContextManager[Run]:
        return stage([tinyinit, *options, "--", script, *words], *stage_options)

    return started


@pytest.mark.parametrize("options", [[], ["-v"]], ids=["by default", "-v"])
def test_main_is_what_it_has_become(server: Start, options: list[str]) -> None:
    """An entry script that has become a server, killed: the line names the server."""
    with server(options, ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.settle()
        run.kill_main(9)
        assert 137 == run.wait()
        assert "tinyinit: server (pid 2) was killed by SIGKILL" == run.errors().splitlines()[-1]


def test_main_is_named_though_an_orphan_ended_first(server: Start) -> None:
    """An orphan's end and main's come as one signal, which tells of the orphan: the same."""
    with server([], ["leave=orphan,delay=0", "say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.settle()
        main, orphan = sorted(children(run.pid))
        run.kill(signal.SIGSTOP)
        run.until(lambda: "T" == run.state("tinyinit"))
        for pid in (orphan, main):
            os.kill(pid, signal.SIGKILL)
        run.until(lambda: 2 == sum(one.state == "Z" for one in run.processes()))
        run.kill(signal.SIGCONT)
        assert 137 == run.wait()
        assert "tinyinit: server (pid 2) was killed by SIGKILL\n" == run.errors()


def test_main_keeps_its_long_name(tinyinit: Path, payload: Path, tmp_path: Path) -> None:
    """The kernel keeps 15 characters of a name: of a program with a longer one, all are shown."""
    program = tmp_path / "a-program-with-a-long-name"
    shutil.copy(payload, program)
    with stage([tinyinit, "--", program, "say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.settle()
        run.kill_main(9)
        assert 137 == run.wait()
        assert "a-program-with-a-long-name (pid 2) was killed by SIGKILL" in run.errors()


@pytest.mark.parametrize(
    ("end", "told"),
    [("exit=7", ": exit code 7"), ("die=12", ": killed by SIGUSR2"), ("exit=0", ": exit code 0")],
)
def test_orphans_by_name(start: Start, end: str, told: str) -> None:
    """At -v an orphan is told of by its name, and how it ended."""
    with start(["-v"], [f"orphan={end}", "say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.until(lambda: 2 == len(run.processes()))
        run.kill(15)
        assert 143 == run.wait()
        (line,) = [line for line in run.errors().splitlines() if "reaped" in line]
    assert line.startswith("tinyinit: reaped orphan payload (pid ")
    assert line.endswith(f"){told}")


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ([], 15),
        (["--stop-signal", "QUIT"], 3),
        (["--rewrite", "TERM:INT"], 15),
        (["--success", "130"], 2),
    ],
)
def test_ordinary_ends(start: Start, options: list[str], number: int) -> None:
    """Main that dies of the stop signal, as forwarded, or as --success names it: no warning."""
    with start(options, ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.kill(number)
        run.wait()
        assert "" == run.errors()


def test_ordinary_end_at_verbose(start: Start) -> None:
    """At -v that end is told all the same."""
    with start(["-v"], ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 143 == run.wait()
        assert "tinyinit: payload (pid 2) was killed by SIGTERM" in run.errors().splitlines()


def test_stop_signal_from_elsewhere(start: Start) -> None:
    """Main killed by a SIGTERM that tinyinit did not forward: that is worth a line."""
    with start([], ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.kill_main(15)
        assert 143 == run.wait()
        assert "tinyinit: payload (pid 2) was killed by SIGTERM\n" == run.errors()
