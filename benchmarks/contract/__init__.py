"""What it costs to check an environment before a program starts: 20, 200 and 1,000 variables.

The values are in an env file; each tool reads it, checks every variable, and runs the program with
them. A shell checks only that they are there.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.contract.entrypoints import (
    ENTRYPOINTS,
    PYDANTIC,
    SH,
    VARLOCK,
    Entrypoint,
    find_entrypoints,
)
from benchmarks.contract.job import break_job, variables, write_job
from benchmarks.inits import TINYINIT
from benchmarks.model import (
    ENVIRONMENT,
    Bench,
    BenchmarkError,
    Bound,
    Figure,
    Group,
    Init,
    join_commands,
    progress,
    run,
)
from benchmarks.session import idle_session

__all__ = ["ENTRYPOINTS", "GROUP"]

_COUNTS = (20, 200, 1000)
_TURNS = 20


def measure(bench: Bench) -> Sequence[Figure]:
    """Time each tool in turns with the program alone; look at the memory of those that stay."""
    progress("contract: what is compared")
    entrypoints = find_entrypoints(bench)
    figures: list[Figure] = []
    for count in _COUNTS:
        progress(f"contract of {count}")
        folder = bench.tools / f"contract-{count}"
        write_job(folder, count)
        for each in entrypoints:
            _verify(each, folder, count)
        figures += _time(bench, entrypoints, folder, count)
        figures.append(_memory(bench, entrypoints, folder, count))
    if any(each.name == TINYINIT for each in entrypoints):
        figures.append(_bare_memory(bench))
    return [figure._replace(table="contract") for figure in figures if figure.rounds]


def _verify(entrypoint: Entrypoint, folder: Path, count: int) -> None:
    """Make sure that it does the job: hands every variable on, refuses if one is missing."""
    printenv = shutil.which("printenv") or "/usr/bin/printenv"
    *_, last = variables(count)
    found = _call([*entrypoint.of(folder), printenv, last.name])
    if (found.returncode, found.stdout) != (0, f"{last.value}\n"):
        raise BenchmarkError(
            f"{entrypoint.name} did not hand {last.name} on: exit code {found.returncode}"
        )
    broken = folder.with_name("broken")
    shutil.copytree(folder, broken)
    for file in broken.iterdir():
        # They name their env file.
        file.write_text(file.read_text().replace(str(folder), str(broken)))
    break_job(broken)
    if _call([*entrypoint.of(broken), printenv]).returncode == 0:
        raise BenchmarkError(f"{entrypoint.name} did not miss {last.name}")
    shutil.rmtree(broken)


def _call(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        text=True,
        check=False,
    )


def _time(
    bench: Bench, entrypoints: Sequence[Entrypoint], folder: Path, count: int
) -> list[Figure]:
    probe = bench.tool("probe")
    bare = [init.command for init in bench.inits if init.name == TINYINIT]
    fast = [each for each in entrypoints if not each.slow]
    slow = [each for each in entrypoints if each.slow]
    started: dict[str, list[float]] = {each.name: [] for each in entrypoints}
    added: dict[str, list[float]] = {TINYINIT: []} if bare else {}
    for _ in range(bench.rounds):
        commands = [[*command, probe] for command in bare]
        commands += [[*each.of(folder), probe] for each in fast]
        direct, *rest = _medians(bench, [[probe], *commands], _TURNS)
        for each, took in zip(fast, rest[len(bare) :], strict=True):
            started[each.name].append(took - direct)
            if each.name == TINYINIT:
                added[TINYINIT].append(took - rest[0])
        # Of what takes a thousand times as long, once a round is enough.
        for each, took in zip(
            slow,
            _medians(bench, [[*each.of(folder), probe] for each in slow], 1),
            strict=True,
        ):
            started[each.name].append(took - direct)
    return [
        Figure(f"contract of {count}: start", "µs", started),
        Figure(f"contract of {count}: more than without", "µs", added),
    ]


def _medians(bench: Bench, commands: Sequence[Sequence[str]], turns: int) -> list[float]:
    if not commands:
        return []
    printed = run([bench.tool("start"), "child", str(turns), *join_commands(commands)])
    lines = [[int(word) / 1000 for word in line.split()] for line in printed.splitlines()]
    return [median(column) for column in zip(*lines, strict=True)]


def _memory(bench: Bench, entrypoints: Sequence[Entrypoint], folder: Path, count: int) -> Figure:
    taken: dict[str, list[float]] = {each.name: [] for each in entrypoints}
    for _ in range(bench.rounds):
        for each in entrypoints:
            taken[each.name].append(_resident(bench, each, folder) if each.stays else 0)
    return Figure(f"contract of {count}: resident while the program runs", "kB", taken)


def _bare_memory(bench: Bench) -> Figure:
    init = next(init for init in bench.inits if init.name == TINYINIT)
    taken = [_rss(bench, init) for _ in range(bench.rounds)]
    return Figure("no contract: resident while the program runs", "kB", {TINYINIT: taken})


def _resident(bench: Bench, entrypoint: Entrypoint, folder: Path) -> float:
    command = entrypoint.of(folder)
    return _rss(bench, Init(entrypoint.name, command, command, file=None))


def _rss(bench: Bench, init: Init) -> float:
    with idle_session(bench, init) as running:
        return running.memory()["Rss"]


GROUP = Group(
    "contract",
    measure,
    [
        Bound(f"contract of {count}: start", limit, against)
        for count in _COUNTS
        for against, limit in ((SH, 1.0), (PYDANTIC, 0.01), (VARLOCK, 0.01))
    ],
)
