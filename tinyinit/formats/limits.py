"""Limits of a contract and of env files alike; that of a name's length is in `base/text.py`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PROBLEMS_MAX: Final = 20
"""How many problems of one file are told; reading then stops."""
VARIABLES_MAX: Final = 1000
"""How many variables one file may have."""
