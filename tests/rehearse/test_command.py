"""`tinyinit rehearse`: its options, its reports, and what it says when it cannot."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.machine import can_unshare, has_command, is_root, need, needs

pytestmark = needs(can_unshare())

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "docs" / "rehearse.schema.json").read_text())
APP = "trap 'exit 0' TERM; echo ready; sleep 60 & wait"
GOOD = ("/bin/sh", "-c", "trap 'kill $!; exit 0' TERM; sleep 60 & echo ready; wait")
BAD = ("/bin/sh", "-c", "echo ready; sleep 60; true")


def rehearse(*words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Return what the command says about a rehearsal."""
    return subprocess.run(
        [sys.executable, "-m", "tinyinit", "rehearse", *words],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
    )


def test_clean_is_0_and_ends_with_a_line_to_paste() -> None:
    """A clean stop has exit code 0, and the last line goes into a compose file."""
    words = ("--init", "none", "--ready-line", "ready", "--ready-after", "300ms")
    done = rehearse(*words, "--", *GOOD)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "clean: all ended by themselves" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"stop_grace_period: 1s  # 1 run 0\.\d \+ margin", last)


def test_not_clean_is_1_with_the_cause_and_the_cure() -> None:
    """A deaf program has exit code 1, its verdict, its cause, and what to do."""
    words = ("--init", "none", "--grace", "300ms", "--ready-after", "300ms")
    done = rehearse(*words, "--", *BAD)
    assert 1 == done.returncode
    assert re.search(
        r"deaf: sh \(pid 1\) did not pass SIGTERM on to sleep \(pid \d+\)", done.stdout
    )
    assert "to cure it: " in done.stdout
    assert "stop_grace_period" not in done.stdout, "no time is long enough"


def test_json_is_as_its_schema_says() -> None:
    """The JSON report validates, with two runs and the times in order."""
    words = ("--init", "none", "--runs", "2", "--ready-line", "ready", "--ready-after", "200ms")
    done = rehearse(*words, "--format", "json", "--", *GOOD)
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    assert 2 == len(report["runs"])
    root = report["runs"][0]["processes"][0]
    assert {"signal": "TERM", "ms": 0.0} == root["signals"][0]
    assert root["end"]["ms"] == report["runs"][0]["stop_ms"]


@pytest.mark.parametrize("form", ["svg", "html"])
def test_picture_is_well_formed(form: str, tmp_path: Path) -> None:
    """The picture is well-formed, says who was cut off, and asks for nothing from elsewhere."""
    need(has_command("tini"))
    file = tmp_path / f"picture.{form}"
    words = ("--init", "tini", "--ready-line", "ready", "--format", form, "--output", str(file))
    done = rehearse(*words, "--", "/bin/sh", "-c", f'sh -c "{APP}"; true')
    assert 1 == done.returncode, done.stderr
    assert not done.stdout
    text = file.read_text()
    assert "cut off" in text
    assert not re.search(r'(src|href)="?http', text)
    if form == "svg":
        ET.fromstring(text)  # noqa: S314  # our own


def test_compare_shows_each_init_that_is_here() -> None:
    """A comparison has a run for each init, bare and tinyinit among them."""
    words = ("--compare", "--grace", "300ms", "--ready-line", "ready", "--format", "json")
    report = json.loads(rehearse(*words, "--", *BAD).stdout)
    inits = [run["init"] for run in report["runs"]]
    assert {"none", "tinyinit"} <= set(inits)
    assert len(inits) == len(set(inits))


