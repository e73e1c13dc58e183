"""Known libraries in a thread on Alpine where Python asks for 1 MiB, as official images do."""

from pathlib import Path

import pytest

from tests.containers import victims
from tests.containers.engine import Engine
from tests.containers.stacks import PYTHON, SEGFAULT, run
from tests.machine import Answer, need

MIB = 1 << 20


@pytest.fixture(scope="module")
def site() -> Path:
    """Return the folder of the wheels for musl."""
    try:
        return victims.site("numpy", "pydantic", "duckdb")
    except victims.NoWheelsError as missing:
        need(Answer(str(missing)))
        raise


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("job", "size"),
    [
        ("numpy solve, n by n", "100"),
        ("pydantic validate and dump, n nested", "150"),
        ("duckdb 1+1+… of n terms", "900"),
    ],
)
def test_thread_that_asks_for_too_little(
    engine: Engine, tinyinit: Path, site: Path, job: str, size: str
) -> None:
    """What dies of SIGSEGV in a thread of 1 MiB is done under tinyinit, without an option."""
    mounts = [(tinyinit, "/sbin/tinyinit"), *victims.mounts(site)]
    command = ("python3", "/victims/victim.py", job, size, str(MIB))
    for init, code in (((), SEGFAULT), (("tinyinit", "--stack=off"), SEGFAULT), (("tinyinit",), 0)):
        lines = run(engine, PYTHON, *init, *command, mounts=mounts, options=victims.OPTIONS)
        assert str(code) == lines[-1]
