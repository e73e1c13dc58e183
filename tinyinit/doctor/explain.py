"""The page of a finding: what was seen, why it matters, what to do."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent.parent / "findings" / "pages"
_CHECKOUT = Path(__file__).parent.parent.parent / "docs" / "findings"


def page(name: str) -> str | None:
    """Return the page of a finding by its id; None if this installation has none."""
    for folder in (_PACKAGED, _CHECKOUT):
        try:
            return (folder / f"{name}.md").read_text(encoding="utf-8")
        except OSError:
            continue
    return None
