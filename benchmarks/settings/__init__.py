"""What settings for a Python app cost: 20 fields in tinyinit and in other libraries, in turns."""

import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.environments import environment
from benchmarks.inits import TINYINIT
from benchmarks.model import Bench, BenchmarkError, Bound, Figure, Group, progress

_HERE = Path(__file__).parent
_TIMES = 50
_FIGURES = {
    "import": ("settings: import", "ms", 1e6),
    "first": ("settings: define and load, first", "µs", 1e3),
    "again": ("settings: define and load, again", "µs", 1e3),
    "load": ("settings: load again", "µs", 1e3),
    "memory": ("settings: memory at most", "kB", 1),
}
_NOTHING = "nothing"


class Library(NamedTuple):
    """A library to compare with: what pip installs, how it has lists written."""

    requirements: tuple[str, ...]
    lists: tuple[str, str] = ("a,b,c", "1,2,3")


_JSON = ('["a", "b", "c"]', "[1, 2, 3]")


LIBRARIES = {
    TINYINIT: Library(()),
    "pydantic-settings": Library(("pydantic-settings==2.16.3",), lists=_JSON),
    "environs": Library(("environs==15.2.0",)),
    "environ-config": Library(("environ-config==26.1.0",)),
    "python-decouple": Library(("python-decouple==3.8",)),
    "msgspec": Library(("msgspec==0.22.0",)),
    "dynaconf": Library(("dynaconf==3.3.5",), lists=_JSON),
    "typed-settings": Library(("typed-settings[attrs]==26.0.0",), lists=("a:b:c", "1:2:3")),
}
_VALUES = {
    "NAME": "shop",
    "HOST": "127.0.0.1",
    "PORT": "8080",
    "DEBUG": "true",
    "RATIO": "0.5",
    "LEVEL": "info",
    "SECRET_KEY": "correct-horse",
    "DATABASE_URL": "postgresql://app:battery@db/shop",
    "CACHE_URL": "redis://cache:6379/0",
    "REGION": "eu",
    "ZONE": "z1",
    "WORKERS": "4",
    "THREADS": "8",
    "BACKLOG": "128",
    "RETRIES": "3",
    "TIMEOUT": "2.5",
    "VERBOSE": "false",
    "PROXY": "false",
}


def measure(bench: Bench) -> Sequence[Figure]:
    """Run each library's use in processes of its own, one a round."""
    pythons = {_NOTHING: environment(_NOTHING, ())}
    for name in (name for name in LIBRARIES if bench.wants(name)):
        progress(f"settings: the environment of {name}")
        try:
            pythons[name] = environment(name, LIBRARIES[name].requirements)
        except BenchmarkError as error:
            progress(f"left out, as {error}")
    progress("settings")
    for name, python in pythons.items():
        _run(name, python, 1)  # caches are written
    found: dict[str, dict[str, list[float]]] = {key: {} for key in _FIGURES}
    order = [*pythons]
    chance = random.Random(0)  # noqa: S311
    for _ in range(bench.rounds):
        chance.shuffle(order)
        for name in order:
            for key, value in _run(name, pythons[name], _TIMES).items():
                found[key].setdefault(name, []).append(value / _FIGURES[key][2])
    return [
        Figure(
            name,
            unit,
            {who: found[key][who] for who in pythons if who != _NOTHING or key == "memory"},
            table="settings",
        )
        for key, (name, unit, _) in _FIGURES.items()
    ]


def _run(name: str, python: Path, times: int) -> dict[str, int]:
    library = LIBRARIES.get(name, Library(()))
    tags, shards = library.lists
    values = {**_VALUES, "TAGS": tags, "SHARDS": shards}
    use = _HERE / "uses" / f"{name.replace('-', '_')}.py"
    done = subprocess.run(  # noqa: S603
        [python, "-I", _HERE / "driver.py", use, str(times)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={f"APP_{key}": value for key, value in values.items()},
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BenchmarkError(f"the use of {name} failed: {last}")
    found: dict[str, int] = json.loads(done.stdout)
    return found


GROUP = Group(
    "settings",
    measure,
    [
        Bound("settings: import", 5),
        Bound("settings: define and load, first", 500),
        Bound("settings: import", 0.05, "pydantic-settings"),
        Bound("settings: import", 1.0, "python-decouple"),
        Bound("settings: define and load, first", 0.5, "pydantic-settings"),
        Bound("settings: memory at most", 0.5, "pydantic-settings"),
        Bound("settings: memory at most", 1.0, "python-decouple"),
    ],
)
