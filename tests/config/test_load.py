"""Settings from an environment: where values come from, and what is told of wrong ones."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tinyinit import config
from tinyinit.contract.checking import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]


@config.define
class Database:
    """A database."""

    host: str = "localhost"
    password: config.Secret[str]


@config.define(prefix="APP_")
class Settings:
    """What the shop needs."""

    port: config.Port = 8000
    url: config.Url = config.var(schemes=["postgresql"])
    workers: int = config.var(4, min=1, max=64, aliases=["WEB_CONCURRENCY"])
    db: Database
    tls: bool = False
    cert: Path | None = config.var(required_if="tls=true")

    def check(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong across fields."""
        if self.port == self.workers:
            yield "port", "is the number of workers"
        if self.db.host == "bad":
            yield "db.host", "is bad"


GOOD = {"APP_URL": "postgresql://u:hunter2@h/d", "APP_DB_PASSWORD": "s3cret"}


def report(environ: dict[str, str], cls: type = Settings, **keys: Any) -> str:
    """Return the report of an environment that does not meet the contract."""
    with pytest.raises(config.ConfigError) as caught:
        config.load(cls, environ, **keys)
    return str(caught.value)


def test_reads_nested_classes_by_prefix() -> None:
    """A nested class's variables have the name of its field in their prefix."""
    settings = config.load(Settings, {**GOOD, "APP_DB_HOST": "db"})
    assert "db" == settings.db.host
    assert "s3cret" == settings.db.password.reveal()


def test_reports_all_problems_by_variable() -> None:
    """The report has every problem, in the order of the class, by the names of the environment."""
    text = report({"APP_PORT": "80a", "APP_WORKERS": "99", "APP_DB_PASSWORT": "x"})
    assert (
        f"tinyinit: the environment does not meet {__name__}:Settings: 4 problems\n"
        '  APP_PORT         is "80a", not a port (1 to 65535)\n'
        "  APP_URL          is missing\n"
        '  APP_WORKERS      is "99", not 1 to 64\n'
        "  APP_DB_PASSWORD  is missing; did you mean APP_DB_PASSWORT?\n"
        "tinyinit: warning:\n"
        "  APP_DB_PASSWORT  is not declared; did you mean APP_DB_PASSWORD?"
    ) == text


def test_says_what_the_contract_says() -> None:
    """The report is that of the contract, to the letter."""
    from tinyinit.contract.report import Report

    environ = {"APP_PORT": "tcp://10.0.0.1:80", "APP_URL": "http://u:hunter2@h"}
    result = check(config.to_contract(Settings), environ)
    expected = Report(result.file, result.problems, result.warnings).text()
    assert expected == report(environ) + "\n"
    assert "hunter2" not in expected


def test_carries_the_problems() -> None:
    """The error has the problems one by one."""
    with pytest.raises(config.ConfigError) as caught:
        config.load(Settings, {**GOOD, "APP_PORT": "x"})
    (problem,) = caught.value.problems
    assert ("APP_PORT", None, 0) == (problem.variable, problem.file, problem.line)
    assert isinstance(caught.value, ValueError)


def test_joins_what_check_says() -> None:
    """A rule across fields is a problem of its field's variable, nested ones too."""
    text = report({**GOOD, "APP_WORKERS": "5", "APP_PORT": "5", "APP_DB_HOST": "bad"})
    assert "  APP_PORT     is the number of workers\n  APP_DB_HOST  is bad" in text


def test_checks_across_fields_as_far_as_it_can() -> None:
    """`check()` is asked even if another field has a problem, until it wants that field."""
    text = report({**GOOD, "APP_URL": "x", "APP_WORKERS": "5", "APP_PORT": "5"})
    assert "APP_URL " in text
    assert "is the number of workers" in text
    assert "workers" not in report({**GOOD, "APP_WORKERS": "x", "APP_PORT": "5"}).lower().replace(
        "app_workers", ""
    )


def test_refuses_a_field_that_check_makes_up() -> None:
    """`check()` may name fields only."""

    @config.define
    class Wrong:
        port: int = 1

        def check(self) -> Iterator[tuple[str, str]]:
            yield "prot", "is wrong"

    with pytest.raises(ValueError, match="no field 'prot'"):
        config.load(Wrong, {})


def test_may_check_nothing() -> None:
    """A `check()` that yields nothing, or returns a list, is fine."""

    @config.define
    class Listed:
        port: int = 1

        def check(self) -> list[tuple[str, str]] | None:
            return [("port", "is two")] if self.port == 2 else None

    assert 1 == config.load(Listed, {}).port
    assert "PORT  is two" in report({"PORT": "2"}, Listed)


def test_travels_between_processes() -> None:
    """An error may be pickled, as a pool of processes does."""
    calls: list[Callable[[], object]] = [
        lambda: config.load(Settings, {}),
        lambda: config.replace(config.load(Settings, GOOD), port=0),
    ]
    for call in calls:
        with pytest.raises(config.ConfigError) as caught:
            call()
        back = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
        assert str(caught.value) == str(back)


