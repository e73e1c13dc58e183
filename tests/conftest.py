"""What all tests share: the file under test, and the flags of the command line."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CHECKOUT = str(Path(__file__).parent.parent)

# For `from tests.namespaces import …` with a bare `pytest`: importlib mode leaves sys.path alone.
if CHECKOUT not in sys.path:
    sys.path.append(CHECKOUT)

from tests.payload.build import program  # noqa: E402  # needs the line above
from tests.under_test import find_tinyinit  # noqa: E402  # the same


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line("markers", "slow: takes more than a second or two")
    _settle_hypothesis()
    # A shell has a job in the background ignore these, and so would what tests start.
    for number in (signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, default)
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


@pytest.hookimpl(optionalhook=True)  # the tests run without pytest-xdist too
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Have one worker run the tests that share what is made once, or docker."""
    from tests.workers import scheduler

    return scheduler(config, log)


@pytest.fixture(scope="session")
def tinyinit() -> Path:
    """Return the path of the file under test."""
    return find_tinyinit()


@pytest.fixture(scope="session")
def payload() -> Path:
    """Return the path of the program that tests run under an init."""
    return program("payload")
