"""The planted faults, each in an image, stopped through the fixtures: named right every time."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import BUILT, FAULTS, HERE, Fault, build_c
from tinyinit.engine import EngineError
from tinyinit.testing import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tinyinit.engine import Engine

LABEL = "tinyinit.tests.faults"
ENDS = "import signal, sys; signal.signal(15, lambda *_: sys.exit(0)); print('ready', flush=True); "
CLEAN = {
    "python": ["python3", "-S", "-c", f"{ENDS}signal.pause()"],
    "shell": ["sh", "-c", "trap 'kill $!; wait; exit 0' TERM; sleep 60 & echo ready; wait"],
    "no handler, but an init": ["sh", "-c", "echo ready; exec sleep 60"],
}


@pytest.fixture(scope="module")
def build(
    container_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Callable[[Fault], Image]]:
    """Give what builds the image of a fault, once; skip it where its base is not to be had."""
    built: dict[str, str] = {}
    labels = {LABEL: "yes"}
    context = tmp_path_factory.mktemp("faults") / "faults"
    shutil.copytree(HERE, context, ignore=shutil.ignore_patterns("__pycache__"))

    def of(fault: Fault) -> Image:
        if fault.folder not in built:
            text = fault.dockerfile.read_text()
            for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE):
                if base != "scratch":
                    try:
                        container_engine.need_image(base)
                    except EngineError as error:
                        pytest.skip(str(error))
            if fault.folder == "deaf_c":
                build_c()
                shutil.copy(BUILT / "deaf_c", context / "deaf_c")
            dockerfile = context / fault.folder / "Dockerfile"
            built[fault.folder] = container_engine.build(
                context, dockerfile=dockerfile, labels=labels
            )
        return Image(container_engine, built[fault.folder], labels)

    try:
        yield of
    finally:
        container_engine.remove_images(*built.values())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_fault_is_named(build: Callable[[Fault], Image], fault: Fault) -> None:
    """The verdict on each fault has its id and its cause."""
    options = ["--init"] if fault.init == "tini" else []
    options += ["--stop-signal", fault.stop]
    begin = time.monotonic()
    with build(fault).start(options=options) as container:
        if fault.at is not None:
            time.sleep(max(0.0, fault.at - (time.monotonic() - begin)))
        elif fault.ready:
            container.wait_ready(line=fault.ready)
        else:
            container.wait_ready()
        report = container.stop(within=fault.grace)
    assert not report.clean
    causes = {one.id: one.cause for one in report.verdicts}
    assert fault.verdict in causes, report.timeline
    # What `docker run --init` puts in front is tini, under another name.
    cause = fault.cause.replace("tini", "docker-init")
    assert re.search(cause, causes[fault.verdict]), report.timeline


@pytest.mark.parametrize("name", CLEAN)
def test_clean_is_clean(container_engine: Engine, name: str) -> None:
    """There is nothing to be said of apps that end well."""
    image = Image(container_engine, "python:3.11-alpine", {LABEL: "yes"})
    with image.start(args=CLEAN[name], options=["--init"]) as container:
        container.wait_ready(line="ready")
        report = container.stop(within=5)
    assert report.clean, report.timeline
    assert [] == report.cut_off