def test_during_startup() -> None:
    """A stop during the start is rehearsed at 0.1 s, at 0.5 s, and before main."""
    program = "sleep 0.8; exec sleep 60"
    words = ("--init", "none", "--during", "startup", "--grace", "300ms", "--ready-after", "1200ms")
    done = rehearse(*words, "--", "/bin/sh", "-c", program)
    assert 1 == done.returncode
    assert 3 == done.stdout.count("no init, stopped")
    assert "in the middle of what runs before main" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "rehearse needs a program"),
        (("--grace", "soon", "--", "true"), '--grace is "soon"; expected a time such as 10s'),
        (("--stop", "NOISE", "--", "true"), '--stop is "NOISE"; expected a signal'),
        (("--runs", "0", "--", "true"), '--runs is "0"; expected a number from 1 to 1000'),
        (("--ready-port", "70000", "--", "true"), '--ready-port is "70000"; expected a number'),
        (("--engine", "podman", "--", "true"), "--engine goes with --docker IMAGE"),
        (("--during", "lunch", "--", "true"), '--during is "lunch"; expected startup'),
        (("--format", "gif", "--", "true"), '--format is "gif"; expected one of text, json'),
        (("--load", "ftp://x", "--", "true"), '--load is "ftp://x"; expected http://HOST/PATH'),
        (("--init", "tini", "--compare", "--", "true"), "leave --init out"),
        (("--loud", "--", "true"), 'unknown option "--loud" for rehearse'),
    ],
)
def test_wrong_usage_is_64(words: tuple[str, ...], said: str) -> None:
    """Wrong usage has exit code 64 and one line that says what was expected."""
    done = rehearse(*words)
    assert (64, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert 1 == done.stderr.count("\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--", "no-such-program"), "no program no-such-program here"),
        (
            ("--init", "none", "--", "/bin/sh", "-c", "echo no database; exit 3"),
            "the program ended with exit code 3 before it was ready; its last line: no database",
        ),
        (("--init", "no-such-init", "--", "sleep", "9"), "--init no-such-init: no such program"),
        (
            (
                "--init",
                "none",
                "--load",
                "http://127.0.0.1:1/",
                "--ready-after",
                "100ms",
                "--",
                "sleep",
                "9",
            ),
            "--load http://127.0.0.1:1/: the first request failed",
        ),
        (("--docker", "tinyinit-no-such-image"), "tinyinit: "),
        (("--output", "/no/such/folder/x", "--", "true"), 'cannot write "/no/such/folder/x"'),
        (("--init", "none", "--", "/bin/sh", "-c", "read x < /dev/tty"), "before it was ready"),
    ],
)
def test_what_cannot_be_rehearsed_is_125(words: tuple[str, ...], said: str) -> None:
    """What cannot be rehearsed has exit code 125, and one line that says why."""
    done = rehearse(*words)
    assert (125, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert 1 == done.stderr.count("\n")


def test_port_in_use_is_not_taken_for_ready() -> None:
    """A port that somebody else listens on says nothing of the program: it is refused."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = rehearse("--ready-port", str(port), "--", "sleep", "9")
    assert 125 == done.returncode
    assert f"port {port} is in use already" in done.stderr


@contextlib.contextmanager
def ended(command: Sequence[str]) -> Generator[subprocess.Popen[bytes], None, None]:
    """Start a command that is killed at the end, whatever becomes of the test."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def test_interrupt_cleans_up_and_leaves_bystanders_alone() -> None:
    """Ctrl-C ends the rehearsal and all its processes, and nobody else's."""
    mark = f"{os.getpid()}77"
    words = ["--init", "none", "--", "/bin/sh", "-c", f"sleep 1{mark} & setsid sleep 2{mark}"]
    with ended(["sleep", mark]) as bystander:
        with ended(
            [sys.executable, "-m", "tinyinit", "rehearse", "--ready-after", "50s", *words]
        ) as command:
            until(lambda: sleeping(f"1{mark}") and sleeping(f"2{mark}"))
            command.send_signal(signal.SIGINT)
            _, said = command.communicate(timeout=60)
        assert (130, b"") == (command.returncode, said)
        until(lambda: not sleeping(f"1{mark}") and not sleeping(f"2{mark}"))
        assert bystander.poll() is None


def test_kill_of_the_command_ends_the_namespace() -> None:
    """A rehearsal that is killed itself leaves nothing either."""
    mark = f"{os.getpid()}78"
    words = ["rehearse", "--init", "none", "--ready-after", "50s", "--", "sleep", mark]
    with ended([sys.executable, "-m", "tinyinit", *words]) as command:
        until(lambda: sleeping(mark))
        command.kill()
    until(lambda: not sleeping(mark))


def test_needs_no_root() -> None:
    """A user without any rights sees the same, signals between processes included."""
    need(is_root(), has_command("setpriv", "util-linux"))
    python = Path("/usr/bin/python3")
    if not python.exists():
        pytest.skip("no Python that another user may run")
    words = ["--init", "none", "--ready-after", "500ms", "--format", "json", "--", *GOOD]
    # Not in pytest's own folder, which no other user may enter.
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cp", "-r", str(ROOT / "tinyinit"), folder], check=True)
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        done = subprocess.run(
            [
                *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                *(str(python), "-m", "tinyinit", "rehearse", *words),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
    assert 0 == done.returncode, done.stderr
    processes = json.loads(done.stdout)["runs"][0]["processes"]
    assert ["TERM"] == [one["signal"] for one in processes[1]["signals"]]


def sleeping(mark: str) -> bool:
    """Whether a `sleep` with this argument runs."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if entry.read_bytes() == f"sleep\0{mark}\0".encode():
                return True
        except OSError:
            continue
    return False


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, at most 60 s."""
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)
