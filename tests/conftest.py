"""What all tests share: the file under test, and the flags of the command line."""

import sys
from pathlib import Path

import pytest

CHECKOUT = str(Path(__file__).parent.parent)

# For `from tests.namespaces import …` with a bare `pytest`: importlib mode leaves sys.path alone.
if CHECKOUT not in sys.path:
    sys.path.append(CHECKOUT)

from tests.payload.build import program  # noqa: E402  # needs the line above
from tests.under_test import find_tinyinit  # noqa: E402  # the same


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line("markers", "slow: takes more than a second or two")


@pytest.fixture(scope="session")
def tinyinit() -> Path:
    """Return the path of the file under test."""
    return find_tinyinit()


@pytest.fixture(scope="session")
def payload() -> Path:
    """Return the path of the program that tests run under an init."""
    return program("payload")
