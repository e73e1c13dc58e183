"""The contract's file, its options, and the words that take it."""

from pathlib import Path

from tests.core.conftest import WRONG_CONFIGURATION, Call, Contract


def test_named_contract_must_be_there(call: Call, payload: Path) -> None:
    """A contract that is named must be there, by flag or variable; `off` means none."""
    line = "  /nowhere  cannot be read: it does not exist"
    for options, environment in (
        (["--config", "/nowhere"], {}),
        ([], {"TINYINIT_CONFIG": "/nowhere"}),
    ):
        result = call(*options, "--", payload, environment=environment)
        assert WRONG_CONFIGURATION == result.returncode
        assert ["tinyinit: the contract /nowhere has 1 problem", line] == result.stderr.splitlines()
    assert 3 == call("--config", "off", "--", payload, "exit=3").returncode


def test_check_needs_a_contract(call: Call) -> None:
    """`check` without a contract is no success."""
    assert WRONG_CONFIGURATION == call("check").returncode


def test_options_of_the_contract(call: Call, contract: Contract, payload: Path) -> None:
    """[init] sets options; variables and flags are above it, lists included."""
    file = contract('[init]\nsuccess = [3, 4]\nulimit = ["nofile=64"]\n')
    assert 0 == call("--config", file, "--", payload, "exit=3").returncode
    assert 3 == call("--config", file, "--success", "5", "--", payload, "exit=3").returncode
    environment = {"TINYINIT_SUCCESS": "5", "TINYINIT_CONFIG": str(file)}
    assert 3 == call("--", payload, "exit=3", environment=environment).returncode


def test_exec_becomes_the_program(call: Call, contract: Contract) -> None:
    """`exec` becomes the program, with its limits, and no word of PID 1's is lost on it."""
    file = contract('[init]\nulimit = "nofile=64:128"\n[var.A]\ndefault = "x"\n')
    command = ["exec", "--config", file, "--no-new-privs", "--", "/bin/sh", "-c"]
    result = call(*command, "echo $A; ulimit -n; grep NoNewPrivs /proc/self/status; exit 3")
    assert (3, "") == (result.returncode, result.stderr)
    assert ["x", "64", "NoNewPrivs:\t1"] == result.stdout.splitlines()
    assert 127 == call("exec", "--config", file, "--", "nowhere").returncode
    assert 64 == call("exec", "--config", file).returncode


def test_words_and_their_options(call: Call) -> None:
    """Options of `check` go with nothing else, and `check` takes no program."""
    assert 64 == call("--print", "--", "/bin/true").returncode
    assert 64 == call("exec", "--env-file", "x", "--", "/bin/true").returncode
    assert 64 == call("check", "--", "/bin/true").returncode
    assert 127 == call("--", "check").returncode


def test_print(call: Call, contract: Contract, tmp_path: Path) -> None:
    """`--print` prints an env file that is read back; secrets are comments in it."""
    file = contract(
        '[var.A]\n[var.B]\n[var.C]\n[var.D]\n[var.E_KEY]\n[var.F]\ntype = "url"\n'
        '[var.G]\nrequired = false\n[var.H]\ndefault = "8000"\n'
    )
    given = {"A": "plain", "B": "a $x # y", "C": "it's\nlong", "D": "'$\"",
             "E_KEY": "hunter2", "F": "http://u:hunter2@h/"}  # fmt: skip
    result = call("check", "--config", file, "--print", environment=given)
    assert (0, "") == (result.returncode, result.stderr)
    assert (
        "A=plain\nB='a $x # y'\nC=\"it's\nlong\"\n# D cannot be written in an env file\n"
        "# E_KEY is hidden\n# F is hidden\nH=8000\n"
    ) == result.stdout
    printed = tmp_path / "printed.env"
    printed.write_text(result.stdout)
    rest = {name: given[name] for name in ("D", "E_KEY", "F")}
    again = call("check", "--config", file, "--print", "--env-file", printed, environment=rest)
    assert (0, result.stdout) == (again.returncode, again.stdout)
