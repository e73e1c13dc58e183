"""PID 1 is judged by what it does: each row of the measured table, as a real PID 1."""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import machine
from tests.namespaces import stage
from tinyinit.doctor.checks import examine
from tinyinit.doctor.checks._signals import reaps
from tinyinit.doctor.facts import Asked, Facts, gather
from tinyinit.doctor.facts._probe import probe

pytestmark = machine.needs(machine.can_unshare())

PYTHON = sys.executable
HANDLER = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
NODE = "setInterval(() => {}, 1000);"


class Row(NamedTuple):
    """A program as PID 1, and what is true of it."""

    command: Sequence[str]
    term: str
    """What SIGTERM does: `ends` or `survives`."""
    says: str
    """What doctor says of pid1-term: `fine`, `error`, `warning`, `unknown`."""
    orphan: str
    """What becomes of orphans: `reaped` or `zombie`."""


ROWS = {
    "sleep": Row(["sleep", "100"], "survives", "error", "zombie"),
    "python": Row([PYTHON, "-c", "import time; time.sleep(100)"], "survives", "error", "zombie"),
    "python -m http.server": Row([PYTHON, "-m", "http.server", "0"], "survives", "error", "zombie"),
    "dash -c": Row(["dash", "-c", "sleep 100; :"], "survives", "error", "reaped"),
    "bash -c, tail": Row(["bash", "-c", "sleep 100"], "survives", "error", "zombie"),
    "bash -c": Row(["bash", "-c", "sleep 100; :"], "survives", "error", "reaped"),
    "bash trap, background": Row(
        ["bash", "-c", "trap 'exit 0' TERM; sleep 100 & wait"], "ends", "fine", "reaped"
    ),
    "bash trap, foreground": Row(
        ["bash", "-c", "trap 'exit 0' TERM; sleep 100; :"], "survives", "warning", "reaped"
    ),
    "python handler": Row([PYTHON, "-c", HANDLER + "time.sleep(100)"], "ends", "fine", "zombie"),
    "python ignores children": Row(
        [PYTHON, "-c", "import signal, time\nsignal.signal(17, signal.SIG_IGN)\ntime.sleep(100)"],
        "survives",
        "error",
        "reaped",
    ),
    "node": Row(["node", "-e", NODE], "survives", "unknown", "zombie"),
    "node handler": Row(
        ["node", "-e", f"process.on('SIGTERM', () => process.exit(0)); {NODE}"],
        "ends",
        "unknown",
        "zombie",
    ),
    "tini": Row(["tini", "--", "sleep", "100"], "ends", "fine", "reaped"),
    "dumb-init": Row(["dumb-init", "sleep", "100"], "ends", "fine", "reaped"),
    "catatonit": Row(["catatonit", "--", "sleep", "100"], "ends", "fine", "reaped"),
}


def _found(command: Sequence[str]) -> list[str]:
    machine.need(machine.has_command(command[0]))
    return [shutil.which(command[0]) or "", *command[1:]]


def _verdict(facts: Facts) -> str:
    result = examine(facts)
    if any(one.id == "pid1-term" for one in result.unknown):
        return "unknown"
    found = [one.severity for one in result.findings if one.id == "pid1-term"]
    return found[0] if found else "fine"


def _orphan(facts: Facts) -> str:
    return {True: "reaped", False: "zombie", None: "unknown"}[reaps(facts)]


def _settled(pid: int, holds: Callable[[Facts], bool]) -> Facts:
    """Look until what is expected is seen: programs set their handlers after the start."""
    deadline = time.monotonic() + 20
    while True:
        facts = gather(Asked(pid=pid))
        if holds(facts) or time.monotonic() > deadline:
            return facts
        time.sleep(0.1)


