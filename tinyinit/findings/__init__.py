"""Findings: what a look at something found, in which format it is printed, what is ignored.

`_finding` is the model, `_text`, `_json`, `_sarif` and `_github` print it, `ignores` reads
`.tinyinit.toml`. It knows nothing of what was looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tinyinit.findings._finding import (
    ERROR,
    INFO,
    SEVERITIES,
    WARNING,
    Finding,
    Result,
    Unknown,
    at_least,
    worst_first,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ERROR",
    "FORMATS",
    "INFO",
    "SEVERITIES",
    "WARNING",
    "Finding",
    "Result",
    "Unknown",
    "at_least",
    "show",
    "show_lines",
    "worst_first",
]

FORMATS: Final = ("text", "json", "sarif", "github")


def show(
    results: Sequence[Result], form: str, *, tool: str, width: int = 100, colour: bool = False
) -> str:
    """Return results in one of `FORMATS`; `tool` is what SARIF calls the program."""
    if form == "json":
        from tinyinit.findings._json import as_json  # json costs 5 ms

        return as_json(results)
    if form == "sarif":
        from tinyinit import __version__  # the same
        from tinyinit.findings._sarif import as_sarif  # the same

        return as_sarif(results, tool, __version__)
    if form == "github":
        from tinyinit.findings._github import as_github  # only there

        return as_github(results)
    from tinyinit.findings._text import as_text  # textwrap costs as well

    return as_text(results, width=width, colour=colour)


def show_lines(results: Sequence[Result], *, colour: bool = False) -> str:
    """Return one line for each result, worst first."""
    from tinyinit.findings._text import as_lines  # as in `show`

    return as_lines(results, colour=colour)
