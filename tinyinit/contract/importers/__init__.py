"""Contracts from what a project has already; each module reads one form, and says what it left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tinyinit.contract.importers.draft import Draft

KINDS: Final = ("env", "compose", "varlock", "pydantic")


def kind_of(source: str) -> str:
    """Return the form that a source's name suggests."""
    if source.endswith((".yaml", ".yml")):
        return "compose"
    return "varlock" if source.endswith(".schema") else "env"


def read_text(text: str, source: str, kind: str, service: str | None = None) -> Draft:
    """Return the contract in the text of a file of this form; SourceError if it is none."""
    if kind == "compose":
        from tinyinit.contract.importers.compose import read_compose  # one of them

        return read_compose(text, source, service)
    if kind == "varlock":
        from tinyinit.contract.importers.varlock import read_varlock

        return read_varlock(text, source)
    from tinyinit.contract.importers.env import read_env

    return read_env(text, source)
