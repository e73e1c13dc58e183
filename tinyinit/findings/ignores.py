"""Findings that somebody decided to live with: `[ignore]` in `.tinyinit.toml`, with a reason.

```toml
[ignore.hardening]
reason = "the sidecar needs the engine's socket"
expires = 2027-03-31            # optional: from this day on it counts again
```
"""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tinyinit.base.text import plain, quote

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tinyinit.findings._finding import Finding, Result

FILE = ".tinyinit.toml"
_LIMIT = 1 << 20


class IgnoreError(Exception):
    """A file of ignores that is wrong; the text is one line."""


class Ignore(NamedTuple):
    """A finding's id that is not reported until a day."""

    id: str
    reason: str
    expires: dt.date | None


def read(path: Path, ids: Collection[str], *, must_exist: bool = False) -> list[Ignore]:
    """Return the ignores of a file; `ids` are those there are. Raises IgnoreError."""
    try:
        with path.open("rb") as file:
            text = file.read(_LIMIT).decode()
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, FileNotFoundError) and not must_exist:
            return []
        why = getattr(error, "strerror", None) or "is not UTF-8"
        raise IgnoreError(f"{plain(str(path))} cannot be read: {why}") from error
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise IgnoreError(f"{plain(str(path))} is not TOML: {plain(str(error))}") from error
    entries = table.get("ignore", {})
    if not isinstance(entries, dict):
        raise IgnoreError(f"{plain(str(path))}: ignore is not a table; expected [ignore.ID]")
    found = cast("dict[str, Any]", entries).items()
    return [_entry(plain(str(path)), name, entry, ids) for name, entry in found]


def _entry(path: str, name: str, entry: Any, ids: Collection[str]) -> Ignore:  # TOML's values
    place = f"{path}: [ignore.{plain(name)}]"
    if name not in ids:
        raise IgnoreError(f"{place}: no finding is called {quote(name)}; see --explain")
    if not isinstance(entry, dict):
        raise IgnoreError(f"{place} is not a table; expected reason = and, if it ends, expires =")
    keys = cast("dict[str, Any]", entry)
    reason, expires = keys.get("reason"), keys.get("expires")
    if unknown := sorted(set(keys) - {"reason", "expires"}):
        raise IgnoreError(f"{place}: unknown key {quote(unknown[0])}; expected reason, expires")
    if not isinstance(reason, str) or not reason.strip():
        raise IgnoreError(f"{place} has no reason; say why it may stay, in one sentence")
    if isinstance(expires, str):
        try:
            expires = dt.date.fromisoformat(expires)
        except ValueError:
            expires = ...
    if isinstance(expires, dt.datetime):
        expires = expires.date()
    if expires is not None and not isinstance(expires, dt.date):
        raise IgnoreError(f"{place}: expires is not a day; expected a date such as 2027-03-31")
    return Ignore(name, reason.strip(), expires)


def apply(result: Result, ignores: Collection[Ignore], today: dt.date) -> Result:
    """Return the result without findings and unknowns that are ignored today."""
    live = {one.id: one.reason for one in ignores if one.expires is None or one.expires > today}
    over = {one.id: one for one in ignores if one.id not in live}
    return result._replace(
        findings=tuple(_told(one, over) for one in result.findings if one.id not in live),
        unknown=tuple(one for one in result.unknown if one.id not in live),
        ignored=tuple((one, live[one.id]) for one in result.findings if one.id in live),
    )


def _told(finding: Finding, over: dict[str, Ignore]) -> Finding:
    ignore = over.get(finding.id)
    if ignore is None:
        return finding
    since = f" (it was ignored until {ignore.expires}: {plain(ignore.reason)})"
    return finding._replace(evidence=finding.evidence + since)
