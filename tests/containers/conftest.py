"""Where the container tests get their docker, their images and the file under test."""

import http.server
import importlib.util
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from tests.containers.engine import BuildImage, Engine, ImageMissingError, Unavailable

IMAGES = Path(__file__).parent / "images"
ROOT = Path(__file__).parent.parent.parent
COMPILE_TIMEOUT = 240.0
WHEEL_TIMEOUT = 280.0


@pytest.fixture(scope="session")
def unavailable(pytestconfig: pytest.Config) -> Unavailable:
    """Give what leaves a test for want of docker: a skip, or a failure if docker is required."""

    def leave(reason: str) -> NoReturn:
        if pytestconfig.getoption("--require-docker", default=False):
            pytest.fail(reason)
        pytest.skip(reason)

    return leave


@pytest.fixture(scope="session")
def engine(unavailable: Unavailable) -> Iterator[Engine]:
    """Give the docker daemon; what the session made there is removed when it ends."""
    engine = Engine()
    if shutil.which("docker") is None:
        unavailable("no docker command")
    answer = engine.docker("version", check=False)
    if answer.returncode != 0:
        unavailable(f"docker does not answer: {answer.stdout.decode().splitlines()[-1]}")
    try:
        yield engine
    finally:
        engine.remove_all()


@pytest.fixture(scope="session")
def static_payload(tmp_path_factory: pytest.TempPathFactory, unavailable: Unavailable) -> Path:
    """Compile the app inside the images, a static program."""
    if importlib.util.find_spec("ziglang") is None:
        unavailable("no ziglang package to compile the payload with")
    program = tmp_path_factory.mktemp("payload") / "payload"
    flags = ["-target", "x86_64-linux-musl", "-static", "-Os", "-s", "-std=c11", "-D_GNU_SOURCE"]
    warnings = ["-Wall", "-Wextra", "-Werror"]
    command = [sys.executable, "-m", "ziglang", "cc", *flags, *warnings]
    subprocess.run(
        [*command, IMAGES / "payload.c", "-o", program], check=True, timeout=COMPILE_TIMEOUT
    )
    return program


@pytest.fixture(scope="session")
def image(
    engine: Engine,
    static_payload: Path,
    tinyinit: Path,
    tmp_path_factory: pytest.TempPathFactory,
    unavailable: Unavailable,
) -> BuildImage:
    """Give what builds `images/NAME` with the file under test, once, and returns its tag."""
    built: dict[str, str] = {}

    def build(name: str) -> str:
        if name not in built:
            context = tmp_path_factory.mktemp(name)
            for part in (IMAGES / name / "Dockerfile", IMAGES / "wrapper.sh", static_payload):
                shutil.copy(part, context)
            shutil.copy(tinyinit, context / "tinyinit")
            try:
                built[name] = engine.build(context, f"tinyinit-tests-{name}:{engine.session}")
            except ImageMissingError as missing:
                unavailable(str(missing))
        return built[name]

    return build


@pytest.fixture(params=["alpine", "debian", "scratch"])
def any_image(request: pytest.FixtureRequest, image: BuildImage) -> str:
    """Build each of the images in turn."""
    return image(request.param)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a log of it on stderr."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


@pytest.fixture(scope="session")
def package_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of packages with a folder for each name: this checkout's wheel."""
    folder = tmp_path_factory.mktemp("index")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "tinyinit"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=WHEEL_TIMEOUT,
    )
    return folder


@pytest.fixture(scope="session")
def package_index(package_folder: Path) -> Iterator[str]:
    """Serve the folder of packages as a package index does."""
    handler = partial(QuietHandler, directory=str(package_folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
