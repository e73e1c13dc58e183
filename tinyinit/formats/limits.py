"""Limits of a contract and of env files alike, and what a variable's name may be."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PROBLEMS_MAX: Final = 20
"""How many problems of one file are told; reading then stops."""
VARIABLES_MAX: Final = 1000
NAME_LENGTH_MAX: Final = 255
"""The length of a variable's name, in bytes."""
NAME_PATTERN: Final = "[A-Za-z_][A-Za-z0-9_]*"
"""A variable's name as a regular expression, for what is read or written in other formats."""

FIRST_OF_NAME: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
REST_OF_NAME: Final = FIRST_OF_NAME | frozenset("0123456789")


def is_name(name: str) -> bool:
    """Say whether a text can be the name of a variable."""
    return (
        name[:1] in FIRST_OF_NAME and REST_OF_NAME.issuperset(name) and len(name) <= NAME_LENGTH_MAX
    )
