"""LOG_LEVEL and LOG_FORMAT are read by a contract of their own."""

from pathlib import Path

import pytest

from tests.logs.apps import run
from tinyinit import logs
from tinyinit.config import ConfigError
from tinyinit.logs._settings import read

REPORT = """\
tinyinit: the environment does not meet tinyinit.logs: 2 problems
  LOG_LEVEL   is "Loud", not one of "debug", "info", "warning", "error", "critical"
  LOG_FORMAT  is "xml", not one of "auto", "json", "text"
"""


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ("info", "auto")),
        ({"LOG_LEVEL": ""}, ("info", "auto")),
        ({"LOG_LEVEL": "debug", "LOG_FORMAT": "json"}, ("debug", "json")),
        ({"LOG_LEVEL": "WARNING", "LOG_FORMAT": "Text"}, ("warning", "text")),
    ],
)
def test_the_environment_wins(environ: dict[str, str], expected: tuple[str, str]) -> None:
    """What is set counts, in either case; what is not, or empty, is the default."""
    assert expected == read("info", "auto", environ)


def test_the_arguments_are_the_defaults() -> None:
    """What the app asks for holds where the environment says nothing."""
    assert ("error", "json") == read("error", "auto", {"LOG_FORMAT": "json"})


def test_a_file_may_hold_it(tmp_path: Path) -> None:
    """LOG_LEVEL_FILE works as for every variable of a contract."""
    (tmp_path / "level").write_text("error\n")
    environ = {"LOG_LEVEL_FILE": str(tmp_path / "level")}
    assert ("error", "auto") == read("info", "auto", environ)


def test_all_problems_are_reported() -> None:
    """A wrong value raises `ConfigError` with the report, the value as it was written."""
    environ = {"LOG_LEVEL": "Loud", "LOG_FORMAT": "xml"}
    with pytest.raises(ConfigError) as raised:
        logs.configure(environ=environ)
    assert REPORT == f"{raised.value}\n"
    assert ["LOG_LEVEL", "LOG_FORMAT"] == [p.variable for p in raised.value.problems]


def test_an_app_can_exit_with_78() -> None:
    """`configure_or_exit()` prints the report and ends the app with 78."""
    done = run("logs.configure_or_exit()", LOG_LEVEL="Loud", LOG_FORMAT="xml")
    assert (78, "", REPORT) == (done.returncode, done.stdout, done.stderr)


def test_wrong_arguments_are_a_value_error() -> None:
    """An argument that is wrong is the app's mistake, not the environment's."""
    with pytest.raises(ValueError, match=r"^'loud' is none of debug, info,"):
        read("loud", "auto", {})
    done = run("logs.configure(on_full='wait')")
    assert 'ValueError: on_full is \'wait\', expected "block" or "drop"' in done.stderr
