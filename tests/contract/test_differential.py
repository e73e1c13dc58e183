"""One meaning, two readers: the file and Python give the same verdict, report and environment."""

import os
import re
import subprocess
import time
from collections.abc import Generator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.cases import Case, make_case, make_files
from tests.readers.build import Reader
from tinyinit import contract

FILE = "käse\x1b.toml"
STARTS = int(os.environ.get("TINYINIT_STARTS", "20000"))
BATCH = 40
#: So many bytes of a secret tell nobody anything.
PART = 4
FORMATS = ("text", "text", "json", "github")


@pytest.fixture(scope="module")
def core() -> Generator[Reader]:
    """Run the core's check."""
    reader = Reader("check", FILE)
    yield reader
    reader.close()


def entries(case: Case) -> dict[bytes, bytes]:
    """Return the environment of a case in bytes."""
    return {name.encode("utf-8", "surrogateescape"): data for name, data in case.environ.items()}


def report_of(report: contract.Report, format_: str) -> bytes:
    """Return a report in one of its formats."""
    texts = {"text": report.text, "json": report.json, "github": report.github}
    return texts[format_]().encode()


def in_python(case: Case, format_: str) -> bytes:
    """Return what Python says, as tests/readers/check.c writes it."""
    read, problems = contract.read(case.contract, FILE)
    if problems:
        return report_of(contract.Report(FILE, problems, of_contract=True), format_)
    result = contract.check(read, entries(case))
    said = report_of(contract.Report(FILE, result.problems, result.warnings), format_)
    if result.problems:
        return said
    made = b"".join(b"%b=%b\0" % entry for entry in result.environment.items())
    return said + b"environment\n" + made


def in_core(core: Reader, case: Case, format_: str) -> bytes:
    """Return what the core says, without the time."""
    environ = b"".join(b"%b=%b\0" % entry for entry in entries(case).items())
    said = core.ask(case.contract, environ, format_.encode())
    return re.sub(rb'^\{"time": "[^"]+", ', b"{", said)


def shown_parts(said: bytes, secrets: list[str]) -> list[str]:
    """Return the parts of secrets that are in a report."""
    report = said.partition(b"environment\n")[0].decode()
    return [
        secret[at : at + PART]
        for secret in secrets
        for at in range(len(secret) - PART + 1)
        if secret[at : at + PART] in report
    ]


def ask_both(core: Reader, seed: int) -> int:
    """Ask both about the cases of a seed. Returns how many met their contract."""
    random = Random(seed)  # noqa: S311  # a case can be made again
    met = 0
    with TemporaryDirectory(prefix="contract-", dir=_memory()) as folder:
        files = make_files(random, Path(folder))
        for number in range(BATCH):
            case = make_case(random, files)
            format_ = random.choice(FORMATS)
            expected = in_python(case, format_)
            said = in_core(core, case, format_)
            assert expected == said, f"case {number} of seed {seed}"
            assert [] == shown_parts(said, case.secrets), f"case {number} of seed {seed}"
            met += b"environment\n" in said
    return met


def _memory() -> str | None:
    """Return a folder in memory, if there is one: a disk would be what takes the time."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # a fresh folder


def test_same_verdict_report_and_environment(core: Reader) -> None:
    """On generated contracts, files and environments both say the same, and show no secret."""
    met, asked, begin = 0, 0, time.process_time()

    @settings(max_examples=max(1, STARTS // BATCH), deadline=None, database=None)
    @given(st.integers(0, 2**64 - 1))
    def ask(seed: int) -> None:
        nonlocal met, asked
        met += ask_both(core, seed)
        asked += BATCH

    ask()
    assert asked >= STARTS // BATCH * BATCH
    assert asked // 12 < met < asked, f"{met} of {asked} met: the cases are lopsided"
    assert time.process_time() - begin < 120


def test_real_starts(tinyinit: Path, tmp_path: Path) -> None:
    """Real starts say the same: a report and code 78, or a program with the same environment."""
    told = met = 0
    command: list[str | Path] = [tinyinit, "exec", f"--config={FILE}", "--", "/usr/bin/env", "-0"]
    for seed in range(max(1, min(10, STARTS // 2000))):
        random = Random(seed)  # noqa: S311  # a case can be made again
        folder = tmp_path / str(seed)
        folder.mkdir()
        files = make_files(random, folder)
        for _ in range(BATCH):
            case = make_case(random, files)
            if b"[init]" in case.contract:
                continue  # it would change the start
            (tmp_path / FILE).write_bytes(case.contract)
            expected, has_met, environment = in_python(case, "text").partition(b"environment\n")
            done = subprocess.run(
                command, cwd=tmp_path, env=entries(case), capture_output=True, check=False
            )
            assert (expected, environment) == (done.stderr, done.stdout), case
            assert (0 if has_met else 78) == done.returncode, case
            met += bool(has_met)
            told += bool(expected)
    assert 0 < met < told
