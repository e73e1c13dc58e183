import ast
import json
import subprocess
from pathlib import Path

import pytest

from benchmarks.contract.job import break_job, variables, write_job
from benchmarks.settings import LIBRARIES
from tests.benchmarks.test_benchmarks import ROOT, benchmarks, medians

USES = ROOT / "benchmarks" / "settings" / "uses"


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_has_its_use(library: str) -> None:
    """Each library that settings are measured beside has its way to define and to load."""
    tree = ast.parse((USES / f"{library.replace('-', '_')}.py").read_text())
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert {"define", "load"} <= {*found}


def test_variables_are_different() -> None:
    """A thousand variables have a thousand names."""
    assert 1000 == len({each.name for each in variables(1000)})


def test_the_shell_does_its_part(tmp_path: Path) -> None:
    """The script hands every variable on, and refuses when one is missing."""
    folder = tmp_path / "job"
    write_job(folder, 20)
    command = ["sh", str(folder / "entry.sh"), "printenv"]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    given = dict(line.split("=", 1) for line in done.stdout.splitlines())
    expected = {each.name: each.value for each in variables(20)}
    assert expected == {name: given[name] for name in expected}
    break_job(folder)
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert 0 != done.returncode
    assert "APP_VARIABLE_19" in done.stderr


def test_what_is_no_init_can_be_measured_alone(tmp_path: Path) -> None:
    """A group of other things than inits measures what `--init` names, in a table of its own."""
    file = tmp_path / "figures.json"
    words = ("--only", "contract", "--init", "sh", "--rounds", "1", "--json", str(file))
    done = benchmarks(*words)
    assert 0 == done.returncode, done.stderr
    found = medians(json.loads(file.read_text()), "sh")
    assert found["contract of 20: start"] > 0
    assert 0 == found["contract of 1000: resident while the program runs"]
    assert done.stdout.startswith("| median | unit | sh |\n")
