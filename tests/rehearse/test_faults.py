"""Each planted fault is named right: the verdict, the processes, and why."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.faults.cases import FAULTS, Fault, build_c, can_run
from tests.machine import can_unshare, need, needs
from tinyinit.rehearse import as_text
from tinyinit.rehearse.conduct import one_run
from tinyinit.rehearse.model import Run
from tinyinit.rehearse.plan import Plan

pytestmark = needs(can_unshare())


@pytest.fixture(autouse=True)
def python_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the Python that runs the tests first: the programs call `python3`."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def recorded(fault: Fault) -> Run:
    """Return the run of a fault's program in a namespace here."""
    plan = Plan(
        program=fault.command,
        stop=fault.stop,
        grace=fault.grace,
        ready_line=fault.ready,
        ready_after=None if fault.ready else 0.7,
    )
    run, _ = one_run(plan, fault.init, fault.at)
    return run


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_fault_is_named(fault: Fault) -> None:
    """A fault has its verdict first, with its cause, and nothing calls the run clean."""
    need(can_run(fault))
    if fault.folder == "deaf_c":
        build_c()
    run = recorded(fault)
    assert not run.clean
    assert fault.verdict == run.verdicts[0].id, as_text(run)
    assert re.search(fault.cause, run.verdicts[0].cause), as_text(run)
    assert run.verdicts[0].advice
