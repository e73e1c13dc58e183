"""`docker kill --signal`: what reaches PID 1 reaches the app."""

import signal

import pytest

from tests.containers.engine import BuildImage, Engine

# KILL and STOP cannot be caught, CHLD is the init's own, 32 and 33 docker does not send.
NOT_SENT = {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, 32, 33}
SENT = [number for number in range(1, 65) if number not in {*NOT_SENT, signal.SIGTERM}]


def test_every_signal_reaches_the_app(engine: Engine, any_image: str) -> None:
    """All 58 signals that can be sent, real-time ones too, arrive under their own number, once."""
    with engine.container(any_image) as container:
        container.wait_for("ready")
        for number in SENT:
            container.kill(str(number))
        container.wait_for(f"signal {SENT[-1]}")
        container.kill("TERM")
        assert 3 == container.wait()
        expected = ["ready", *(f"signal {number}" for number in SENT), "flushing", "flushed"]
        assert expected == container.lines()


@pytest.mark.parametrize(
    ("name", "number"),
    [("HUP", 1), ("SIGUSR1", 10), ("WINCH", 28), ("RTMIN", 34), ("RTMIN+3", 37), ("RTMAX", 64)],
)
def test_signal_by_name(engine: Engine, image: BuildImage, name: str, number: int) -> None:
    """Docker's names mean what they mean without an init."""
    with engine.container(image("scratch")) as container:
        container.wait_for("ready")
        container.kill(name)
        container.wait_for(f"signal {number}")
        assert ["ready", f"signal {number}"] == container.lines()


def test_kill_ends_everything(engine: Engine, any_image: str) -> None:
    """`docker kill` without a signal is KILL, which nobody forwards: 137, and nothing flushed."""
    with engine.container(any_image) as container:
        container.wait_for("ready")
        container.kill("KILL")
        assert 128 + 9 == container.wait()
        assert ["ready"] == container.lines()