def test_requires_if_another_is_set() -> None:
    """A variable that another one requires is missing; its field is named in Python."""
    assert config.load(Settings, GOOD).cert is None
    assert "APP_CERT  is missing; APP_TLS requires it" in report({**GOOD, "APP_TLS": "true"})


def test_reads_files_and_older_names(tmp_path: Path) -> None:
    """`NAME_FILE`, a folder of secrets and older names are sources as in the contract."""
    (tmp_path / "password").write_text("from file\n")
    (tmp_path / "app_url").write_text("postgresql://h/d\n")
    cls: Any = config.define(prefix="APP_", secrets=str(tmp_path))(
        type("Sub", (Settings,), {"__module__": __name__})
    )
    environ = {"APP_DB_PASSWORD_FILE": str(tmp_path / "password"), "WEB_CONCURRENCY": "7"}
    with pytest.warns(config.ConfigWarning, match="an older name; set APP_WORKERS"):
        settings = config.load(cls, environ)
    assert "from file" == settings.db.password.reveal()
    assert "h" == settings.url.host
    assert 7 == settings.workers


def test_warns_where_it_is_called() -> None:
    """A warning points to the line that loads."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config.load(Settings, {**GOOD, "APP_PROT": "1"})
    (warning,) = caught
    assert __file__ == warning.filename
    assert "APP_PROT  is not declared; did you mean APP_PORT?" in str(warning.message)


def test_can_refuse_what_it_does_not_know() -> None:
    """`unknown` makes an undeclared variable a problem, or nothing."""
    strict: Any = config.define(unknown="error")(type("Strict", (Settings,), {}))
    loose: Any = config.define(unknown="ignore")(type("Loose", (Settings,), {}))
    environ = {**GOOD, "APP_PROT": "1"}
    assert "APP_PROT  is not declared" in report(environ, strict)
    assert 8000 == config.load(loose, environ).port


@pytest.mark.parametrize("text", [chr(0xDCFF), chr(0xD800)])
def test_takes_no_bytes_that_are_not_utf8(text: str) -> None:
    """Surrogates, from bytes that are not UTF-8 or made up, are a problem and no exception."""
    assert "APP_PORT" in report({**GOOD, "APP_PORT": text})
    assert "not UTF-8" in report({**GOOD, "APP_PORT": text})
    assert config.load(Settings, {**GOOD, "OTHER": text, text: "x"})


def test_takes_texts_only() -> None:
    """An environment in a test that has a number is a mistake of the test."""
    environ: Any = {"APP_PORT": 80}
    with pytest.raises(TypeError, match="environ has a int for APP_PORT"):
        config.load(Settings, environ)


def test_reads_the_process_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another environment it is that of the process, of which nothing is changed."""
    monkeypatch.setenv("APP_URL", "postgresql://h")
    monkeypatch.setenv("APP_DB_PASSWORD", "x")
    before = dict(os.environ)
    assert "h" == config.load(Settings).url.host
    assert before == dict(os.environ)


def test_takes_empty_for_not_set() -> None:
    """An empty variable is not set, unless `min_length=0` says that empty is meant."""

    @config.define
    class Empty:
        one: str = "default"
        two: str = config.var("default", min_length=0)
        three: list[str] = config.var(["default"])

    settings = config.load(Empty, {"ONE": "", "TWO": "", "THREE": ""})
    assert ("default", "", ["default"]) == (settings.one, settings.two, settings.three)


def test_has_a_name_of_its_own() -> None:
    """`name` is the whole name of the variable."""

    @config.define(prefix="APP_")
    class Named:
        port: int = config.var(1, name="PORT")

    assert 5 == config.load(Named, {"PORT": "5"}).port


def test_keeps_what_logs_must_not_show() -> None:
    """Secrets that were loaded are known to the logs, the password of a URL as written and read."""
    from tinyinit.base.hidden import hidden_values

    url = "postgresql://u:p%40ssword@h/d"
    config.load(Settings, {"APP_URL": url, "APP_DB_PASSWORD": "known to logs"})
    assert {"p%40ssword", "p@ssword", "known to logs"} <= hidden_values.keys()
    assert url not in hidden_values


EXIT = """
from tests.config.test_load import Settings
from tinyinit import config
config.load_or_exit(Settings, {environ})
print("loaded")
"""


def run(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run an app that loads or exits."""
    command = [sys.executable, "-c", EXIT.replace("{environ}", repr(environ))]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_exits_with_the_report() -> None:
    """`load_or_exit` prints the report to stderr and exits with 78, without a traceback."""
    done = run({"APP_PORT": "x"})
    assert 78 == done.returncode
    assert done.stderr.startswith("tinyinit: the environment does not meet ")
    assert "Traceback" not in done.stderr
    assert "" == done.stdout


def test_prints_warnings_and_goes_on() -> None:
    """`load_or_exit` prints warnings as `tinyinit` does."""
    done = run({**GOOD, "APP_PROT": "1"})
    assert (0, "loaded\n") == (done.returncode, done.stdout)
    assert (
        "tinyinit: warning:\n  APP_PROT  is not declared; did you mean APP_PORT?\n" == done.stderr
    )
