"""Find the first size at which known libraries die in a thread on Alpine, and print a table.

`python -m tools.victims_table` needs docker, the file under test, the image python:3.11-alpine,
whose CPython leaves the size to musl, and python:3.11-alpine-1m, whose CPython asks for 1 MiB as
that of the official images does. It takes minutes and says on stderr how far it is.
"""

import json
import signal
import sys

from tests.containers import victims
from tests.containers.engine import Engine
from tests.containers.stacks import PYTHON, run
from tests.under_test import find_tinyinit

ONE_MIB = f"{PYTHON}-1m"
TRY = ("python3", "/victims/first_death.py")
UNLIMITED = ("sh", "-c", "ulimit -s unlimited; exec python3 /victims/first_death.py")
COLUMNS = (
    ("nothing", PYTHON, TRY),
    ("`ulimit -s unlimited`", PYTHON, UNLIMITED),
    ("tinyinit", PYTHON, ("/sbin/tinyinit", "--", *TRY)),
    ("asks for 1 MiB", ONE_MIB, TRY),
    ("asks for 1 MiB, tinyinit", ONE_MIB, ("/sbin/tinyinit", "--", *TRY)),
)
TIMEOUT = 900.0

Outcome = tuple[int, int, str]


def outcomes(engine: Engine, image: str, command: tuple[str, ...]) -> dict[str, Outcome]:
    """Return for each job the last size that was tried, the exit code and what it said."""
    site = victims.site(*victims.REQUIRED)
    lines = run(
        engine,
        image,
        *command,
        mounts=[(find_tinyinit(), "/sbin/tinyinit"), *victims.mounts(site)],
        options=victims.OPTIONS,
        timeout=TIMEOUT,
    )
    if lines[-1] != "0":
        raise SystemExit(f"{image}: {' '.join(command)}: {' '.join(lines)}")
    found: dict[str, Outcome] = json.loads(lines[-2])
    return found


def cell(outcome: Outcome) -> str:
    """Return what a column of the table says."""
    size, code, _ = outcome
    if code == -signal.SIGSEGV:
        return f"**{size:,} dies**"
    return f"{size:,}: own error" if code else f"{size:,} lives"


def main() -> int:
    """Print the table, and below it how many live of those that die."""
    columns: list[dict[str, Outcome]] = []
    for name, image, command in COLUMNS:
        sys.stderr.write(f"{name} ({image}) …\n")
        columns.append(outcomes(Engine(), image, command))
    lines = ["| " + " | ".join(["in a thread", *(name for name, _, _ in COLUMNS)]) + " |"]
    lines.append("|---" * (len(COLUMNS) + 1) + "|")
    lines += [
        "| " + " | ".join([job, *(cell(column[job]) for column in columns)]) + " |"
        for job in columns[0]
    ]
    for without, under in ((0, 2), (3, 4)):
        dead = [job for job, found in columns[without].items() if found[1] < 0]
        live = [job for job in dead if columns[under][job][1] >= 0]
        lines.append(
            f"\n{COLUMNS[without][0]}: {len(dead)} die, of which under tinyinit {len(live)} live"
        )
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
