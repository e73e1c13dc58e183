"""The rooms of the core: what each file includes is in a room below its own, or beside it."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "tinyinit" / "core"
BELOW = {
    "base": {"base"},
    "formats": {"formats", "base"},
    "contract": {"contract", "formats", "base"},
    "pid1": {"pid1", "base"},
    "health": {"health", "base"},
    "command": {"command", "pid1", "contract", "formats", "base"},
    "main": {"command", "health", "pid1", "contract", "formats", "base"},
}
SOURCES = {
    str(path.relative_to(CORE)): [
        line.split('"')[1]
        for line in path.read_text().splitlines()
        if line.startswith('#include "')
    ]
    for path in CORE.rglob("*.[ch]")
}


def room(name: str) -> str:
    """Return the room of a file, which for the one on top is its own name."""
    return name.split("/", maxsplit=1)[0].removesuffix(".c")


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_includes_run_down(name: str) -> None:
    """A file includes what is in its own room or in one below; `contract` and `pid1` are apart."""
    assert set() == {room(included) for included in SOURCES[name]} - BELOW[room(name)]


def test_no_circles() -> None:
    """No file, a source and its header taken as one, comes back to itself by its includes."""
    units: dict[str, set[str]] = {}
    for name, included in SOURCES.items():
        unit = name[:-2]
        units.setdefault(unit, set()).update({other[:-2] for other in included} - {unit})
    try:
        TopologicalSorter(units).prepare()
    except CycleError as circle:
        pytest.fail(" includes ".join(reversed(circle.args[1])))
