"""`python -m tools.mutants pid1 40`: break one room in 40 ways, and print what no test noticed.

A mutant is a source with one small change, made by universalmutator: another operator, another
constant, a statement gone. It is put into a copy of the checkout, where the room's tests run until
one fails. A mutant that does not compile, or compiles to the same file, is none. The seed decides
which are taken, so that a run can be repeated.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
WORK = ROOT / "build" / "mutants"
TREE = WORK / "tree"
CORE = Path("tinyinit", "core")
COPIED = ("build_core.py", "pyproject.toml", "README.md", "tinyinit", "tests", "tools", "docs")
BLACK_BOX = ["tests/core", "tests/peers/test_peers.py::test_tinyinit"]
READERS = ["tests/contract", "tests/core"]
# What reads the sources, or measures time: no change of what it does is to be found there.
NOT_ABOUT_IT = [
    "--ignore=tests/core/test_templates.py",
    "--ignore=tests/core/test_rooms.py",
    "--ignore=tests/config/test_cost.py",
]
TESTS = {
    "base": READERS,
    "command": BLACK_BOX,
    "contract": READERS,
    "formats": READERS,
    "health": ["tests/health"],
    "pid1": BLACK_BOX,
}
TEST_SECONDS = 900


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="tools.mutants", description="Break a room, run tests.")
    parser.add_argument("room", help="of tinyinit/core, or else of tinyinit")
    parser.add_argument("count", type=int, nargs="?", default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    room = CORE / options.room
    if not (ROOT / room).is_dir():
        room = Path("tinyinit", options.room)
    if not (ROOT / room).is_dir():
        sys.exit(f"mutants: no room {options.room}, expected a folder of tinyinit/core or tinyinit")
    copy_checkout()
    tests = TESTS.get(options.room, [f"tests/{options.room}"])
    print(f"room {options.room}, seed {options.seed}: {' '.join(tests)}", flush=True)
    if not passes(tests):
        sys.exit("mutants: the tests fail without a mutant; see the lines above")
    alive = total = 0
    for source, mutant in sample(room, options.count, Random(options.seed)):  # noqa: S311
        total += 1
        lived = survives(source, mutant, tests)
        alive += lived
        change = " → ".join(line.strip() for line in difference(ROOT / source, mutant))
        print(f"{total} {'SURVIVED' if lived else 'killed'} {source}: {change}", flush=True)
    print(f"{total} mutants of {options.room}, {total - alive} killed, {alive} survived")


def copy_checkout() -> None:
    """Make the copy that is broken, so that the checkout stays as it is."""
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, TREE / name)


def sample(room: Path, count: int, random: Random) -> Iterator[tuple[Path, Path]]:
    """Yield up to `count` sources of the room, each with a mutant that is one."""
    folder = WORK / "all"
    shutil.rmtree(folder, ignore_errors=True)
    found: list[tuple[Path, Path]] = []
    for path in sorted([*(ROOT / room).rglob("*.c"), *(ROOT / room).rglob("*.py")]):
        source = path.relative_to(ROOT)
        target = folder / source
        target.mkdir(parents=True)
        language = "c" if path.suffix == ".c" else "python"
        command = [f"{WORK}/venv/bin/mutate", str(path), language, "--noCheck"]
        subprocess.run([*command, "--mutantDir", target], check=True, stdout=subprocess.DEVNULL)
        found += [(source, mutant) for mutant in sorted(target.iterdir())]
    random.shuffle(found)
    before = build()
    for source, mutant in found:
        if count and is_one(source, mutant, before):
            count -= 1
            yield source, mutant


def is_one(source: Path, mutant: Path, before: bytes) -> bool:
    """Whether a mutant compiles, to something else."""
    if source.suffix == ".py":
        text = mutant.read_text()
        try:
            return compile(text, "", "exec") != compile((ROOT / source).read_text(), "", "exec")
        except SyntaxError:
            return False
    shutil.copy(mutant, TREE / source)
    after = build()
    shutil.copy(ROOT / source, TREE / source)
    return after not in (b"", before)


def build() -> bytes:
    """Return the file of the copy; nothing if it does not compile."""
    command = [sys.executable, "build_core.py"]
    done = subprocess.run(command, cwd=TREE, capture_output=True, check=False)
    return (TREE / "build" / "tinyinit").read_bytes() if done.returncode == 0 else b""


def survives(source: Path, mutant: Path, tests: list[str]) -> bool:
    """Whether every test passes on the mutant."""
    shutil.copy(mutant, TREE / source)
    try:
        return bool(source.suffix == ".py" or build()) and passes(tests, quietly=True)
    finally:
        shutil.copy(ROOT / source, TREE / source)


def passes(tests: list[str], *, quietly: bool = False) -> bool:
    """Whether the tests pass in the copy; one that takes too long has noticed something."""
    build()
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--timeout=90"]
    environment = {
        "PYTHONPATH": str(TREE),
        "TINYINIT_BINARY": str(TREE / "build" / "tinyinit"),
    }
    try:
        done = subprocess.run(
            [*command, "--numprocesses=2", *NOT_ABOUT_IT, *tests],
            cwd=TREE,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL if quietly else None,
            check=False,
            timeout=TEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def difference(before: Path, after: Path) -> list[str]:
    """Return the lines that differ, without their signs."""
    lines = difflib.ndiff(before.read_text().splitlines(), after.read_text().splitlines())
    return [line[2:] for line in lines if line[:1] in "+-"]


if __name__ == "__main__":
    main()
