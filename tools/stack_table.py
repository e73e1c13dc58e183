"""Measure thread stacks on Alpine under each init, and print a Markdown table.

`python -m tools.stack_table` needs docker, the images and the file under test. An init
that is not on this machine is left out.
"""

import sys

from tests.containers.engine import Engine
from tests.containers.stacks import ALPINE, DEEP, PYTHON, WAYS, Way
from tests.musl.build import threads
from tests.under_test import find_tinyinit

DEPTHS = ("25", "50", "100", "300", "900")


def deepest(engine: Engine, way: Way) -> str:
    """Return the deepest of the recursions in a thread of Python that lives."""
    lives = "0"
    for depth in DEPTHS:
        lines = way.run(engine, find_tinyinit(), PYTHON, "python3", "-c", DEEP, depth)
        if lines != [depth, "0"]:
            return f"{lives}, {depth} dies"
        lives = depth
    return lives


def row(engine: Engine, way: Way) -> str:
    """Return a row of the table: what a thread has, what Python reaches, what 2,000 take."""
    mounts = [(threads("x86_64-linux-musl", "-dynamic"), "/threads")]
    size, memory, code = way.run(
        *(engine, find_tinyinit(), ALPINE, "/threads", "size", "memory=2000"),
        mounts=mounts,
        options=("--memory", "256m"),
    )
    if code != "0":
        raise SystemExit(f"{way.name}: {size}, {memory}, exit code {code}")
    kibibytes = int(size.split()[1]) >> 10
    mebibytes = int(memory.split()[-2]) / 1024
    return f"| {way.name} | {kibibytes:,} KiB | {deepest(engine, way)} | {mebibytes:.1f} MiB |"


def main() -> int:
    """Print the table."""
    engine = Engine()
    lines = (
        "| on Alpine | a thread's stack | frames of Python in a thread | 2,000 threads take |",
        "|---|---|---|---|",
        *(row(engine, way) for way in WAYS if way.is_there()),
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
