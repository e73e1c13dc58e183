"""Reads the report of a refused contract back from a container's log."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEADER = re.compile(r"(?:the environment does not meet .+:|the contract .+ has) (\d+) problems?$")
_PROBLEM = re.compile(r"  (\S+) +(\S.*)$")


def problems(log: str) -> dict[str, str]:
    """Return what is wrong, by variable (or `FILE:LINE`); two problems of one are joined by `; `.

    Read are the reports of tinyinit, as text or JSON, and of the Python package's `ConfigError`.
    """
    found: dict[str, str] = {}
    lines = log.splitlines()
    for position, line in enumerate(lines):
        for name, text in _from_json(line) if line.startswith("{") else _below(lines, position):
            found[name] = f"{found[name]}; {text}" if name in found else text
    return found


def _below(lines: list[str], position: int) -> Iterator[tuple[str, str]]:
    header = _HEADER.search(lines[position])
    if header is None:
        return
    first = position + 1
    # As many as it says: warnings come after them, and look the same.
    for line in lines[first : first + int(header[1])]:
        if match := _PROBLEM.match(line):
            yield match[1], match[2]


def _from_json(line: str) -> Iterator[tuple[str, str]]:
    try:
        event: dict[str, object] = json.loads(line)
    except ValueError:
        return
    given = event.get("problems")
    if event.get("event") != "contract" or not isinstance(given, list):
        return
    for each in cast("Iterable[dict[str, object]]", given):
        place = f"{each['source']}:{each['line']}" if each["line"] else str(each["source"])
        yield str(each["variable"] or place), str(each["problem"])
