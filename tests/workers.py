"""Which tests one worker of pytest-xdist runs, one after the other.

A scheduler of our own, because xdist 3.8 notes the groups of its `xdist_group` in test ids that
pytest 9.2 no longer reads.
"""

from typing import Any

import pytest

# xdist has no types.
from xdist.scheduler import (  # type: ignore[import-untyped]
    LoadGroupScheduling,  # pyright: ignore[reportMissingTypeStubs]
)

# docker serves two sessions no faster than one; wheels and environments are made once a session.
GROUPS = {
    "tests/benchmarks/": "benchmarks",
    "tests/containers/": "docker",
    "tests/engine/": "docker",
    "tests/examples/": "docker",
    "tests/package/": "package",
    "tests/rehearse/test_docker.py": "docker",
    "tests/testing/": "docker",
}


class OneWorkerEach(LoadGroupScheduling):  # type: ignore[misc]
    """Give the tests of a group to one worker, each other test to the worker that is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((GROUPS[folder] for folder in GROUPS if nodeid.startswith(folder)), nodeid)


def scheduler(config: pytest.Config, log: Any) -> OneWorkerEach:
    """Return what `pytest_xdist_make_scheduler` asks for."""
    return OneWorkerEach(config, log)
