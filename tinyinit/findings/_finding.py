"""What a finding is, and the order of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"
SEVERITIES: Final = (ERROR, WARNING, INFO)
"""Worst first."""


class Finding(NamedTuple):
    """One thing that is wrong, or worth knowing."""

    id: str
    severity: str
    evidence: str
    """What was seen, and where: a sentence that can be checked."""
    why: str
    """What will happen because of it."""
    advice: Mapping[str, str]
    """What to do, by where it is done: `docker`, `compose`, `kubernetes`, `anywhere`, …"""
    file: str | None = None
    """For findings in files."""
    line: int | None = None


class Unknown(NamedTuple):
    """A check that could not see what it needs."""

    id: str
    why: str
    """What was hidden, and what would make it readable."""


class Result(NamedTuple):
    """All that was found about one target."""

    target: str
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...] = ()
    ignored: tuple[tuple[Finding, str], ...] = ()
    """Findings that an ignore covers, with its reason."""


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity; those of one severity stay in their order."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def at_least(findings: Iterable[Finding], severity: str) -> bool:
    """Say whether one of `findings` is of this severity or a worse one."""
    limit = SEVERITIES.index(severity)
    return any(SEVERITIES.index(finding.severity) <= limit for finding in findings)
