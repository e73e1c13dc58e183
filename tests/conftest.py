"""What all tests share: the file under test, and the flags of the command line."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CHECKOUT = str(Path(__file__).parent.parent)
GROUPS = frozenset(("benchmarks", "containers", "engine", "package", "testing"))

# For `from tests.namespaces import …` with a bare `pytest`: importlib mode leaves sys.path alone.
if CHECKOUT not in sys.path:
    sys.path.append(CHECKOUT)

from tests.payload.build import program  # noqa: E402  # needs the line above
from tests.under_test import find_tinyinit  # noqa: E402  # the same


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line("markers", "slow: takes more than a second or two")
    # pytest-xdist's own, so that the tests run without it too.
    config.addinivalue_line("markers", "xdist_group(name): one worker runs all of a group")
    _settle_hypothesis()
    if not os.access(Path.home(), os.W_OK):  # as of the user nobody: Zig's cache would be there
        os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", str(Path(CHECKOUT, "build", "zig")))


def _settle_hypothesis() -> None:
    """Have no example fail for the time that it takes, nor for a checkout of another user."""
    settings.register_profile(
        "tinyinit",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=settings().database if os.access(CHECKOUT, os.W_OK) else None,
    )
    settings.load_profile("tinyinit")


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make a group of the tests of each folder that shares what is made once a session.

    Containers are one group because docker serves two sessions no faster than one; wheels, because
    they are built once.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            folders = item.path.relative_to(CHECKOUT).parts[1:2]
            if group := GROUPS.intersection(folders):
                item.add_marker(pytest.mark.xdist_group(*group))


@pytest.fixture(scope="session")
def tinyinit() -> Path:
    """Return the path of the file under test."""
    return find_tinyinit()


@pytest.fixture(scope="session")
def payload() -> Path:
    """Return the path of the program that tests run under an init."""
    return program("payload")
