"""The command line and the variables."""

import subprocess
from pathlib import Path

import pytest

from tests.core.conftest import Call, Start, the_message

WRONG = [
    (["--grce", "5s"], "--grce", "--grace"),
    (["--stop-timout=5s"], "--stop-timout", "--stop-timeout"),
    (["--parent-deth", "HUP"], "--parent-deth", "--parent-death"),
    (["--zzz"], "--zzz", "--help"),
    (["-x"], "-x", "--help"),
    (["-gx"], "-gx", "--help"),
    (["--grace", "fast"], "--grace", "30s"),
    (["--grace=-1s"], "-1s", "30s"),
    (["--grace="], "--grace", "30s"),
    (["--grace", "5x"], "5x", "30s"),
    (["--grace", "1m1h"], "1m1h", "1h30m"),
    (["--grace", "99999999999999999999"], "99999999999999999999", "30s"),
    (["--grace", "1.5s"], "1.5s", "30s"),
    (["--drain", "soon"], "--drain", "30s"),
    (["--stop-timeout", "5 s"], "5 s", "30s"),
    (["--stop-signal", "TREM"], "TREM", "TERM"),
    (["--stop-signal", "65"], "65", "64"),
    (["--parent-death", "KILL"], "KILL", "forwarded"),
    (["--parent-death", "RTMIN+31"], "RTMIN+31", "RTMIN"),
    (["--rewrite", "HUP"], "HUP", "HUP:USR1"),
    (["--rewrite", "HUP:USR9"], "USR9", "SIGTERM"),
    (["--rewrite", "FOO:USR1"], "FOO", "SIGTERM"),
    (["--rewrite", "HUP:USR1,,INT:QUIT"], "--rewrite", "HUP:USR1"),
    (["--rewrite", "KILL:TERM"], "KILL", "forwarded"),
    (["--rewrite", "HUP:USR1,HUP:USR2"], "HUP", "once"),
    (["--success", "256"], "256", "0 to 255"),
    (["--success", "1-3"], "1-3", "0 to 255"),
    (["--success", "-1"], "-1", "0 to 255"),
    (["--log", "xml"], "xml", "json"),
    (["--group=maybe"], "maybe", "on or off"),
    (["--help=yes"], "--help", "yes"),
]


@pytest.mark.parametrize(("options", "seen", "expected"), WRONG, ids=str)
def test_wrong_option(
    call: Call, payload: Path, options: list[str], seen: str, expected: str
) -> None:
    """A wrong option is one line that names it and what was expected, code 64, main not started."""
    result = call(*options, "--", payload, "say=started")
    message = the_message(result)
    assert 64 == result.returncode
    assert seen in message
    assert expected in message


@pytest.mark.parametrize(
    "option",
    ["grace", "stop-timeout", "drain", "stop-signal", "rewrite", "success", "parent-death", "log"],
)
def test_missing_value(call: Call, option: str) -> None:
    """An option without its value is one line that names it, code 64."""
    result = call(f"--{option}")
    assert 64 == result.returncode
    assert f"--{option}" in the_message(result)


def test_missing_program(call: Call) -> None:
    """Without a program there is one line that says how to call it, code 64."""
    for arguments in ([], ["--"], ["--grace", "5s"], ["-v", "--"]):
        result = call(*arguments)
        assert 64 == result.returncode
        assert "PROGRAM" in the_message(result)


def test_all_problems_at_once(call: Call, payload: Path) -> None:
    """Two wrong values and a wrong variable are three lines, never one per restart."""
    result = call(
        *("--grace", "fast", "--drain", "slow", "--", payload, "say=started"),
        environment={"TINYINIT_SUCCESS": "many"},
    )
    assert 64 == result.returncode
    assert "" == result.stdout
    lines = result.stderr.splitlines()
    assert ["TINYINIT_SUCCESS", "--grace", "--drain"] == [line.split()[1] for line in lines]


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("TINYINIT_GRACE", "fast", "30s"),
        ("TINYINIT_STOP_TIMEOUT", "x", "30s"),
        ("TINYINIT_DRAIN", "x", "30s"),
        ("TINYINIT_STOP_SIGNAL", "x", "SIGTERM"),
        ("TINYINIT_REWRITE", "x", "HUP:USR1"),
        ("TINYINIT_SUCCESS", "x", "0 to 255"),
        ("TINYINIT_PARENT_DEATH", "x", "SIGTERM"),
        ("TINYINIT_LOG", "x", "json"),
        ("TINYINIT_GROUP", "x", "on or off"),
        ("TINYINIT_QUIET", "x", "on or off"),
        ("TINYINIT_VERBOSE", "x", "on or off"),
    ],
)
def test_wrong_variable(
    call: Call, payload: Path, variable: str, value: str, expected: str
) -> None:
    """Every option is a variable too; a wrong value in it is one line that names it, code 64."""
    result = call(payload, "say=started", environment={variable: value})
    message = the_message(result)
    assert 64 == result.returncode
    assert variable in message
    assert value in message
    assert expected in message


def test_misspelt_variable(call: Call, payload: Path) -> None:
    """A variable that is nearly an option is refused with the right name."""
    result = call(payload, "say=started", environment={"TINYINIT_STOP_TIMEUT": "5s"})
    assert 64 == result.returncode
    message = the_message(result)
    assert "TINYINIT_STOP_TIMEUT" in message
    assert "TINYINIT_STOP_TIMEOUT" in message


def test_foreign_variable(call: Call, payload: Path) -> None:
    """Variables with that beginning that Kubernetes makes for a service are let be."""
    environment = {"TINYINIT_SERVICE_HOST": "10.0.0.1", "TINYINIT_PORT": "tcp://10.0.0.1:80"}
    result = call(payload, "exit=5", environment=environment)
    assert (5, "", "") == (result.returncode, result.stdout, result.stderr)


