"""The doctor and real containers: planted faults, a date that comes true, a look from beside."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.engine import Unavailable
from tests.doctor.boxes import Missing, Stage, stage
from tests.doctor.planted import FAULT, PLANTED, Planted
from tinyinit.doctor.checks._growth import leaks
from tinyinit.doctor.facts import gather
from tinyinit.doctor.targets import of_all, of_container

CHOSEN = ("shell-without-exec", "init-and-shell", "killed-for-memory", "pids-refused")


@pytest.fixture(scope="module")
def boxes(unavailable: Unavailable) -> Iterator[Stage]:
    """Give the stage for containers with faults, and remove what was made there."""
    try:
        with stage() as made:
            yield made
    except Missing as missing:
        unavailable(str(missing))


@pytest.mark.parametrize("name", CHOSEN)
def test_planted_faults_are_found(boxes: Stage, name: str) -> None:
    """A planted fault is found by its id, by cgroup v1 and in a tree with v2."""
    planted = next(one for one in PLANTED if one.name == name)
    with boxes.started(planted, "scratch") as container:
        for version in (1, 2):
            result = boxes.look(planted, container, version=version)
            assert planted.id in {one.id for one in result.findings}


def test_the_date_of_the_last_process_comes_true(boxes: Stage) -> None:
    """The time at which zombies reach pids.max is right within 20 %."""
    leak = Planted("leak", "zombies", ("handler", "leak", "60", "200"), ("--pids-limit", "41"))
    container = boxes.engine.start(
        boxes.image("scratch"),
        leak.command,
        labels={"tinyinit.doctor": boxes.label},
        options=("--volume", f"{boxes.folder}:/fault:ro", "--entrypoint", FAULT, *leak.options),
    )
    try:
        asked = of_container(boxes.engine, container)
        deadline = time.monotonic() + 20
        while True:
            facts = gather(asked)
            if sum(len(one.zombies) for one in leaks(facts)) >= 12:
                break
            assert time.monotonic() < deadline
            time.sleep(0.1)
        (found,) = leaks(facts)
        assert found.rate is not None
        assert facts.group.pids_limit == 41
        left = (41 - (facts.group.pids_used or 0)) / found.rate
        begin = facts.taken
        while not gather(asked).group.pids_refused:
            assert time.time() < begin + 3 * left + 5
            time.sleep(0.05)
        real = time.time() - begin
    finally:
        boxes.engine.remove(container, check=False)
    assert 0.8 * real <= left <= 1.2 * real


def test_docker_all_has_each_container(boxes: Stage) -> None:
    """Every running container is looked at, by its name."""
    planted = next(one for one in PLANTED if one.name == "no-handler")
    with boxes.started(planted, "scratch") as container:
        name = str(boxes.engine.inspect(container)["Name"]).removeprefix("/")
        assert f"container {name}" in {one.target for one in of_all(boxes.engine)}


def test_a_link_in_the_container_does_not_lead_out(boxes: Stage, tmp_path: Path) -> None:
    """What a link in the container points to is looked for in there, not on the host."""
    outside = tmp_path / "outside"
    outside.write_text("ID=leaked\nVERSION_ID=1\n")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "os-release").symlink_to(outside)
    planted = Planted("link", "base", ("handler",), ("--volume", f"{tmp_path}/etc:/etc"))
    with boxes.started(planted, "scratch") as container:
        facts = gather(of_container(boxes.engine, container))
    assert facts.image.os == ""


@pytest.mark.parametrize("image", ["python:3.11-alpine"])
def test_inside_and_beside(boxes: Stage, image: str) -> None:
    """The word works in the container itself, and in another one in its PID namespace."""
    try:
        boxes.image(image)
    except Missing as missing:
        pytest.skip(str(missing))
    package = Path(sys.modules["tinyinit"].__file__ or "").parent
    mount = f"{package}:/opt/tinyinit:ro"
    words = ("python", "-m", "tinyinit", "doctor", "--format", "json", "--fail-on", "never")
    planted = Planted("app", "pid1-term", (), ("-v", mount, "-e", "PYTHONPATH=/opt"))
    with boxes.started(planted, image) as container:
        inside = boxes.engine.exec(container, *words)
        beside = subprocess.run(
            [
                *("docker", "run", "--rm", "--pid", f"container:{container}"),
                *("--volume", mount, "--env", "PYTHONPATH=/opt", "--cap-add", "SYS_PTRACE"),
                *(image, *words),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    for text in (inside.out, beside.stdout):
        found = {one["id"] for one in json.loads(text)["findings"]}
        assert "pid1-term" in found
        assert "pid1-shell" not in found
