"""Findings as text, JSON, SARIF and annotations of GitHub; what is ignored, and until when."""

import datetime as dt
import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.containers.conftest import ROOT
from tinyinit.findings import (
    ERROR,
    INFO,
    WARNING,
    Finding,
    Result,
    Unknown,
    at_least,
    ignores,
    show,
    show_lines,
)

ADVICE = {"docker": "docker run --init", "kubernetes": "an init"}
BAD = Finding("pid1-term", ERROR, "sleep has 100%, no handler", "it does not end", ADVICE)
NOTE = Finding("tools", INFO, "a shell", "it is there", {"anywhere": "take it out"})
RESULT = Result("container a", (BAD, NOTE), (Unknown("oom", "run as uid 5"),))
# Its types are stubs that are not installed: by name, as Any.
jsonschema: Any = importlib.import_module("jsonschema")
TODAY = dt.date(2026, 11, 24)


def test_json_is_the_schema_s() -> None:
    """The JSON has the names of the specification, as docs/doctor.schema.json says them."""
    schema = json.loads((ROOT / "docs" / "doctor.schema.json").read_text())
    seen = json.loads(show([RESULT], "json", tool="t"))
    jsonschema.validate(seen, schema)
    assert ["schema", "target", "findings", "unknown"] == list(seen)
    assert ["id", "severity", "evidence", "why", "advice"] == list(seen["findings"][0])
    assert [{"id": "oom", "why": "run as uid 5"}] == seen["unknown"]
    several = json.loads(show([RESULT, RESULT], "json", tool="t"))
    jsonschema.validate(several, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**seen, "schema": 2}, schema)


def test_text_says_what_why_and_what_to_do() -> None:
    """Text has the numbers first, the worst finding first, and advice for each place."""
    text = show([RESULT], "text", tool="t")
    assert text.splitlines()[0] == "container a: 1 error, 1 info, 1 unknown"
    assert text.index("error") < text.index("info      tools")
    assert "do docker: docker run --init" in text
    assert "unknown   oom: run as uid 5" in text
    assert "\x1b[" not in text
    assert "\x1b[1;31merror" in show([RESULT], "text", tool="t", colour=True)


def test_lines_are_worst_first() -> None:
    """One line for each of several targets, the worst first."""
    fine = Result("container b", ())
    lines = show_lines([fine, RESULT]).splitlines()
    assert lines[0].startswith("error container a: pid1-term: ")
    assert lines[1] == "fine container b: nothing found"


def test_sarif_has_rules_levels_and_suppressions() -> None:
    """SARIF says the level, names each rule once, and keeps what is ignored, with its reason."""
    result = RESULT._replace(findings=(BAD,), ignored=((NOTE, "we need it"),))
    run = json.loads(show([result], "sarif", tool="tinyinit doctor"))["runs"][0]
    assert run["tool"]["driver"]["name"] == "tinyinit doctor"
    assert ["pid1-term", "tools"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ["error", "note"] == [one["level"] for one in run["results"]]
    assert "we need it" == run["results"][1]["suppressions"][0]["justification"]


def test_github_escapes() -> None:
    """An annotation is one line; percent signs and line ends are escaped as GitHub wants."""
    finding = BAD._replace(evidence="100%\n::error::x", file="a,b:c", line=3)
    (line,) = show([Result("t", (finding,))], "github", tool="t").splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac,line=3,title=pid1-term::t: 100%25%0A::error")


def test_fail_on() -> None:
    """A severity is reached by itself and by worse ones."""
    assert at_least([NOTE], INFO)
    assert not at_least([NOTE], WARNING)
    assert at_least([BAD], WARNING)


def _ignores(tmp_path: Path, text: str) -> list[ignores.Ignore]:
    file = tmp_path / "ignores.toml"
    file.write_text(text)
    return ignores.read(file, {"pid1-term", "tools"})


def test_what_is_ignored_is_kept_with_its_reason(tmp_path: Path) -> None:
    """A finding with an ignore counts no more; from its last day on it does, and says so."""
    text = '[ignore.pid1-term]\nreason = "moved in May"\nexpires = 2026-12-01\n'
    found = _ignores(tmp_path, text)
    seen = ignores.apply(RESULT, found, TODAY)
    assert (NOTE,) == seen.findings
    assert ((BAD, "moved in May"),) == seen.ignored
    later = ignores.apply(RESULT, found, dt.date(2026, 12, 1))
    assert "ignored until 2026-12-01: moved in May" in later.findings[0].evidence


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[ignore.tools]\n", "has no reason"),
        ('[ignore.tools]\nreason = " "\n', "has no reason"),
        ('[ignore.tolos]\nreason = "x"\n', 'no finding is called "tolos"'),
        ('[ignore.tools]\nreason = "x"\nuntil = 1\n', 'unknown key "until"'),
        ('[ignore.tools]\nreason = "x"\nexpires = "soon"\n', "expires is not a day"),
        ("ignore = 3\n", "ignore is not a table"),
        ("[ignore]\ntools = 3\n", "is not a table"),
        ("[ignore\n", "is not TOML"),
    ],
)
def test_an_ignore_that_is_wrong(text: str, says: str, tmp_path: Path) -> None:
    """A mistake in the file is one line with the file's name, and ignores nothing."""
    with pytest.raises(ignores.IgnoreError, match=says) as caught:
        _ignores(tmp_path, text)
    assert "\n" not in str(caught.value)
    assert "ignores.toml" in str(caught.value)
