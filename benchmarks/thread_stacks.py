"""Measure the stacks of threads on Alpine, each way to raise them, and print a Markdown table.

`python -m benchmarks.thread_stacks [--image IMAGE] [--tinyinit FILE]` needs docker, and an image
with a Python for musl. A way whose file is not there is left out, and said so on stderr.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MEASURE = """
import json, subprocess, sys, threading
from tinyinit import limits
BEFORE = "from tinyinit import limits; limits.raise_stack()" if "raise" in sys.argv else ""
exec(BEFORE)

DEEP = BEFORE + '''
import sys, threading
sys.setrecursionlimit(10**6)
def deep(n): return n and sum(map(deep, [n - 1])) + 1
thread = threading.Thread(target=deep, args=(int(sys.argv[1]),)); thread.start(); thread.join()
'''

def lives(depth):
    return subprocess.run([sys.executable, "-c", DEEP, str(depth)]).returncode == 0

alive, dead = 1, 2
while lives(dead):
    alive, dead = dead, dead * 2
while dead - alive > max(1, alive // 100):
    middle = (alive + dead) // 2
    alive, dead = (middle, dead) if lives(middle) else (alive, middle)

def resident():
    lines = open("/proc/self/smaps").read().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Rss:", "Swap:")))

size, done, before = limits.thread_stack_size(), threading.Event(), resident()
for _ in range(500): threading.Thread(target=done.wait, daemon=True).start()
print(json.dumps([size, alive, resident() - before]), flush=True)
done.set()
"""


class Way(NamedTuple):
    """A way to start Python in the container: docker's options, what runs before, an argument."""

    name: str
    options: tuple[str, ...] = ()
    script: str = 'exec "$@"'
    argument: str = ""
    needs: str | None = None


def ways(tinyinit: Path) -> list[Way]:
    """Return every way that is compared."""
    tini = shutil.which("tini-static") or "tini-static"
    return [
        Way("nothing"),
        Way("`ulimit -s unlimited`", script='ulimit -s unlimited; exec "$@"'),
        Way("tini", ("-v", f"{tini}:/tini:ro"), 'exec /tini -- "$@"', needs=tini),
        Way(
            "`LD_PRELOAD=/sbin/tinyinit`",
            ("-v", f"{tinyinit}:/sbin/tinyinit:ro"),
            'LD_PRELOAD=/sbin/tinyinit exec "$@"',
            needs=str(tinyinit),
        ),
        Way(
            "`tinyinit stack set 8M python3`",
            script='python3 -m tinyinit.stack set 8M "$(command -v python3)" >&2; exec "$@"',
        ),
        Way("`limits.raise_stack()`", argument="raise"),
    ]


def measure(image: str, way: Way) -> list[Any]:
    """Return bytes of a thread's stack, deepest recursion, KiB that 500 waiting threads take."""
    done = subprocess.run(  # noqa: S603
        [
            *("docker", "run", "--rm", "-v", f"{ROOT / 'tinyinit'}:/opt/tinyinit:ro"),
            *("-e", "PYTHONPATH=/opt", "-e", "PYTHONDONTWRITEBYTECODE=1", *way.options, image),
            *("sh", "-c", way.script, "sh", "python3", "-c", MEASURE, way.argument),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", default="python:3.11-alpine")
    parser.add_argument("--tinyinit", type=Path, default=ROOT / "build" / "tinyinit")
    words = parser.parse_args()
    sys.stdout.write(
        "| | a thread's stack | deepest recursion that lives | 500 waiting threads take |\n"
        "|---|---|---|---|\n"
    )
    for way in ways(words.tinyinit):
        if way.needs and not Path(way.needs).exists():
            sys.stderr.write(f"left out, as there is no {way.needs}: {way.name}\n")
            continue
        size, depth, memory = measure(words.image, way)
        sys.stdout.write(
            f"| {way.name} | {size >> 10:,} KiB | {depth:,} | {memory / 1024:.1f} MiB |\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
