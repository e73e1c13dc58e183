"""The resource limits of main, asked of the kernel."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.core.conftest import Call, Start, the_message
from tests.core.proc import LIMITS, main_file
from tests.namespaces import SEARCH_PATH, Argument, Run, stage, status_field

SETPRIV = shutil.which("setpriv") or "setpriv"
GIB = 1 << 30

NAMES = {**LIMITS, "as": "Max address space"}
"""Docker's, and the one that the kernel numbers in between."""

BYTES = ("core", "data", "fsize", "memlock", "msgqueue", "rss", "stack", "as")

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give capabilities up")
can_raise = pytest.mark.skipif(
    not int(status_field(os.getpid(), "CapEff"), 16) >> 24 & 1,
    reason="the capability SYS_RESOURCE is not to be had here",
)


def limits(text: str) -> dict[str, tuple[str, str]]:
    """Return the soft and the hard limits of a /proc/PID/limits by their names."""
    found: dict[str, tuple[str, str]] = {}
    for name, label in NAMES.items():
        (line,) = [line for line in text.splitlines() if line.startswith(label)]
        soft, hard = line.removeprefix(label).split()[:2]
        found[name] = (soft, hard)
    return found


def ours() -> dict[str, tuple[str, str]]:
    """Return the limits that this test has, and so the stage and tinyinit."""
    return limits(Path("/proc/self/limits").read_text())


def mains(run: Run) -> dict[str, tuple[str, str]]:
    """Return the limits of the payload, which holds."""
    run.skip_to("ready")
    return limits(main_file(run, "limits"))


def lower(name: str) -> tuple[str, str]:
    """Return a soft and a hard limit, other than there are, that need no right to be set."""
    hard = ours()[name][1]
    if hard == "unlimited":
        return str(GIB), str(2 * GIB)
    return str(int(hard) // 4), str(int(hard) // 2)


@pytest.mark.parametrize("name", NAMES)
def test_every_limit(start: Start, name: str) -> None:
    """Each of docker's limits is main's, soft and hard, and no other limit changes."""
    soft, hard = lower(name)
    for given, expected in ((f"{soft}:{hard}", (soft, hard)), (soft, (soft, soft))):
        with start(["--ulimit", f"{name}={given}"], ["say=ready", "hold"]) as run:
            assert ours() | {name: expected} == mains(run)
            assert ours() == limits(Path(f"/proc/{run.pid}/limits").read_text())


@can_raise
@pytest.mark.parametrize("name", sorted(NAMES.keys() - {"nofile"}))
def test_every_limit_raised(start: Start, name: str) -> None:
    """With the capability each limit but that of files can be raised to anything."""
    given = f"{name}={GIB}:unlimited"
    with start(["--ulimit", given], ["say=ready", "hold"]) as run:
        assert ours() | {name: (str(GIB), "unlimited")} == mains(run)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("unlimited", ("unlimited", "unlimited")),
        ("-1", ("unlimited", "unlimited")),
        ("0:-1", ("0", "unlimited")),
        ("-1:unlimited", ("unlimited", "unlimited")),
        ("18446744073709551615", ("unlimited", "unlimited")),
        ("18446744073709551614", ("18446744073709551614", "18446744073709551614")),
        ("007", ("7", "7")),
    ],
)
def test_amounts(start: Start, given: str, expected: tuple[str, str]) -> None:
    """Unlimited has two names; any number of 64 bits reaches the kernel whole."""
    if ours()["rss"][1] != "unlimited":
        pytest.skip("there is a hard limit of rss here")
    with start(["--ulimit", f"rss={given}"], ["say=ready", "hold"]) as run:
        assert expected == mains(run)["rss"]


@pytest.mark.parametrize("name", BYTES)
def test_sizes(start: Start, name: str) -> None:
    """A limit in bytes may be written as a size."""
    size, unit, shift = (400, "k", 10) if name in ("memlock", "msgqueue") else (64, "M", 20)
    with start(["--ulimit", f"{name}={size}{unit}"], ["say=ready", "hold"]) as run:
        assert (str(size << shift),) * 2 == mains(run)[name]


@pytest.mark.parametrize("end", ["", "b", "B", "i", "ib", "iB", "IB"])
@pytest.mark.parametrize(("unit", "shift"), [("k", 10), ("m", 20), ("g", 30), ("t", 40)])
def test_units(start: Start, unit: str, shift: int, end: str) -> None:
    """Units are powers of 1024, in any case and with any of their ends."""
    given = f"core=3{unit}{end}:5{unit.upper()}{end}"
    with start(["--ulimit", given], ["say=ready", "hold"]) as run:
        assert (str(3 << shift), str(5 << shift)) == mains(run)["core"]


@pytest.mark.parametrize("name", sorted(NAMES.keys() - {*BYTES}))
def test_no_sizes(call: Call, payload: Path, name: str) -> None:
    """A limit that counts something else takes no unit."""
    result = call("--ulimit", f"{name}=1k", "--", payload, "say=started")
    assert 64 == result.returncode
    assert f'"{name}=1k"' in the_message(result)


