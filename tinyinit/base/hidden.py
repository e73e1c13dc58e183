"""Which values no text may show: secrets by name, passwords in URLs, values that were loaded.

The first two are the same in `core/contract/hidden.c`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

HIDDEN: Final = "<hidden>"
"""What stands in the place of a secret."""

_ANYWHERE: Final = ("SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL", "PRIVATE")
_LAST: Final = ("KEY", "DSN")

hidden_values: dict[str, None] = {}
"""The texts that a log must not show, in the order they came: every secret that was loaded."""


def name_is_secret(name: str) -> bool:
    """Say whether a variable of this name is taken for a secret, whatever its contract says."""
    upper = name.upper()
    if upper.rpartition("_")[2] in _LAST:
        return True
    for word in _ANYWHERE:  # noqa: SIM110  # any() takes three times as long, for each variable
        if word in upper:
            return True
    return False


def without_password(value: str) -> str:
    """Return a value without what is between a name's colon and the last at sign.

    Not only of valid URLs: a slip in one must not show its password.
    """
    at = value.rfind("@")
    colon = value.find(":")
    if colon >= 0 and value.startswith("://", colon):
        colon = value.find(":", colon + 1)
    return f"{value[: colon + 1]}…{value[at:]}" if 0 <= colon < at else value


def hide_value(value: str) -> None:
    """Keep a text out of everything that is logged from now on."""
    hidden_values[value] = None