def test_message_stays_one_line(call: Call) -> None:
    """A value with line ends and control characters is quoted, not printed as it is."""
    result = call("--grace", "5\n\x1b[31m\r\x07s", "true")
    assert 64 == result.returncode
    message = the_message(result)
    assert message.isprintable()


def test_long_value_is_cut(call: Call) -> None:
    """A value of 100,000 characters is cut in the message."""
    result = call("--grace", "9" * 100_000, "true")
    assert 64 == result.returncode
    assert 500 > len(the_message(result))


@pytest.mark.parametrize(
    "value", ["250ms", "30s", "1h30m", "2d", "5", "1m", "1h0m1s500ms", "007s", "0", "off", "false"]
)
def test_durations(call: Call, payload: Path, value: str) -> None:
    """Durations have units, each once and the larger first; a bare number is seconds."""
    for option in ("grace", "drain", "stop-timeout"):
        separate = call(f"--{option}", value, "--", payload, "exit=5")
        joined = call(f"--{option}={value}", "--", payload, "exit=5")
        assert (5, "") == (separate.returncode, separate.stderr)
        assert (5, "") == (joined.returncode, joined.stderr)


def test_a_bare_number_is_seconds(start: Start) -> None:
    """`--stop-timeout 1` gives main a second, not a millisecond."""
    with start(["--stop-timeout", "1"], ["block", "say=ready", "until=15", "sleep=400"]) as run:
        run.skip_to("ready")
        run.kill(15)
        assert 0 == run.wait()


@pytest.mark.parametrize("value", ["0", "off", "false", "OFF", "False", "no"])
@pytest.mark.parametrize("place", ["flag", "variable"])
def test_off(start: Start, value: str, place: str) -> None:
    """`0`, `off` and `false` mean off, in a variable as on the command line."""
    options = [f"--group={value}"] if place == "flag" else []
    environment = {"TINYINIT_GROUP": value} if place == "variable" else {"TINYINIT_GROUP": "on"}
    words = ["leave=delay=1", "block", "say=ready", "until=15", "say=alone", "until=10"]
    with start(options, words, environment=environment) as run:
        run.skip_to("ready")
        run.kill(15)
        run.skip_to("alone")
        run.kill(10)
        run.expect("signal 10")
        run.expect("leftover got SIGTERM")
        assert 0 == run.wait()


def test_group_variable_on(start: Start) -> None:
    """TINYINIT_GROUP=1 forwards to main's whole group."""
    with start([], ["leave", "block", "say=ready", "watch=9"],
               environment={"TINYINIT_GROUP": "1"}) as run:  # fmt: skip
        run.skip_to("ready")
        run.kill(15)
        run.expect("leftover cleaned up")


def test_flag_replaces_variable(start: Start) -> None:
    """An option on the command line replaces the variable, lists included."""
    environment = {"TINYINIT_REWRITE": "HUP:USR1", "TINYINIT_SUCCESS": "3"}
    words = ["block", "say=ready", "watch=2", "exit=3"]
    with start(["--rewrite", "INT:USR2", "--success", "4"], words, environment=environment) as run:
        run.skip_to("ready")
        run.kill(1)
        assert "1" == run.skip_to("signal").split()[0]
        run.kill(2)
        assert "12" == run.skip_to("signal").split()[0]
        assert 3 == run.wait()


@pytest.mark.parametrize("list_", [["--success", "3", "--success", "143"], ["--success=143,3"]])
@pytest.mark.parametrize("place", ["flag", "variable"])
def test_success(call: Call, payload: Path, list_: list[str], place: str) -> None:
    """`--success` maps the codes it names to 0, and no others; it is repeatable."""
    environment = {"TINYINIT_SUCCESS": "3,143"} if place == "variable" else {}
    options = list_ if place == "flag" else []
    codes = [
        call(*options, "--", payload, word, environment=environment).returncode
        for word in ("exit=3", "die=15", "exit=0", "exit=4", "die=9")
    ]
    assert [0, 0, 0, 4, 137] == codes


def test_options_stop_at_the_program(call: Call, payload: Path) -> None:
    """What follows the program is the program's, `--` included."""
    result = call("-q", payload, "arguments", "--grace", "fast", "-v", "--")
    received = [bytes.fromhex(line.split()[1]).decode() for line in result.stdout.splitlines()[:-1]]
    assert ["--grace", "fast", "-v", "--"] == received


def test_program_that_looks_like_an_option(call: Call, tmp_path: Path, payload: Path) -> None:
    """After `--`, a program's name may begin with a dash."""
    (tmp_path / "-odd").symlink_to(payload)
    result = call("--", "-odd", "exit=6", environment={"PATH": str(tmp_path)})
    assert 6 == result.returncode


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_help_and_version(call: Call, option: str) -> None:
    """Help and version go to standard output and nothing else does; no program is needed."""
    result = call(option)
    assert (0, "") == (result.returncode, result.stderr)
    assert "tinyinit" in result.stdout


def test_help_names_every_option(call: Call) -> None:
    """The help names every option, and an example."""
    text = call("--help").stdout
    options = ["grace", "stop-timeout", "drain", "stop-signal", "rewrite", "group", "success"]
    options += ["parent-death", "quiet", "verbose", "log", "help", "version"]
    assert [] == [option for option in options if f"--{option}" not in text]


def test_help_to_a_full_disk(tinyinit: Path) -> None:
    """Help that cannot be written is no success."""
    with Path("/dev/full").open("wb") as full:
        assert 1 == subprocess.run([tinyinit, "--help"], stdout=full, check=False).returncode
