"""Findings as SARIF 2.1.0, which code hosts and editors show. Source: the OASIS standard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tinyinit.findings._finding import ERROR, INFO, WARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.findings._finding import Finding, Result

_LEVELS: Final = {ERROR: "error", WARNING: "warning", INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(results: Sequence[Result], tool: str, version: str) -> str:
    """Return one run of the tool with the findings of all results; ignored ones are suppressed."""
    every = [(result, finding, "") for result in results for finding in result.findings]
    every += [(result, finding, why) for result in results for finding, why in result.ignored]
    rules = sorted({finding.id for _, finding, _ in every})
    run = {
        "tool": {
            "driver": {
                "name": tool,
                "version": version,
                "rules": [{"id": rule} for rule in rules],
            }
        },
        "results": [
            _result(result.target, finding, rules.index(finding.id), why)
            for result, finding, why in every
        ],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "note",
                        "descriptor": {"id": unknown.id},
                        "message": {"text": f"{result.target}: unknown: {unknown.why}"},
                    }
                    for result in results
                    for unknown in result.unknown
                ],
            }
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(target: str, finding: Finding, index: int, ignored: str) -> dict[str, Any]:
    advice = "; ".join(f"{where}: {what}" for where, what in finding.advice.items())
    found: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.evidence}. {finding.why}. {advice}"},
    }
    location: dict[str, Any] = {"logicalLocations": [{"name": target, "kind": "container"}]}
    if finding.file:
        location = {"physicalLocation": {"artifactLocation": {"uri": finding.file}}}
        if finding.line:
            location["physicalLocation"]["region"] = {"startLine": finding.line}
    found["locations"] = [location]
    if ignored:
        found["suppressions"] = [{"kind": "external", "justification": ignored}]
    return found
