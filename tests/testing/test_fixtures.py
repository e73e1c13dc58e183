"""The fixtures `image` and `container`, in a user's project with a real image."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.testing.conftest import Project

OF_THE_SPEC = """
def test_stops_cleanly(container):
    report = container.stop(within=5)
    assert report.clean and report.exit_code == 0
    assert 0.2 <= report.seconds < 3
    assert [] == report.cut_off


def test_refuses_bad_config(image):
    assert image.run(env={"PORT": "80a"}).problems == {
        "PORT": "is \\"80a\\", not a port (1 to 65535)"
    }
"""


def test_three_lines_of_a_user(
    project: Callable[..., Project], left: Callable[[], list[str]]
) -> None:
    """The tests of the documentation pass on an app that ends well, and nothing is left."""
    ran = project(test_app__py=OF_THE_SPEC).run()
    assert "2 passed" == ran.counts, ran.text
    assert [] == left()


def test_four_workers_build_once(
    project: Callable[..., Project], left: Callable[[], list[str]]
) -> None:
    """With `-n 4` the image is built once, all tests use it, and nothing is left."""
    test = """
import os, pathlib, pytest
@pytest.mark.parametrize("number", range(4))
def test_of_each_worker(image, number):
    pathlib.Path(f"{os.environ['PYTEST_XDIST_WORKER']}").write_text(image.id)
    assert 7 == image.run(args=["sh", "-c", "exit 7"]).exit_code
"""
    made = project(test_app__py=test)
    ran = made.run("-n", "4")
    assert "4 passed" == ran.counts, ran.text
    images = {file.read_text() for file in made.folder.glob("gw*")}
    assert 1 == len(images)
    assert [] == left()


def test_failure_shows_timeline_and_log(project: Callable[..., Project]) -> None:
    """A stop that cuts the app off fails the test, which shows who, and the end of the log."""
    app = "trap 'echo at work; sleep 30; exit 0' TERM\necho ready\nwhile :; do sleep 0.05; done\n"
    test = "def test_it(container):\n    assert container.stop(within=1).clean\n"
    ran = project(test_app__py=test, app__sh=app).run()
    assert "1 failed" == ran.counts, ran.text
    title, timeline = ran.text.partition("- timeline: the stop of container ")[1:]
    assert title
    assert "SIGTERM" in timeline
    assert "killed after 1." in timeline
    log = timeline.partition("- end of the log: container ")[2]
    assert "ready\nat work" in log
    assert "<Report clean=False, exit_code=137, seconds=1." in ran.text


def test_refused_contract_shows_its_log(project: Callable[..., Project]) -> None:
    """A wrong expectation of what the contract says shows what it does say."""
    test = "def test_it(image):\n    assert {} == image.run(env={'PORT': '80a'}).problems\n"
    ran = project(test_app__py=test).run()
    assert "1 failed" == ran.counts, ran.text
    log = ran.text.partition("- end of the log: container that ended with exit code 78 -")[2]
    assert 'PORT  is "80a", not a port (1 to 65535)' in log


def test_what_a_container_can_be_asked(project: Callable[..., Project]) -> None:
    """exec, logs, zombies, health, kill, wait and start do what their names say."""
    test = """
import pytest

ORPHAN = "sleep 0.1 & echo started"

def test_asked(container):
    assert (3, "out", "err") == container.exec("sh", "-c", "echo out; echo err >&2; exit 3")
    assert "ready" == container.logs()
    assert 0 == container.zombies()
    assert "none" == container.health()
    container.kill("KILL")
    assert 137 == container.wait(within=10)

@pytest.mark.container(env={"WORD": "hello"}, args=["sh", "-c", "echo $WORD; sleep 60"],
                       ready_line="hello", options=["--health-cmd=true", "--health-interval=1s"])
def test_started_as_marked(container):
    assert "hello" == container.logs()
    container.wait_ready(within=20)
    assert "healthy" == container.health()

def test_started_by_the_test(image):
    first = image.start()
    first.wait_ready(line="ready")
    with image.start(options=["--entrypoint=/bin/sleep"], args=["60"]) as second:
        assert second.id != first.id
