"""Zombies in containers: none, counted by the app and by `docker exec`."""

from tests.containers.engine import BuildImage, Engine


def test_no_orphan_stays_a_zombie(engine: Engine, any_image: str) -> None:
    """All of 200 orphans are reaped: the app sees no zombie, and neither does `docker exec`."""
    with engine.container(any_image, "/payload", "serve", "3", "200") as container:
        container.wait_for("ready")
        assert ["orphans 200 zombies 0", "ready"] == container.lines()
        assert 0 == container.zombies()


def test_orphans_stay_zombies_without_an_init(engine: Engine, image: BuildImage) -> None:
    """The same app as PID 1 leaves its orphans unreaped: the counts above can see zombies."""
    options = ("--entrypoint", "/payload")
    with engine.container(image("scratch"), "serve", "3", "10", options=options) as container:
        container.wait_for("ready")
        assert ["orphans 10 zombies 10", "ready"] == container.lines()
        assert 10 == container.zombies()


def test_reaps_below_another_init(engine: Engine, image: BuildImage) -> None:
    """With `docker run --init` too, tinyinit is not PID 1 and still reaps, forwards and reports."""
    command = ("/payload", "serve", "3", "50")
    with engine.container(image("scratch"), *command, options=("--init",)) as container:
        container.wait_for("ready")
        assert 0 == container.zombies()
        container.stop()
        assert ["orphans 50 zombies 0", "ready", "flushing", "flushed"] == container.lines()
        assert 3 == container.wait()
