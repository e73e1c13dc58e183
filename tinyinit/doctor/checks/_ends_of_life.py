"""When distributions stop getting fixes for everybody: a table with its source and its date.

Debian's and Ubuntu's are those of the package distro-info-data 0.58+deb12u6 (Debian with LTS,
Ubuntu without what is paid for), Alpine's those of alpinelinux.org/releases.
"""

from __future__ import annotations

from datetime import date as _date
from typing import Final

TAKEN: Final = "2026-01-27"
SOURCE: Final = "distro-info-data and alpinelinux.org"
ROLLING: Final = frozenset(
    {"arch", "gentoo", "void", "wolfi", "chimera", "nixos", "opensuse-tumbleweed"}
)
"""Distributions without releases."""

_ENDS: Final = {
    "debian": {
        "7": "2018-05-31",
        "8": "2020-06-30",
        "9": "2022-06-30",
        "10": "2024-06-30",
        "11": "2026-08-31",
        "12": "2028-06-30",
        "13": "2030-06-30",
    },
    "ubuntu": {
        "14.04": "2019-04-25",
        "16.04": "2021-04-30",
        "18.04": "2023-05-31",
        "20.04": "2025-05-29",
        "20.10": "2021-07-22",
        "21.04": "2022-01-20",
        "21.10": "2022-07-14",
        "22.04": "2027-06-01",
        "22.10": "2023-07-20",
        "23.04": "2024-01-25",
        "23.10": "2024-07-11",
        "24.04": "2029-05-31",
        "24.10": "2025-07-10",
        "25.04": "2026-01-15",
        "25.10": "2026-07-09",
        "26.04": "2031-05-29",
    },
    "alpine": {
        "3.10": "2021-05-01",
        "3.11": "2021-11-01",
        "3.12": "2022-05-01",
        "3.13": "2022-11-01",
        "3.14": "2023-05-01",
        "3.15": "2023-11-01",
        "3.16": "2024-05-23",
        "3.17": "2024-11-22",
        "3.18": "2025-05-09",
        "3.19": "2025-11-01",
        "3.20": "2026-04-01",
        "3.21": "2026-11-01",
        "3.22": "2027-05-01",
        "3.23": "2027-11-01",
    },
}
_EPOCH: Final = _date(1970, 1, 1)


def find(distribution: str, version: str) -> int | None:
    """Return the day of the end of a release's life, since 1970; None if it is not known."""
    releases = _ENDS.get(distribution, {})
    parts = version.split(".")
    for count in (2, 1):
        found = releases.get(".".join(parts[:count]))
        if found:
            return day(found)
    return None


def day(text: str) -> int:
    """Return the number of a day, written `2026-11-24`, since 1970."""
    return (_date.fromisoformat(text) - _EPOCH).days


def date(number: int) -> str:
    """Return a day as it is written."""
    return _date.fromordinal(_EPOCH.toordinal() + number).isoformat()
