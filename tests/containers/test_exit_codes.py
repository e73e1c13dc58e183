"""The exit codes of the table, as docker reports them, and the one line that goes with each."""

import pytest

from tests.containers.engine import BuildImage, Engine


@pytest.mark.parametrize("code", [0, 1, 42, 125, 126, 127, 255])
def test_code_of_main(engine: Engine, image: BuildImage, code: int) -> None:
    """Main's own code is the container's, those that docker and shells use too, without a word."""
    with engine.container(image("alpine"), "sh", "-c", f"exit {code}") as container:
        assert code == container.wait()
        assert not container.lines()


@pytest.mark.parametrize(
    ("program", "code"),
    [("nothing-here", 127), ("/nothing/here", 127), ("/proc", 126), ("/proc/cmdline", 126)],
)
def test_program_that_cannot_run(engine: Engine, any_image: str, program: str, code: int) -> None:
    """Not found is 127, found but no program is 126, with one line that names it."""
    with engine.container(any_image, program) as container:
        assert code == container.wait()
        (line,) = container.lines()
        assert line.startswith("tinyinit: ")
        assert program in line


@pytest.mark.parametrize(
    "options", [("--no-such-option",), ("--grace", "soon"), ("--rewrite", "HUP:NOPE"), ()]
)
def test_wrong_command_line(engine: Engine, image: BuildImage, options: tuple[str, ...]) -> None:
    """A wrong option or value, or no program, is 64 with one line, and main is not started."""
    command = (*options, "--", "/payload", "serve", "3") if options else ()
    entry = ("--entrypoint", "tinyinit")
    with engine.container(image("scratch"), *command, options=entry) as container:
        assert 64 == container.wait()
        (line,) = container.lines()
        assert line.startswith("tinyinit: ")
        for wrong in options[-1:]:
            assert wrong.split(":")[-1] in line


def test_killed_main(engine: Engine, image: BuildImage) -> None:
    """Main killed by signal n is 128 + n."""
    with engine.container(image("debian"), "sh", "-c", "kill -HUP $$") as container:
        assert 128 + 1 == container.wait()
        (line,) = container.lines()
        assert line.startswith("tinyinit: sh (pid ")
        assert line.endswith(" was killed by SIGHUP")