WRONG = [
    ("nofile", "NAME=SOFT"),
    ("", "NAME=SOFT"),
    ("=5", "nofile"),
    ("files=5", "nofile"),
    ("NOFILE=5", "nofile"),
    ("nofil=5", "nofile"),
    ("nofile=", "a number"),
    ("nofile=:", "a number"),
    ("nofile=5:", "a number"),
    ("nofile=:5", "a number"),
    ("nofile=5:6:7", "a number"),
    ("nofile=five", "a number"),
    ("nofile=-2", "a number"),
    ("nofile=+5", "a number"),
    ("nofile= 5", "a number"),
    ("nofile=18446744073709551616", "a number"),
    ("nofile=infinity", "a number"),
    ("core=5x", "in bytes"),
    ("core=1.5M", "in bytes"),
    ("core=M", "in bytes"),
    ("core=0x4", "in bytes"),
    ("core=4ib", "in bytes"),
    ("core=4kk", "in bytes"),
    ("core=16777216T", "in bytes"),
    ("nofile=6:5", "at most the hard"),
    ("nofile=unlimited:5", "at most the hard"),
    ("nofile=5,nofile=6", "set once"),
    ("nofile=5,,core=6", "NAME=SOFT"),
    ("nofile=5,", "NAME=SOFT"),
    ("nofile=" + "9" * 200, "a number"),
]


@pytest.mark.parametrize(("given", "expected"), WRONG, ids=[given[:30] for given, _ in WRONG])
def test_wrong_limit(call: Call, payload: Path, given: str, expected: str) -> None:
    """A wrong limit is one line that shows it and what was expected, 64, nothing starts."""
    result = call(f"--ulimit={given}", "--", payload, "say=started")
    assert 64 == result.returncode
    message = the_message(result)
    assert message.startswith("--ulimit is ")
    assert expected in message


def test_several(start: Start) -> None:
    """Limits add up, from one list and from several options."""
    options = ["--ulimit", "nofile=64:128,core=0", "--ulimit", "cpu=100:200"]
    with start(options, ["say=ready", "hold"]) as run:
        expected = {"nofile": ("64", "128"), "core": ("0", "0"), "cpu": ("100", "200")}
        assert ours() | expected == mains(run)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"nofile": ("64", "128"), "core": ("0", "0")}),
        (["--ulimit", "cpu=100:200"], {"cpu": ("100", "200")}),
        (["--ulimit=off"], {}),
        (["--ulimit=off", "--ulimit=core=0"], {"core": ("0", "0")}),
    ],
)
def test_variable_and_flag(
    start: Start, options: list[str], expected: dict[str, tuple[str, str]]
) -> None:
    """TINYINIT_ULIMIT is a list, which a flag replaces and off empties."""
    environment = {"PATH": SEARCH_PATH, "TINYINIT_ULIMIT": "nofile=64:128,core=0"}
    with start(options, ["say=ready", "hold"], environment=environment) as run:
        assert ours() | expected == mains(run)


def bound(name: str) -> list[Argument]:
    """Return the command that runs another without one capability."""
    return [SETPRIV, f"--bounding-set=-{name}"]


@only_root
@pytest.mark.parametrize(
    "name", ["nofile", "msgqueue", "nice", "rtprio", "nproc", "sigpending", "memlock"]
)
def test_raise_without_the_capability(tinyinit: Path, payload: Path, name: str) -> None:
    """A hard limit that may not be raised: 126, one line with both numbers and what to change."""
    if ours()[name][1] == "unlimited":
        pytest.skip(f"there is no hard limit of {name} here")
    hard = int(ours()[name][1])
    wanted = f"{name}={hard}:{hard + 1}"
    options = ["--ulimit", wanted, "--ulimit", "core=0"]
    command = [*bound("sys_resource"), tinyinit, *options, "--", payload, "say=started"]
    with stage(command) as run:
        assert 126 == run.wait()
        assert "" == run.output()
        (line,) = run.errors().splitlines()
        assert f"cannot set the limit {name} to {hard + 1}: the hard limit is {hard}," in line
        for place in ("SYS_RESOURCE", f"docker run --ulimit {name}=", "compose", "Kubernetes"):
            assert place in line


@only_root
def test_lower_without_the_capability(tinyinit: Path, payload: Path) -> None:
    """What is no raise needs no capability."""
    hard = ours()["nofile"][1]
    for given in (f"nofile={hard}", f"nofile=5:{hard}", "nofile=50:60"):
        command = [*bound("sys_resource"), tinyinit, "--ulimit", given, "--", payload, "exit=3"]
        with stage(command) as run:
            assert 3 == run.wait()
            assert "" == run.errors()


@only_root
def test_over_what_the_machine_has(start: Start) -> None:
    """Not even root gets more files than fs.nr_open: the line says so."""
    with start(["--ulimit", "nofile=unlimited"], ["say=started"]) as run:
        assert 126 == run.wait()
        assert "" == run.output()
        assert "fs.nr_open" in run.errors()


@can_raise
def test_raised_before_the_user_changes(start: Start) -> None:
    """With --user too, a limit is raised with what root may."""
    options = ["--user", "4242:4242", "--ulimit", "msgqueue=unlimited"]
    with start(options, ["say=ready", "hold"]) as run:
        assert ("unlimited", "unlimited") == mains(run)["msgqueue"]


@only_root
def test_no_process_left_for_the_user(start: Start) -> None:
    """A limit of processes that keeps main itself from starting: 126, and the line names it."""
    uid = 4242
    with subprocess.Popen(["sleep", "60"], user=uid) as other:
        try:
            options = ["--user", f"{uid}:{uid}", "--ulimit", "nproc=0"]
            with start(options, ["say=started"]) as run:
                assert 126 == run.wait()
                (line,) = run.errors().splitlines()
                assert "nproc" in line
        finally:
            other.kill()


def test_limits_are_not_tinyinits(start: Start) -> None:
    """Limits that would end tinyinit itself do not: it outlives main, and reaps."""
    with start(
        ["--ulimit", "cpu=1:1,nofile=9,fsize=0,as=64M"], ["leave=delay=10", "exit=7"]
    ) as run:
        assert 7 == run.wait()
