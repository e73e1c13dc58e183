"""How far apart two names are, for "did you mean"."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

_LIMIT: Final = 2


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate within two slips of `name`, a third of it at most, else None.

    The nearest; of several the first by its bytes.
    """
    wanted = _bytes(name)
    best = (_LIMIT + 1, b"")
    for candidate in candidates:
        found = _bytes(candidate)
        if abs(len(found) - len(wanted)) > _LIMIT:
            continue
        best = min(best, (edit_distance(wanted, found), found))
    if best[0] > _LIMIT or best[0] * 3 > len(wanted):
        return None
    return best[1].decode("utf-8", "surrogateescape")


def edit_distance(a: bytes, b: bytes) -> int:
    """Count insertions, deletions, substitutions and swaps of neighbours."""
    above2: list[int] = []
    above = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            cell = min(above[j - 1] + (a[i - 1] != b[j - 1]), row[j - 1] + 1, above[j] + 1)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                cell = min(cell, above2[j - 2] + 1)
            row.append(cell)
        above2, above = above, row
    return above[-1]


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
