import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

FIGURES_OF_ALL = {
    "added start time, as a child",
    "added start time, as PID 1",
    "resident memory",
    "proportional memory",
    "private dirty",
    "wake-ups while idle for 3 s",
    "size of the file",
}
FIGURES_OF_FORWARDERS = {
    "CPU per orphan, one at a time",
    "CPU per orphan, 100 at once",
    "signal latency, p50",
    "signal latency, p99",
    "deaf to TERM after clone",
    "latest TERM that was lost",
}
FIGURES_OF_SETTINGS = {
    "settings: import",
    "settings: define and load, first",
    "settings: define and load, again",
    "settings: load again",
    "settings: memory at most",
}
FIGURES_OF_CONTRACTS = {
    f"contract of {count}: {what}"
    for count in (20, 200, 1000)
    for what in ("start", "resident while the program runs", "more than without")
} | {"no contract: resident while the program runs"}
FIGURES_OF_PYTHON = {"settings: memory at most"}
FIGURES_OF_DIRECT = {"start directly, as a child", "start directly, as PID 1"}


def benchmarks(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run the command from the root of the repository."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """Return what one short run on tinyinit and the stub prints and writes."""
    file = tmp_path_factory.mktemp("benchmarks") / "figures.json"
    run = benchmarks("--rounds", "1", "--init", "tinyinit", "--init", "stub", "--json", str(file))
    assert 0 == run.returncode, run.stderr
    return run.stdout, json.loads(file.read_text())


def medians(document: dict[str, Any], init: str) -> dict[str, float]:
    """Return the figures of one init by name."""
    return {
        figure["name"]: figure["median"][init]
        for figure in document["figures"]
        if init in figure["median"]
    }


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        (
            "tinyinit",
            FIGURES_OF_ALL | FIGURES_OF_FORWARDERS | FIGURES_OF_SETTINGS | FIGURES_OF_CONTRACTS,
        ),
        ("stub", FIGURES_OF_ALL),
        ("nothing", FIGURES_OF_PYTHON),
        (
            "direct",
            FIGURES_OF_DIRECT | {name for name in FIGURES_OF_FORWARDERS if "CPU" not in name},
        ),
    ],
)
def test_every_figure_is_there(
    result: tuple[str, dict[str, Any]], init: str, expected: set[str]
) -> None:
    """Every init has each figure that its abilities allow, and all are finite and not negative."""
    found = medians(result[1], init)
    assert expected == found.keys()
    assert [] == [n for n, value in found.items() if not math.isfinite(value) or value < 0]


@pytest.mark.parametrize(
    "name",
    sorted(
        (FIGURES_OF_ALL | FIGURES_OF_FORWARDERS | FIGURES_OF_SETTINGS | FIGURES_OF_CONTRACTS)
        - {"wake-ups while idle for 3 s", "deaf to TERM after clone", "latest TERM that was lost"}
    ),
)
def test_a_cost_is_not_nothing(result: tuple[str, dict[str, Any]], name: str) -> None:
    """What cannot be free is over zero, so that a helper that measures nothing is found out."""
    assert medians(result[1], "tinyinit")[name] > 0


def test_bounds_are_judged(result: tuple[str, dict[str, Any]]) -> None:
    """A bound is met or not by its value, and not measured where its peer did not run."""
    bounds = {(b["figure"], b["against"]): b for b in result[1]["bounds"]}
    size = bounds["size of the file", None]
    assert 98304 == size["limit"]
    assert (size["value"] <= size["limit"]) is size["met"]
    stub = bounds["added start time, as PID 1", "stub"]
    assert 1.25 == stub["limit"]
    assert (stub["value"] <= stub["limit"]) is stub["met"]
    assert bounds["signal latency, p50", "tini"]["met"] is None


def test_the_table_shows_every_figure_and_bound(result: tuple[str, dict[str, Any]]) -> None:
    """The Markdown table has one row for each figure and each bound."""
    table, document = result
    rows = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()]
    for figure in document["figures"]:
        assert figure["name"] in rows
    for bound in document["bounds"]:
        over = f", over {bound['against']}" if bound["against"] else ""
        assert bound["figure"] + over in rows


def test_others_are_compared(result: tuple[str, dict[str, Any]]) -> None:
    """What is measured beside other libraries says how many times tinyinit's value each has."""
    table, document = result
    [memory] = [f for f in document["figures"] if f["name"] == "settings: memory at most"]
    ratio = memory["times_tinyinit"]["nothing"]
    assert memory["median"]["nothing"] / memory["median"]["tinyinit"] == pytest.approx(ratio)
    assert f"| settings: memory at most | {ratio:.2f} |" in table


def test_a_missing_binary_is_one_line(tmp_path: Path) -> None:
    """A file under test that is not there is named on one line, before anything is measured."""
    run = benchmarks("--tinyinit", str(tmp_path / "none"))
    assert 1 == run.returncode
    assert (
        f"benchmarks: {tmp_path}/none is not a program; build tinyinit, or name its file with "
        "--tinyinit\n" == run.stderr
    )


def test_an_unknown_init_is_one_line() -> None:
    """What cannot be measured is named, with what can."""
    run = benchmarks("--tinyinit", sys.executable, "--init", "nope")
    assert 1 == run.returncode
    assert run.stderr.startswith("benchmarks: nope is not one of tinyinit, stub, ")
    assert 1 == run.stderr.count("\n")
