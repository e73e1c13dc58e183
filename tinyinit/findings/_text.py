"""Findings as text for people: each with what was seen, why it matters, what to do."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from tinyinit.findings._finding import ERROR, INFO, SEVERITIES, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinyinit.findings._finding import Finding, Result

_COLOURS: Final = {ERROR: "1;31", WARNING: "1;33", INFO: "1;34", "unknown": "1;35"}
_INDENT = 10
_NARROWEST = 40


def as_text(results: Sequence[Result], *, width: int = 100, colour: bool = False) -> str:
    """Return a block for each result."""
    blocks = (_block(result, max(width, _NARROWEST), colour=colour) for result in results)
    return "\n".join("".join(line + "\n" for line in block) for block in blocks)


def as_lines(results: Sequence[Result], *, colour: bool = False) -> str:
    """Return one line for each result, worst first."""
    lines: list[str] = []
    for result in sorted(results, key=_badness):
        worst = result.findings[0] if result.findings else None
        word = worst.severity if worst else "unknown" if result.unknown else "fine"
        said = f"{worst.id}: {worst.evidence}" if worst else _nothing(result)
        others = len(result.findings) - 1
        more = f" (and {others} more)" if others > 0 else ""
        lines.append(f"{_painted(word, word, colour=colour)} {result.target}: {said}{more}\n")
    return "".join(lines)


def _badness(result: Result) -> tuple[int, ...]:
    counts = [sum(f.severity == one for f in result.findings) for one in SEVERITIES]
    return tuple(-count for count in counts)


def summary(result: Result) -> str:
    """Return what was found in numbers: `1 error, 2 warnings, 1 unknown`."""
    parts: list[str] = []
    for severity in SEVERITIES:
        number = sum(finding.severity == severity for finding in result.findings)
        if number:
            plural = "s" if number > 1 and severity != INFO else ""
            parts.append(f"{number} {severity}{plural}")
    parts += [f"{len(result.unknown)} unknown"] if result.unknown else []
    parts += [f"{len(result.ignored)} ignored"] if result.ignored else []
    return ", ".join(parts) or "nothing found"


def _nothing(result: Result) -> str:
    return f"nothing found, {len(result.unknown)} unknown" if result.unknown else "nothing found"


def _block(result: Result, width: int, *, colour: bool) -> Iterator[str]:
    yield f"{result.target}: {summary(result)}"
    for finding in result.findings:
        yield from _finding(finding, width, colour=colour)
    if result.unknown:
        yield ""
    for unknown in result.unknown:
        head = _painted("unknown", f"{'unknown':<{_INDENT - 1}}", colour=colour)
        yield from _wrapped(f"{unknown.id}: {unknown.why}", head, width)


def _finding(finding: Finding, width: int, *, colour: bool) -> Iterator[str]:
    yield ""
    place = f"{finding.file}:{finding.line or 1}: " if finding.file else ""
    head = _painted(finding.severity, f"{finding.severity:<{_INDENT - 1}}", colour=colour)
    yield from _wrapped(f"{finding.id}: {place}{finding.evidence}", head, width)
    yield from _wrapped(finding.why, f"{'why':>{_INDENT - 1}}", width)
    for where, what in finding.advice.items():
        yield from _wrapped(f"{where}: {what}", f"{'do':>{_INDENT - 1}}", width)


def _wrapped(text: str, head: str, width: int) -> Iterator[str]:
    lines = textwrap.wrap(text, width - _INDENT, break_on_hyphens=False) or [""]
    yield f"{head} {lines[0]}"
    for line in lines[1:]:
        yield " " * _INDENT + line


def _painted(severity: str, text: str, *, colour: bool) -> str:
    number = _COLOURS.get(severity)
    return f"\x1b[{number}m{text}\x1b[0m" if colour and number else text
