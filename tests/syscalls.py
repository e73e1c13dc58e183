"""System calls by number, for what the stage refuses or holds."""

import platform

import pytest

_NUMBERS = {
    "x86_64": {"write": 1, "poll": 7, "kill": 62, "splice": 275, "pwritev2": 328},
    "aarch64": {"write": 64, "poll": 73, "kill": 129, "splice": 76, "pwritev2": 287},
}


def number(call: str) -> int:
    """Return the number of a system call, on the machines that the tests run on."""
    numbers = _NUMBERS.get(platform.machine())
    if numbers is None:
        pytest.skip(f"the numbers of system calls on {platform.machine()} are not known here")
    return numbers[call]


def refused(call: str, error: int) -> tuple[str, str]:
    """Return the stage's options by which a system call is refused with this error."""
    return ("--refuse", f"{number(call)}:{error}")
