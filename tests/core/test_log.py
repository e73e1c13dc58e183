"""What tinyinit says, and where."""

import datetime as dt
import json
import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.core.conftest import Call, Start

LIFE = ["leave=orphan,delay=50", "zombies=2", "block", "say=ready", "until=15", "exit=3"]


def _whole_life(start: Start, options: list[str]) -> list[str]:
    with start(options, LIFE) as run:
        run.skip_to("ready")
        run.until(lambda: 3 == len(run.processes()))
        run.kill(10)
        run.kill(15)
        assert 3 == run.wait()
        return run.errors().splitlines()


def test_silent_by_default(start: Start) -> None:
    """A life without a problem is not worth a word."""
    assert [] == _whole_life(start, [])


def test_verbose(start: Start) -> None:
    """`-v` tells start, forwarded signals, reaped orphans, main's end and that of the rest."""
    text = "\n".join(_whole_life(start, ["-v"]))
    for words in (
        "started payload",
        "SIGUSR1",
        "forwarded SIGTERM to payload",
        "reaped",
        "exited with 3",
        "SIGTERM to what payload has left",
    ):
        assert words in text
    assert all(line.startswith("tinyinit: ") for line in text.splitlines())


@pytest.mark.parametrize("place", ["flag", "variable"])
def test_quiet(call: Call, payload: Path, place: str) -> None:
    """`-q` silences what is said of a death; a program that cannot be run is still told."""
    environment = {"TINYINIT_QUIET": "1"} if place == "variable" else {}
    options = ["-q"] if place == "flag" else []
    result = call(*options, "--", payload, "die=9", environment=environment)
    assert (137, "") == (result.returncode, result.stderr)
    assert "no-such" in call(*options, "--", "no-such", environment=environment).stderr


def test_nothing_of_ours_on_stdout(start: Start) -> None:
    """Standard output is main's alone, however much is to be told."""
    with start(["-v", "--log", "json"], [*LIFE[:-1], "die=11"]) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 139 == run.wait()
        lines = run.so_far().splitlines()
    ours = [line for line in lines if not re.match(r"leftover|zombies|ready|signal", line)]
    assert [] == ours


def _json(line: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_json(start: Start) -> None:
    """`--log json` makes each line an object with time, level, event, message and fields."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    records = [_json(line) for line in _whole_life(start, ["-v", "--log", "json"])]
    after = dt.datetime.now(dt.UTC)
    for record in records:
        assert ["time", "level", "event", "message"] == list(record)[:4]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"])
        assert before <= dt.datetime.fromisoformat(record["time"]) <= after
        assert record["level"] in ("info", "warning", "error")
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", record["event"])
        assert not record["message"].startswith("tinyinit")
    events = [record["event"] for record in records]
    assert {"started", "forwarded", "reaped", "main_exited", "ending"} <= set(events)
    started = records[events.index("started")]
    assert ("payload", 2) == (started["program"], started["pid"])
    assert 3 == records[events.index("main_exited")]["code"]


def test_json_of_wrong_options(call: Call) -> None:
    """What is wrong with an option is told as JSON too, if that is asked for before it."""
    result = call("--log=json", "--grace", 'fa"st\n', "true")
    assert 64 == result.returncode
    record = _json(result.stderr.splitlines()[0])
    assert "error" == record["level"]
    assert "--grace" in record["message"]


@pytest.mark.parametrize(
    "name", [b"caf\xc3\xa9", b"bad\xff\xfe", b'quo"te\\', b"new\nline", b"\xed\xa0\x80", b"x" * 200]
)
def test_json_of_odd_names(call: Call, payload: Path, tmp_path: Path, name: bytes) -> None:
    """A program of any name, UTF-8 or not, makes a valid object and a line of its own."""
    path = tmp_path / os.fsdecode(name)
    path.symlink_to(payload)
    result = call("--log", "json", "--", path, "die=9")
    lines = result.stderr.encode("utf-8", "surrogateescape").splitlines()
    assert 1 == len(lines)
    record = _json(lines[0].decode())
    assert "SIGKILL" == record["signal"]
    assert "\n" not in result.stderr.rstrip("\n")


@pytest.mark.parametrize("name", [b"bad\xff\xfe", b"new\nline\r\x1b[2J"])
def test_text_of_odd_names(call: Call, payload: Path, tmp_path: Path, name: bytes) -> None:
    """In text, too, a program's name breaks no line and moves no cursor."""
    path = tmp_path / os.fsdecode(name)
    path.symlink_to(payload)
    lines = call("--", path, "die=9").stderr.split("\n")
    assert ["", 2] == [lines[-1], len(lines)]
    assert lines[0].isprintable()


def test_each_line_is_one_write(start: Start) -> None:
    """Each line is one write, so that lines of tinyinit and main never mix."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        with start(["-v"], LIFE, stderr=theirs.fileno()) as run:
            run.skip_to("ready")
            run.kill(15)
            assert 3 == run.wait()
        theirs.close()
        ours.settimeout(5)
        packets = 0
        while b"exited with" not in (packet := ours.recv(65536)):
            assert packet.startswith(b"tinyinit: ")
            assert packet.endswith(b"\n")
            assert 1 == packet.count(b"\n")
            packets += 1
    assert 4 <= packets


def test_closed_standard_error(start: Start) -> None:
    """Standard error closed: no line lands in a descriptor that main has opened."""
    with start(["-v"], ["zombies=3", "block", "say=ready", "until=15"], "--close", "2") as run:
        run.skip_to("ready")
        run.kill(15)
        assert 0 == run.wait()
        assert "tinyinit" not in run.so_far()


def test_full_log_at_the_end(start: Start) -> None:
    """A log that nobody reads does not keep tinyinit from ending with main's code."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writer, True)
    try:
        with start(["-v"], ["leave", "zombies=20", "die=9"], stderr=writer) as run:
            assert 137 == run.wait()
    finally:
        os.close(reader)
        os.close(writer)


def test_flood_of_lines_to_a_slow_reader(start: Start) -> None:
    """5,000 orphans with `-v` and a log nobody reads are reaped all the same."""
    reader, writer = os.pipe()
    try:
        with start(["-v"], ["waves=5,1000", "hold"], stderr=writer) as run:
            run.skip_to("waves")
            run.until(lambda: 2 == len(run.processes()))
    finally:
        os.close(reader)
        os.close(writer)