"""
    ran = project(test_app__py=test).run()
    assert "3 passed" == ran.counts, ran.text


def test_zombies_are_counted_and_not_clean(project: Callable[..., Project]) -> None:
    """Zombies that no PID 1 reaps are counted, and a stop with them is not clean."""
    dockerfile = """\
FROM python:3.11-alpine
COPY app.py /
CMD ["python3", "-S", "/app.py"]
"""
    app = """\
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
for _ in range(3):
    if os.fork() == 0:
        os._exit(0)
print("ready", flush=True)
while True:
    signal.pause()
"""
    test = """
import pytest
@pytest.mark.container(ready_line="ready")
def test_zombies(container):
    assert 3 == container.zombies()
    report = container.stop(within=5)
    assert 3 == report.zombies
    assert 0 == report.exit_code
    assert not report.clean
"""
    ran = project(test_app__py=test, Dockerfile=dockerfile, app__py=app).run()
    assert "1 passed" == ran.counts, ran.text


def test_image_without_a_shell(project: Callable[..., Project]) -> None:
    """An image with nothing but its program is stopped, judged and counted as any other."""
    dockerfile = """\
FROM scratch
COPY tinyinit /sbin/
ENTRYPOINT ["/sbin/tinyinit", "--"]
CMD ["/sbin/tinyinit", "--version"]
"""
    test = """
import pytest
def test_ends(image):
    result = image.run()
    assert 0 == result.exit_code
    assert result.output.startswith("tinyinit ")
    assert {} == result.problems
def test_no_shell(image):
    assert 127 == image.run(args=["sh"]).exit_code
"""
    ran = project(test_app__py=test, Dockerfile=dockerfile).run()
    assert "2 passed" == ran.counts, ran.text


def test_where_the_image_comes_from(project: Callable[..., Project]) -> None:
    """`--image`, the parameter and the ini option name it; paths count from where they are said."""
    test = """
import pytest
def test_default(image):
    assert "default" == image.run(args=["cat", "/name"]).output
@pytest.mark.parametrize("image", ["alpine:3.23", "./other", "./other/Dockerfile"], indirect=True)
def test_parameter(image):
    assert image.run(args=["cat", "/name"]).output in {
        "other", "cat: can't open '/name': No such file or directory"
    }
"""
    made = project(test_app__py=test, Dockerfile="FROM alpine:3.23\nRUN echo default >/name\n")
    other = made.folder / "other"
    other.mkdir()
    (other / "Dockerfile").write_text("FROM alpine:3.23\nRUN echo other >/name\n")
    ran = made.run()
    assert "4 passed" == ran.counts, ran.text
    assert "1 failed, 3 deselected" == made.run("-k", "default", "--image", "./other").counts
    made.write(pytest__ini="[pytest]\ncontainer_image = ./other\n")
    assert "1 failed, 3 deselected" == made.run("-k", "default").counts
    assert "1 passed, 3 deselected" == made.run("-k", "default", "--image", ".").counts
    ran = made.run("-k", "default", "--image", "./nowhere")
    assert f"no Dockerfile at {made.folder}/nowhere" in ran.text


def test_run_that_goes_on_is_no_refusal(
    project: Callable[..., Project], left: Callable[[], list[str]]
) -> None:
    """`image.run` of what does not end is an error in one line, and the container is gone."""
    test = "def test_it(image):\n    image.run(env={'PORT': '80'}, within=2)\n"
    ran = project(test_app__py=test).run()
    assert "1 failed" == ran.counts, ran.text
    line = "ContainerError: the container still runs after 2 s; its last line: ready"
    assert line in ran.text
    assert [] == left()


def test_run_without_containers_pays_nothing(project: Callable[..., Project]) -> None:
    """A run of pytest imports nothing of the package but the plugin's own file."""
    test = """
import json, sys
def test_modules(pytestconfig):
    names = sorted(name for name in sys.modules if name.startswith("tinyinit"))
    (pytestconfig.rootpath / "names").write_text(json.dumps(names))
"""
    made = project(test_app__py=test)
    assert "1 passed" == made.run().counts
    names = json.loads((made.folder / "names").read_text())
    assert ["tinyinit", "tinyinit.testing", "tinyinit.testing.plugin"] == names
