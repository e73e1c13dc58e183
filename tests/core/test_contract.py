"""What a contract says of variables, and how it is told: each sentence has a case here."""

import json
from pathlib import Path

import pytest

from tests.contract.texts import ONE_OF
from tests.core.conftest import WRONG_CONFIGURATION, Call, Checked, Contract, the_message

A_DURATION = "a duration (250ms, 30s, 1h30m, 2d; a bare number is seconds)"


def test_required(checked: Checked) -> None:
    """A variable is required unless it has a default or says that it is not."""
    text = '[var.A]\n[var.B]\ndefault = "1"\n[var.C]\nrequired = false\n[var.D]\nrequired = true\n'
    assert ["A  is missing", "D  is missing"] == checked(text)


def test_required_if(checked: Checked) -> None:
    """Required if another is set, or has this value, wherever that comes from."""
    text = '[var.A]\nrequired_if = "B"\n[var.B]\nrequired = false\n'
    text += '[var.C]\nrequired_if = "D=on"\n[var.D]\ndefault = "on"\n'
    assert ["C  is missing; D requires it"] == checked(text)
    assert ["A  is missing; B requires it"] == checked(text, {"B": "1", "D": "off"})


def test_did_you_mean(checked: Checked) -> None:
    """A missing variable names the nearest undeclared one, and an undeclared one the nearest."""
    text = '[env]\nprefix = "APP_"\n[var.APP_DATABASE_URL]\n[var.APP_WORKERS]\ndefault = "4"\n'
    given = {"APP_DATABSE_URL": "x", "APP_DATABAS_URLS": "y", "APP_WROKERS": "2"}
    assert [
        "APP_DATABASE_URL  is missing; did you mean APP_DATABSE_URL?",
        "APP_DATABAS_URLS  is not declared; did you mean APP_DATABASE_URL?",
        "APP_DATABSE_URL   is not declared; did you mean APP_DATABASE_URL?",
        "APP_WROKERS       is not declared; did you mean APP_WORKERS?",
    ] == checked(text, given)


@pytest.mark.parametrize(
    ("unknown", "code"), [("warn", 0), ("error", WRONG_CONFIGURATION), ("ignore", 0)]
)
def test_unknown(call: Call, contract: Contract, unknown: str, code: int) -> None:
    """A variable with the prefix that is not declared is a warning, a problem or nothing."""
    file = contract(f'[env]\nprefix = "APP_"\nunknown = "{unknown}"\n')
    result = call("check", "--config", file, environment={"APP_X": "1"})
    assert code == result.returncode
    assert (unknown == "ignore") == (result.stderr == "")


def test_report(call: Call, contract: Contract, tmp_path: Path) -> None:
    """All problems at once, in the order of the contract, in aligned columns; code 78."""
    (tmp_path / "app_api_key").write_text("hunter2")
    file = contract(f"""
        [env]
        secrets = "{tmp_path}"
        prefix = "APP_"
        unknown = "error"
        [var.APP_PORT]
        type = "port"
        [var.APP_DATABASE_URL]
        [var.APP_API_KEY]
        pattern = "[A-F]+"
        [var.APP_WORKERS]
        default = 4
    """)
    given = {"APP_PORT": "80a", "APP_DATABSE_URL": "x", "APP_WROKERS": "2"}
    result = call("--config", file, "--", "/nowhere", environment=given)
    assert WRONG_CONFIGURATION == result.returncode
    assert (
        f"tinyinit: the environment does not meet {file}: 5 problems\n"
        '  APP_PORT          is "80a", not a port (1 to 65535)\n'
        "  APP_DATABASE_URL  is missing; did you mean APP_DATABSE_URL?\n"
        f"  APP_API_KEY       from {tmp_path}/app_api_key does not match its pattern "
        "(value hidden)\n"
        "  APP_DATABSE_URL   is not declared; did you mean APP_DATABASE_URL?\n"
        "  APP_WROKERS       is not declared; did you mean APP_WORKERS?\n"
    ) == result.stderr


def test_report_as_json(call: Call, contract: Contract, payload: Path) -> None:
    """`--log json` gives one object on standard error, with a list of problems."""
    file = contract('[var.APP_PORT]\ntype = "port"\n')
    result = call(
        *("--log", "json", "--config", file, "--", payload), environment={"APP_PORT": "a\n"}
    )
    assert (WRONG_CONFIGURATION, "") == (result.returncode, result.stdout)
    record = json.loads(result.stderr)
    problem = 'is "a\\n", not a port (1 to 65535)'
    assert [{"variable": "APP_PORT", "source": None, "line": None, "problem": problem}] == record[
        "problems"
    ]
    assert ("error", "environment", []) == (record["level"], record["event"], record["warnings"])


def test_report_of_check(call: Call, contract: Contract) -> None:
    """`check --format json` and github go to standard output, text to standard error."""
    file = contract("[var.A]\n[foo]\n")
    for environment, code in (({}, WRONG_CONFIGURATION), ({"A": "1"}, WRONG_CONFIGURATION)):
        result = call("check", "--format=json", "--config", file, environment=environment)
        assert (code, "") == (result.returncode, result.stderr)
        assert 1 == len(json.loads(result.stdout)["problems"])
    result = call("check", "--format", "github", "--config", file)
    problem = "has an unknown table; expected [init], [env] or [var.NAME]"
    assert f"::error file={file},line=2::{problem}\n" == result.stdout
    result = call("check", "--format", "xml", "--config", file)
    assert 64 == result.returncode
    assert "text, json or github" in the_message(result)


def test_required_if_of_nothing(checked: Checked) -> None:
    """A required_if that names no declared variable is a problem of the contract."""
    (line,) = checked('[var.A]\nrequired_if = "D=1"\n')
    assert line.endswith(':1  [var.A] required_if names "D", which is not declared')


def test_contract_problems(call: Call, contract: Contract) -> None:
    """What is wrong with the contract is told with file and line, all of it, and alone."""
    file = contract(
        'stray = 1\n[tabel]\n[var.1A]\n[var.A]\ntype = "prot"\n[var.B]\ndefualt = "x"\n'
        '[var.C]\naliases = ["B"]\nsecret = "yes"\n[var.E]\ntype = "int"\n'
        'default = "x"\n[env]\nfile = ".env"\nunknown = "err"\n[init]\ngrace = "fast"\ngrce = 1\n'
    )
    result = call("check", "--config", file)
    assert WRONG_CONFIGURATION == result.returncode
    header, *lines = result.stderr.splitlines()
    assert f"tinyinit: the contract {file} has {len(lines)} problems" == header
    told = [line.strip().removeprefix(f"{file}:").split(maxsplit=1) for line in lines]
    assert [
        ["1", "has a key outside [init], [env] or [var.NAME]"],
        ["2", "has an unknown table; expected [init], [env] or [var.NAME]"],
        ["3", 'has the variable "1A", not a name (letters, digits, _; up to 255)'],
        ["5", f'[var.A] type is "prot", not {ONE_OF}'],
        ["7", '[var.B] has an unknown key "defualt"; did you mean default?'],
        ["10", "[var.C] secret must be true or false"],
        ["13", '[var.E] default is "x", not an int'],
        ["15", '[env] has an unknown key "file"; did you mean files?'],
        ["16", "[env] unknown must be warn, error or ignore"],
        ["18", f'[init] grace is "fast", not {A_DURATION}'],
        ["19", '[init] has an unknown key "grce"; did you mean grace?'],
        ["8", "[var.C] has the name B, which is taken"],
    ] == told  # fmt: skip
