"""What of start-up stays in PID 1: nothing, neither values nor memory nor code."""

import mmap
from pathlib import Path

import pytest

from tests.core.conftest import Contract, Start
from tests.namespaces import Run
from tests.package.elf import Elf

PARTS = (b"hunter2-from-a-file", b"hunter2-from-an-env-file", b"hunter2-from-the-folder")

#: What a sanitizer reserves for itself, in bytes.
HUGE = 1 << 28


def memory(pid: int) -> bytes:
    """Return all memory of a process that can be read."""
    found = bytearray()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *rest = line.split()
            if not rights.startswith("r") or rest[-1] in {"[vvar]", "[vsyscall]", "[vvar_vclock]"}:
                continue
            begin, end = (int(number, 16) for number in place.split("-"))
            if end - begin > HUGE:
                continue
            file.seek(begin)
            found += file.read(end - begin)
    return bytes(found)


def resident(run: Run) -> int:
    """Return the kibibytes of a process that are its own and in memory."""
    lines = Path(f"/proc/{run.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


@pytest.mark.parametrize("user", [[], ["--user", "1000:1000"]], ids=["as it is", "as a user"])
def test_no_value_stays(start: Start, contract: Contract, tmp_path: Path, user: list[str]) -> None:
    """Once main runs, no value that was read from a file is in PID 1's memory; main has it."""
    (tmp_path / "key").write_bytes(PARTS[0] + b"\n")
    (tmp_path / ".env").write_bytes(b"APP_TOKEN=" + PARTS[1] + b"\nOTHER=" + PARTS[1] + b"\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "app_pin").write_bytes(PARTS[2])
    file = contract(f"""
        [env]
        files = ["{tmp_path}/.env"]
        secrets = "{tmp_path}/secrets"
        [var.APP_KEY]
        [var.APP_TOKEN]
        pattern = "hunter.*"
        [var.APP_PIN]
        [var.APP_LIST]
        type = "list"
        aliases = ["OTHER"]
    """)
    environment = {"APP_KEY_FILE": str(tmp_path / "key")}
    options = ["--quiet", "--config", file, *user]
    with start(options, ["environment", "say=ready", "hold"], environment=environment) as run:
        run.skip_to("ready")
        said = run.so_far()
        assert [] == [part for part in PARTS if part.decode() not in said]
        run.settle()
        left = memory(run.pid)
        assert b"tinyinit" in left
        assert [] == [part for part in PARTS if part in left or part[:12] in left]


def test_memory_of_a_large_contract(start: Start, contract: Contract) -> None:
    """With a contract of 200 variables PID 1 is as small as without one."""
    table = '[var.APP_{0}]\ntype = "int"\ndefault = {0}\nmin = 0\ndescription = "{0}"\n'
    file = contract("".join(table.format(number) for number in range(200)))
    sizes: list[int] = []
    for options in (["--config", "off"], ["--config", str(file)]):
        found: list[int] = []
        # Where the kernel puts the stack, two pages more or less are used by the very same run.
        for _ in range(5):
            with start(options, ["say=ready", "hold"]) as run:
                run.skip_to("ready")
                run.settle()
                found.append(resident(run))
        sizes.append(min(found))
    # A page more or less is there without one, too.
    assert sizes[1] <= sizes[0] + 4


def test_start_up_is_gone(start: Start, tinyinit: Path) -> None:
    """Once main runs, PID 1 has no more of its code mapped than what lies before start-up's."""
    startup = Elf(tinyinit).sections().get("startup")
    if startup is None:
        pytest.skip("a compiler that does not set start-up apart made this file")
    with start([], ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        run.settle()
        lines = Path(f"/proc/{run.pid}/maps").read_text().splitlines()
        code = next(line.split()[0] for line in lines if "r-xp" in line and "[" not in line)
        begin, end = (int(number, 16) for number in code.split("-"))
    assert startup.address <= end - begin < startup.address + mmap.PAGESIZE
