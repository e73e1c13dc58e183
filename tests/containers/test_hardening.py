"""The options that harden a container change nothing in what the init does."""

import pytest

from tests.containers.engine import BuildImage, Engine

HARDENING = {
    "read-only": ("--read-only",),
    "no-capabilities": ("--cap-drop", "ALL"),
    "user": ("--user", "1000:1000"),
    "no-network": ("--network", "none"),
    "few-processes": ("--pids-limit", "20"),
    "no-new-privileges": ("--security-opt", "no-new-privileges"),
}
ALL = tuple(option for options in HARDENING.values() for option in options)


def check(engine: Engine, image: str, options: tuple[str, ...]) -> None:
    """200 orphans are reaped, which 20 processes hold only one batch of; the stop is clean."""
    with engine.container(image, "/payload", "serve", "3", "200", options=options) as container:
        container.wait_for("ready")
        assert 0 == container.zombies()
        seconds = container.stop()
        assert ["orphans 200 zombies 0", "ready", "flushing", "flushed"] == container.lines()
        assert 3 == container.wait()
        assert 0.5 <= seconds < 4


@pytest.mark.parametrize("options", HARDENING.values(), ids=HARDENING.keys())
def test_hardened_by(engine: Engine, image: BuildImage, options: tuple[str, ...]) -> None:
    """Each hardening option by itself leaves start, reaping and stop as they are."""
    check(engine, image("scratch"), options)


def test_hardened_by_all_at_once(engine: Engine, any_image: str) -> None:
    """All of them together do not either."""
    check(engine, any_image, ALL)
