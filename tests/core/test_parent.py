"""`--parent-death`: what happens when tinyinit's own parent dies."""

import os
import signal

import pytest

from tests.core.conftest import Start
from tests.namespaces import Run, children

PRCTL = {"x86_64": 157, "aarch64": 167}.get(os.uname().machine)


def _kill_parent(run: Run) -> None:
    parent = next(pid for pid in children(run.first) if pid != run.pid)
    os.kill(parent, signal.SIGKILL)


@pytest.mark.parametrize("place", ["flag", "variable"])
def test_parent_dies(start: Start, place: str) -> None:
    """Main gets the signal when tinyinit's parent dies; tinyinit ends with main's code."""
    options = ["--parent-death", "USR2"] if place == "flag" else []
    environment = {"TINYINIT_PARENT_DEATH": "12"} if place == "variable" else {}
    words = ["block", "say=ready", "until=12", "exit=6"]
    with start(options, words, "--parent", pid1=False, environment=environment) as run:
        run.skip_to("ready")
        _kill_parent(run)
        assert "12" == run.skip_to("signal").split()[0]
        assert 6 == run.wait()


def test_parent_dies_without_the_option(start: Start) -> None:
    """Without the option main gets nothing."""
    with start([], ["block", "say=ready", "watch=1"], "--parent", pid1=False) as run:
        run.skip_to("ready")
        _kill_parent(run)
        run.until(lambda: "1" == _parent_inside(run))
        run.kill(63)
        assert "63" == run.skip_to("signal").split()[0]


def _parent_inside(run: Run) -> str:
    return next(str(one.parent) for one in run.processes() if one.name == "tinyinit")


@pytest.mark.skipif(PRCTL is None, reason="number of prctl not known here")
def test_parent_gone_already(start: Start) -> None:
    """A parent that dies before the kernel has been asked to tell is noticed as well."""
    words = ["block", "say=ready", "until=12", "exit=6"]
    options = ["--parent", "--block", "12", "--hold", f"{PRCTL}:1"]
    with start(["--parent-death", "USR2"], words, *options, pid1=False) as run:
        run.reported("held")
        _kill_parent(run)
        run.until(lambda: "1" == _parent_inside(run))
        run.release()
        assert "12" == run.skip_to("signal").split()[0]
        assert 6 == run.wait()
