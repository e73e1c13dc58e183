from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tinyinit.commands.contract import main

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = '[var.PORT]\ntype = "port"\ndefault = 8000\n'
TABLE = (
    "| Variable | Value | Default | Meaning |\n|---|---|---|---|\n| `PORT` | port | `8000` |  |\n"
)
EXAMPLE = "# port; default 8000\n# PORT=8000\n"
SETTINGS = '''\
"""Settings of a test."""

from tinyinit import config


@config.define(prefix="APP_")
class Settings:
    """What the test needs."""

    port: config.Port = 8000
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a contract and an example of an env file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tinyinit.toml").write_text(CONTRACT)
    (tmp_path / ".env.example").write_text("PORT=8000\nwhat\n")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of the command."""
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("verb", "expected"), [("docs", TABLE), ("example", EXAMPLE)])
def test_prints(capsys: pytest.CaptureFixture[str], verb: str, expected: str) -> None:
    """What is asked for goes to stdout."""
    assert (0, expected, "") == run(capsys, verb, "tinyinit.toml")


def test_import_says_what_it_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The contract is on stdout, and what could not be carried over on stderr, as a report."""
    assert folder.is_dir()
    code, out, err = run(capsys, "import", ".env.example")
    assert (0, '[var.PORT]\ntype = "port"\nexample = "8000"\n') == (code, out)
    assert (
        """\
tinyinit: warning: not all of .env.example fits:
  .env.example:2  is neither NAME=value nor a comment
  .env.example    has no types; they are guessed from its values
"""
        == err
    )


def test_import_of_a_form_that_the_name_does_not_tell(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--from` says what a file is, `--service` which part of it."""
    (folder / "x").write_text("services: {a: {environment: [A=1]}, b: {}}\n")
    code, out, _ = run(capsys, "import", "x", "--from=compose", "--service", "a")
    assert (0, '[var.A]\ntype = "int"\nexample = "1"\n') == (code, out)


def test_check_says_how_a_file_differs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` prints a diff and ends with 1, or nothing with 0; it writes nothing."""
    file = folder / ".env.example"
    code, out, err = run(capsys, "example", "tinyinit.toml", "--check", ".env.example")
    assert (1, "") == (code, err)
    assert ["--- .env.example", "+++ as it should be"] == out.splitlines()[:2]
    assert {"-PORT=8000", "-what", "+# port; default 8000", "+# PORT=8000"} <= set(out.splitlines())
    file.write_text(EXAMPLE)
    assert (0, "", "") == run(capsys, "example", "tinyinit.toml", "--check=.env.example")


def test_check_of_a_file_that_is_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file differs in all its lines."""
    assert folder.is_dir()
    code, out, _ = run(capsys, "docs", "tinyinit.toml", "--check", "none.md")
    assert 1 == code
    assert 3 == sum(line.startswith("+|") for line in out.splitlines())


def test_write_puts_a_table_between_its_marks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`docs --write` changes only what is between the marks, and `--check` then agrees."""
    file = folder / "README.md"
    file.write_text("# App\n<!-- contract -->\nold\n<!-- /contract -->\nend\n")
    assert (0, "", "") == run(capsys, "docs", "tinyinit.toml", "--write", "README.md")
    marked = f"# App\n<!-- contract -->\n{TABLE}<!-- /contract -->\nend\n"
    assert marked == file.read_text()
    assert (0, "", "") == run(capsys, "docs", "tinyinit.toml", "--check", "README.md")


def test_a_contract_with_problems(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is made of it: the report, and 78."""
    (folder / "tinyinit.toml").write_text('[var.A]\ntype = "prt"\n')
    code, out, err = run(capsys, "docs", "tinyinit.toml")
    assert (78, "") == (code, out)
    assert "tinyinit: the contract tinyinit.toml has 1 problem" == err.splitlines()[0]
    assert "  tinyinit.toml:2  " == err.splitlines()[1][:19]


@pytest.mark.usefixtures("folder")
def test_a_contract_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file is a problem of the contract."""
    code, _, err = run(capsys, "docs", "none.toml")
    assert 78 == code
    assert "none.toml  cannot be read: it does not exist" in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "contract needs a subcommand; expected one of export, docs, example, schema, import"),
        (("doc",), 'unknown subcommand "doc"; did you mean docs?'),
        (("docs",), "contract docs needs a file or MODULE:CLASS"),
        (("docs", "a", "b"), 'unexpected argument "b" for contract docs'),
        (("schema", "a"), 'unexpected argument "a" for contract schema'),
        (
            ("docs", "a", "--chek"),
            'unknown option "--chek" for contract docs; did you mean --check?',
        ),
        (("docs", "a", "--check"), "--check needs a value"),
        (("docs", "a", "--check=x", "--write=x"), "--check and --write exclude each other"),
        (("docs", "a", "--service=x"), 'unknown option "--service" for contract docs'),
        (("export", "tinyinit.toml"), '"tinyinit.toml" is not a class; expected MODULE:CLASS'),
        (("import", "a", "--from=x"), '--from is "x"; expected one of env, compose, varlock'),
        (("import", ".env.example", "--service=x"), "--service is for a compose file"),
    ],
)
def test_wrong_words(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    """Words that mean nothing: one line that says what was expected, and 64."""
    code, out, err = run(capsys, *words)
    assert (64, "") == (code, out)
    assert err.startswith(f"tinyinit: {expected}")
    assert 1 == len(err.splitlines())


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("import", "none"), "cannot read none: No such file or directory"),
        (("import", "."), "cannot read .: Is a directory"),
        (("docs", "tinyinit.toml", "--write", "no/x"), "cannot write no/x: No such file"),
        (("docs", "none_of_it:A"), "cannot import none_of_it:A: ModuleNotFoundError: No module"),
        (("export", "os:path"), "os:path is not a class"),
        (("export", "fractions:Fraction"), "fractions:Fraction "),
    ],
)
def test_what_cannot_be_read(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    """A file or class that cannot be read or written: one line, and 126."""
    code, out, err = run(capsys, *words)
    assert (126, "") == (code, out)
    assert err.startswith(f"tinyinit: {expected}")
    assert 1 == len(err.splitlines())


def test_export_of_a_class(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A class becomes a contract; what its file has before the variables stays."""
    (folder / "settings_of_a_test.py").write_text(SETTINGS)
    source = "settings_of_a_test:Settings"
    variables = '[var.APP_PORT]\ntype = "port"\ndefault = 8000\n'
    assert (0, f'[env]\nprefix = "APP_"\n\n{variables}', "") == run(capsys, "export", source)
    assert "| `APP_PORT` | port | `8000` |  |" == run(capsys, "docs", source)[1].splitlines()[2]
    file = folder / "app.toml"
    file.write_text(f'# Ours\n[init]\ngrace = "1s"\n\n{variables.replace("8000", "80")}')
    assert 1 == run(capsys, "export", source, "--check", "app.toml")[0]
    assert (0, "", "") == run(capsys, "export", source, "--write", "app.toml")
    assert f'# Ours\n[init]\ngrace = "1s"\n\n{variables}' == file.read_text()
    assert (0, "", "") == run(capsys, "export", source, "--check", "app.toml")


def test_export_keeps_no_table_after_the_variables(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table that would be lost is an error, not lost."""
    (folder / "settings_of_a_test.py").write_text(SETTINGS)
    (folder / "app.toml").write_text('[var.APP_PORT]\n[env]\nprefix = "APP_"\n')
    words = ("export", "settings_of_a_test:Settings", "--write", "app.toml")
    assert (
        126,
        "",
        "tinyinit: cannot keep [env]: it must stand before the first [var.NAME]\n",
    ) == run(capsys, *words)


def test_is_a_word_of_the_package() -> None:
    """`python -m tinyinit` knows it, and its help ends with the exit codes."""
    done = subprocess.run(
        [sys.executable, "-m", "tinyinit", "contract", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "usage: tinyinit contract export MODULE:CLASS" in done.stdout
    assert "126 a file or class cannot be read or written" in done.stdout
