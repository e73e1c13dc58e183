"""Out of memory in a container with a limit: the log says so, whoever was killed."""

import re

import pytest

from tests.containers.engine import BuildImage, Container, Engine

LIMIT = ("--memory", "32m", "--memory-swap", "32m")
RAN_OUT = "the container ran out of memory (limit 32 MiB, 1 process killed)"


def messages(container: Container) -> list[str]:
    """Return what the init wrote, without process numbers."""
    mine = [line for line in container.lines() if line.startswith("tinyinit: ")]
    return [re.sub(r"\(pid \d+\)", "(pid N)", line) for line in mine]


def test_main_killed_for_memory(engine: Engine, any_image: str) -> None:
    """Main dies for memory: 137, and one line with its name, the limit and the count."""
    with engine.container(any_image, "/payload", "eat", options=LIMIT) as container:
        assert 128 + 9 == container.wait()
        assert [f"tinyinit: payload (pid N) was killed by SIGKILL: {RAN_OUT}"] == messages(
            container
        )


def test_child_of_main_killed_for_memory(engine: Engine, any_image: str) -> None:
    """A child of main dies for memory, main ends well: code 0, and still one line says so."""
    with engine.container(any_image, "/payload", "eat-in-child", options=LIMIT) as container:
        assert 0 == container.wait()
        assert "child killed by 9" in container.lines()
        assert [f"tinyinit: {RAN_OUT}"] == messages(container)


def test_orphan_killed_for_memory(engine: Engine, image: BuildImage) -> None:
    """An orphan dies for memory: one line says so."""
    command = ("/payload", "eat-in-orphan")
    with engine.container(image("scratch"), *command, options=LIMIT) as container:
        assert 0 == container.wait()
        assert 1 == len(messages(container))
        assert RAN_OUT in messages(container)[0]


@pytest.mark.parametrize("options", [(), LIMIT], ids=["no-limit", "limit"])
def test_kill_without_shortage_is_not_called_memory(
    engine: Engine, image: BuildImage, options: tuple[str, ...]
) -> None:
    """A KILL that somebody sent is reported as that, with and without a limit of memory."""
    script = "kill -KILL $$"
    with engine.container(image("alpine"), "sh", "-c", script, options=options) as container:
        assert 128 + 9 == container.wait()
        assert ["tinyinit: sh (pid N) was killed by SIGKILL"] == messages(container)
