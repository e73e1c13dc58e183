"""The rooms of the package: who imports whom, read from the sources.

A room is a folder or a module right under `tinyinit/`. Imports run down the floors only; a name
with an underscore is for its own room; no modules of a room import each other in a circle.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = Path(__file__).resolve().parents[1] / "tinyinit"

# A room imports from the floors below its own, and from no other room of its own floor.
FLOORS = (
    {"tinyinit.base", "tinyinit.core", "tinyinit.limits"},
    {"tinyinit.formats", "tinyinit.findings", "tinyinit.stack", "tinyinit.engine"},
    {"tinyinit.contract"},
    {"tinyinit.config"},
    {"tinyinit.logs", "tinyinit.rehearse"},
    {"tinyinit.doctor", "tinyinit.testing"},
    {"tinyinit.commands"},
    {"tinyinit.__main__"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules(package: Path) -> dict[str, ast.Module]:
    """Return what each module of a package says."""
    found = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(tree: ast.Module, known: Mapping[str, ast.Module]) -> Iterator[str]:
    """Return the modules of the package that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


def room(module: str) -> str:
    """Return the room that a module is in."""
    return ".".join(module.split(".")[:2])


def upward(known: Mapping[str, ast.Module]) -> list[str]:
    """Return the imports that do not run down."""
    return [
        f"{name} imports {other}"
        for name, tree in known.items()
        for other in imports(tree, known)
        if room(other) not in {room(name), "tinyinit"} and FLOOR[room(other)] >= FLOOR[room(name)]
    ]


def crossings(known: Mapping[str, ast.Module]) -> list[str]:
    """Return the imports of a private module or name of another room."""
    found = []
    for name, tree in known.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module in known:
                names = [*node.module.split("."), *(alias.name for alias in node.names)]
                private = [word for word in names if word[0] == "_" and word[:2] != "__"]
                if private and room(node.module) != room(name):
                    found.append(f"{name} imports {node.module}: {', '.join(private)}")
    return found


def circles(known: Mapping[str, ast.Module]) -> list[str]:
    """Return the modules that import themselves by way of others, imports for types aside."""
    arrows = {
        name: set(imports(_without_types(tree), known)) - {name} for name, tree in known.items()
    }
    return [name for name in arrows if name in _reached(arrows, name)]


def _reached(arrows: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    todo = [start]
    while todo:
        for other in arrows[todo.pop()] - reached:
            reached.add(other)
            todo.append(other)
    return reached


def _without_types(tree: ast.Module) -> ast.Module:
    body = [node for node in tree.body if not (isinstance(node, ast.If) and _is_for_types(node))]
    return ast.Module(body, [])


def _is_for_types(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def test_every_room_has_a_floor() -> None:
    """A room that was added is put on a floor here."""
    rooms = {room(name) for name in modules(PACKAGE)} - {"tinyinit"}
    assert set() == rooms - FLOOR.keys()


def test_imports_run_down() -> None:
    """No room imports from its own floor or one above."""
    assert [] == upward(modules(PACKAGE))


def test_what_is_private_stays_in_its_room() -> None:
    """What has an underscore is imported by nobody outside."""
    assert [] == crossings(modules(PACKAGE))


def test_no_circles() -> None:
    """No module imports itself by way of others, not even late."""
    assert [] == circles(modules(PACKAGE))


@pytest.mark.parametrize(
    ("where", "line", "test"),
    [
        ("contract.report", "from tinyinit.config import load", upward),
        ("contract.report", "def f():\n    import tinyinit.config._load", upward),
        ("stack.elf", "from tinyinit.formats import toml", upward),
        ("doctor", "from tinyinit.config._load import load", crossings),
        ("logs._mask", "from tinyinit.config import _values", crossings),
        ("commands.stack", "from tinyinit.stack.elf import _read", crossings),
        ("config._schema", "def f():\n    from tinyinit.config._define import make", circles),
    ],
)
def test_each_rule_can_fail(where: str, line: str, test: object) -> None:
    """An import against the rules is found: one more line in a module of ours."""
    known = modules(PACKAGE)
    known[f"tinyinit.{where}"].body += ast.parse(line).body
    assert callable(test)
    assert [] != test(known)


def test_nobody_reaches_through_sys_modules() -> None:
    """No room looks up another's module by its name in a text."""
    for path in PACKAGE.rglob("*.py"):
        assert 'sys.modules.get("tinyinit' not in path.read_text(encoding="utf-8"), path
