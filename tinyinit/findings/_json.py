"""Findings as JSON, the doctor's shape: see docs/doctor.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.findings._finding import Result

SCHEMA = 1


def as_json(results: Sequence[Result]) -> str:
    """Return one object for one result, a list of them for several."""
    objects = [_object(result) for result in results]
    return json.dumps(objects[0] if len(objects) == 1 else objects, indent=2) + "\n"


def _object(result: Result) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "target": result.target,
        "findings": [
            {
                "id": finding.id,
                "severity": finding.severity,
                "evidence": finding.evidence,
                "why": finding.why,
                "advice": dict(finding.advice),
            }
            for finding in result.findings
        ],
        "unknown": [unknown._asdict() for unknown in result.unknown],
    }