@pytest.mark.parametrize("name", ROWS)
def test_verdict_is_what_the_signal_does(name: str) -> None:
    """What doctor says of SIGTERM and of orphans is what then happens."""
    row = ROWS[name]
    with stage(_found(row.command)) as run:
        facts = _settled(
            run.pid, lambda facts: _verdict(facts) == row.says and _orphan(facts) == row.orphan
        )
        assert row.says == _verdict(facts), facts.processes[0]
        assert row.orphan == _orphan(facts)
        run.kill(signal.SIGTERM)
        with contextlib.suppress(AssertionError):
            deadline = time.monotonic() + (15 if row.term == "ends" else 0.5)
            while not run.is_over() and time.monotonic() < deadline:
                time.sleep(0.02)
        assert run.is_over() is (row.term == "ends")


@pytest.mark.parametrize(
    ("supervisor", "expected"), [("s6-svscan", "reaped"), ("runsvdir", "unknown")]
)
def test_supervisors_are_fine(supervisor: str, expected: str, tmp_path: Path) -> None:
    """s6-svscan takes signals by signalfd; runsvdir blocks SIGCHLD and reaps at times: unknown."""
    with stage(_found([supervisor, str(tmp_path)])) as run:
        facts = _settled(
            run.pid, lambda facts: _verdict(facts) == "fine" and _orphan(facts) == expected
        )
        assert _verdict(facts) == "fine"
        assert expected == _orphan(facts)


@pytest.mark.parametrize("name", ["sleep", "dash -c", "tini"])
def test_probe_tells_what_the_masks_tell(name: str) -> None:
    """The probe's orphan is reaped where the masks say so, and stays where they say it does not."""
    if os.geteuid() != 0:
        pytest.skip("entering a PID namespace takes root")
    row = ROWS[name]
    with stage(_found(row.command)) as run:
        _settled(run.pid, lambda facts: _orphan(facts) == row.orphan)
        assert probe(run.pid).reaped is (row.orphan == "reaped")


@pytest.mark.parametrize(("program", "name"), [("sleep", "tini"), ("tini", "bash")])
def test_a_name_changes_nothing(program: str, name: str, tmp_path: Path) -> None:
    """A program under an init's name is none, and an init under a shell's name is one."""
    copy = tmp_path / name
    shutil.copy(_found([program])[0], copy)
    arguments = ["100"] if program == "sleep" else ["--", "/bin/sleep", "100"]
    says = "error" if program == "sleep" else "fine"
    with stage([str(copy), *arguments]) as run:
        facts = _settled(run.pid, lambda facts: _verdict(facts) == says)
        assert says == _verdict(facts)
        assert "pid1-shell" not in {one.id for one in examine(facts).findings}


def test_an_init_and_a_shell_lose_the_app_and_tinyinit_does_not(tinyinit: Path) -> None:
    """The same wrapper is an error under tini, and information under tinyinit."""
    script = ["/bin/sh", "-c", "sleep 100; :"]
    for init, expected in ((["tini", "--"], "error"), ([str(tinyinit), "--"], "info")):

        def severity(facts: Facts) -> str:
            found = [one for one in examine(facts).findings if one.id == "wrapped-shell"]
            return found[0].severity if found else ""

        with stage(_found([*init, *script])) as run:
            facts = _settled(run.pid, lambda facts, e=expected: severity(facts) == e)  # type: ignore[misc]
            assert expected == severity(facts)


def test_a_look_changes_nothing() -> None:
    """Every process is as it was but for counters: no stop, no signal, no new mask."""
    with stage(["/bin/bash", "-c", "sleep 100 & sleep 100; :"]) as run:
        _settled(run.pid, lambda facts: len(facts.processes) >= 3)
        before = _statuses(run.pid)
        gather(Asked(pid=run.pid))
        assert before == _statuses(run.pid)


def _statuses(pid: int) -> dict[int, list[str]]:
    counters = ("voluntary", "nonvoluntary", "VmRSS", "RssFile", "VmHWM", "VmPTE", "State", "Rss")
    pids = [one.pid for one in gather(Asked(pid=pid)).processes]
    return {
        one: [
            line
            for line in Path(f"/proc/{one}/status").read_text().splitlines()
            if not line.startswith(counters)
        ]
        for one in pids
    }
