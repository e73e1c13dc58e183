"""What the keys of a contract's tables must be."""

from __future__ import annotations

from tinyinit.base.text import is_name
from tinyinit.contract.types import fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from tinyinit.formats.toml import TomlValue

#: What messages call the kinds.
_TEXTS: Final = {
    "scalar": "one value",
    "number": "a number",
    "count": "a whole number",
    "boolean": "true or false",
    "action": "warn, error or ignore",
    "string": "a string",
    "strings": "an array of strings",
    "names": "an array of names",
    "choices": "an array of strings",
}
#: The kinds of TOML that a value of each kind may be, and its items.
_VALUES: Final = {
    "scalar": ("string", "integer", "float", "boolean"),
    "number": ("string", "integer", "float"),
    "boolean": ("boolean",),
    "string": ("string",),
}
_ITEMS: Final = {
    "strings": ("string",),
    "names": ("string",),
    "choices": ("string", "integer"),
}
_ACTIONS: Final = ("warn", "error", "ignore")


def misfit(kind: str, value: TomlValue) -> str | None:
    """Return None if a value is of the kind, else what it must be: "a number"."""
    return None if _is_of_kind(kind, value) else _TEXTS[kind]


def _is_of_kind(kind: str, value: TomlValue) -> bool:
    if kind in _ITEMS:
        return value.kind == "array" and _are_of_kind(kind, value.items)
    if kind == "count":
        return value.kind == "integer" and value.text[:1].isdigit() and fits("int", value.text)
    if kind == "action":
        return value.kind == "string" and value.text in _ACTIONS
    return value.kind in _VALUES[kind]


def _are_of_kind(kind: str, items: Sequence[TomlValue]) -> bool:
    if kind == "choices" and not items:
        return False
    return all(
        item.kind in _ITEMS[kind] and (kind != "names" or is_name(item.text)) for item in items
    )
