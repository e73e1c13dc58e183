"""Findings as workflow commands of GitHub: annotations of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tinyinit.findings._finding import ERROR, INFO, WARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.findings._finding import Finding, Result

_COMMANDS: Final = {ERROR: "error", WARNING: "warning", INFO: "notice"}


def as_github(results: Sequence[Result]) -> str:
    """Return one line for each finding, one notice for each check that could not see."""
    lines = [_line(result.target, one) for result in results for one in result.findings]
    lines += [
        f"::notice title={_property(one.id)}::" + _data(f"{result.target}: unknown: {one.why}")
        for result in results
        for one in result.unknown
    ]
    return "".join(line + "\n" for line in lines)


def _line(target: str, finding: Finding) -> str:
    place = [f"file={_property(finding.file)}"] if finding.file else []
    place += [f"line={finding.line}"] if finding.line else []
    properties = ",".join([*place, f"title={_property(finding.id)}"])
    advice = "; ".join(f"{where}: {what}" for where, what in finding.advice.items())
    text = f"{target}: {finding.evidence}; {finding.why}\n{advice}"
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
