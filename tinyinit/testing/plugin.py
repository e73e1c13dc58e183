"""The pytest plugin: options, fixtures, and what a failing test shows of its containers.

An entry point, so imported by every run of pytest where tinyinit is installed: all but pytest is
imported where a test needs it.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from tinyinit.engine import Engine
    from tinyinit.testing._container import Container
    from tinyinit.testing._image import Image
    from tinyinit.testing._report import Result
    from tinyinit.testing._session import Session

_MARK = (
    "container(env, args, options, ready_line, ready_port, ready_within): how the fixture "
    "`container` starts its image, and when it is ready"
)
_SETUP, _CALL = "setup", "call"


class _State:
    """What the plugin keeps of one process of pytest."""

    def __init__(self) -> None:
        self.run = uuid.uuid4().hex[:12]
        self.owner = ""
        self.session: Session | None = None
        self.phase = ""
        self.seen: list[Container | Result] = []
        """What the running test had to do with, for its report if it fails."""
        self.mine: list[Container] = []
        """What the running test's own code started."""
        self.used = False
        """Whether a worker of xdist used an engine."""
        self.workers = False
        """Whether there are workers of xdist."""

    def started(self, one: Container) -> None:
        """Note a container that was started."""
        self.seen.append(one)
        if self.phase == _CALL:
            self.mine.append(one)

    def ended(self, one: Container, result: Result) -> None:
        """Note the result of a container that has ended, in its place."""
        self.seen[self.seen.index(one)] = result
        if one in self.mine:
            self.mine.remove(one)


_STATE = pytest.StashKey[_State]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; one that another plugin has already is left to it."""
    group = parser.getgroup("tinyinit", "containers under test (tinyinit)")
    options: Mapping[str, dict[str, Any]] = {
        "--image": {
            "metavar": "NAME|PATH|compose:SERVICE",
            "help": "the image of the fixtures `image` and `container`: its name, a Dockerfile or "
            "its folder (begins with . or /), or a service of a compose file "
            "(default: the ini option container_image, else ./Dockerfile)",
        },
        "--container-engine": {
            "metavar": "docker|podman",
            "help": "the command that runs containers (default: docker, else podman)",
        },
        "--require-docker": {
            "action": "store_true",
            "help": "fail the tests that need an engine where there is none, do not skip them",
        },
    }
    for name, words in options.items():
        with contextlib.suppress(ValueError):
            group.addoption(name, **words)
    parser.addini("container_image", "the image under test, as --image takes it", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark; take the run's id from the controller in a worker of xdist."""
    config.addinivalue_line("markers", _MARK)
    state = config.stash[_STATE] = _State()
    given: dict[str, str] = getattr(config, "workerinput", {})
    state.run = given.get("tinyinit_run", state.run)
    state.owner = given.get("tinyinit_owner", "")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # xdist's, which need not be there
    """Give a worker of xdist the run's id and owner: this process, which outlives it."""
    from tinyinit.testing._session import owner

    node.config.stash[_STATE].workers = True
    node.workerinput["tinyinit_run"] = node.config.stash[_STATE].run
    node.workerinput["tinyinit_owner"] = owner()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # xdist's
    """Note whether a worker used an engine; one that crashed may have."""
    output: dict[str, bool] = getattr(node, "workeroutput", {})
    if error or output.get("tinyinit_used", True):
        node.config.stash[_STATE].used = True


@pytest.hookimpl(trylast=True)  # xdist ends its workers in its own
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remove what the run made, also after Ctrl-C; images only when all workers are done."""
    config = session.config
    state = config.stash[_STATE]
    if hasattr(config, "workeroutput"):
        output: dict[str, bool] = getattr(config, "workeroutput")  # noqa: B009  # xdist's
        output["tinyinit_used"] = state.session is not None
        return
    # Workers that are interrupted do not tell.
    interrupted = state.workers and exitstatus == pytest.ExitCode.INTERRUPTED
    if state.session is None and not state.used and not interrupted:
        return
    from tinyinit.engine import EngineError

    # An engine that has gone is told by the tests; the next run removes what is left.
    with contextlib.suppress(EngineError):
        _session(config, _folder(config)).remove_all()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Begin a test's own list of containers."""
    __tracebackhide__ = True
    state = item.config.stash[_STATE]
    state.phase = _SETUP
    state.seen.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Remember what is started from here on as the test's own."""
    __tracebackhide__ = True
    item.config.stash[_STATE].phase = _CALL
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Remove what the test's own code started and did not remove."""
    __tracebackhide__ = True
    state = item.config.stash[_STATE]
    state.phase = ""
    while state.mine:
        state.mine.pop().remove()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show of a failing test what its containers wrote, and the timeline of a stop."""
    report = yield
    state = item.config.stash[_STATE]
    if report.failed and state.seen and report.when != "teardown":
        from tinyinit.testing._show import sections

        report.sections.extend(sections(state.seen))
    return report


@pytest.fixture(scope="session")
def container_engine(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    """Give the container engine, docker or podman: a test that needs it is skipped where it is not.

    With `--require-docker` that is an error. What a killed run left is removed first.
    """
    __tracebackhide__ = True
    from tinyinit.engine import EngineError

    base = tmp_path_factory.getbasetemp()
    folder = base.parent if hasattr(pytestconfig, "workerinput") else base
    try:
        session = _session(pytestconfig, folder)
        session.reap()
    except EngineError as error:
        pytestconfig.stash[_STATE].session = None
        if pytestconfig.getoption("--require-docker", default=False):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    return session.engine


@pytest.fixture(scope="session")
def image(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config, container_engine: Engine
) -> Generator[Image]:
    """Give the image under test: `--image`, or the parameter of the fixture.

    A name is pulled if need be; a Dockerfile is built once a run; a compose service is brought up
    with its project by pytest-docker.
    """
    __tracebackhide__ = True
    from tinyinit.testing import _image

    state = pytestconfig.stash[_STATE]
    assert state.session is not None  # noqa: S101  # made by `container_engine`
    name, folder = _wanted(request, pytestconfig)
    if name.startswith(_image.COMPOSE):
        with _service(request, state, name.removeprefix(_image.COMPOSE)) as found:
            yield found
        return
    if _image.is_path(name):
        name = state.session.build(_image.dockerfile(name, folder))
    else:
        container_engine.need_image(name)
    yield _image.Image(container_engine, name, state.session.labels, told=state)


@pytest.fixture
def container(request: pytest.FixtureRequest, image: Image) -> Generator[Container]:
    """Give a container of the image under test, started and ready; it is gone after the test.

    `@pytest.mark.container(env={…}, args=[…], options=[…], ready_line="…", ready_port=8000)` says
    how it is started and when it is ready; without, see `Container.wait_ready`.
    """
    __tracebackhide__ = True
    mark = request.node.get_closest_marker("container")
    start, ready = _arguments(mark.kwargs if mark else {}, mark.args if mark else ())
    # What is to be changed of a compose service is a container of its own beside it.
    started = image.own() if image.service and not start else image.start(**start)
    with started:
        started.wait_ready(**ready)
        yield started


def _arguments(
    given: Mapping[str, Any], positional: Sequence[object]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the mark's arguments for `Image.start` and for `Container.wait_ready`."""
    start = {name: given[name] for name in ("env", "args", "options") if name in given}
    ready = {
        name: given[f"ready_{name}"]
        for name in ("line", "port", "within")
        if f"ready_{name}" in given
    }
    if positional or len(given) != len(start) + len(ready):
        raise pytest.UsageError(f"the mark is {_MARK.partition(':')[0]}, all by name")
    return start, ready


def _wanted(request: pytest.FixtureRequest, config: pytest.Config) -> tuple[str, Path]:
    """Return the name of the image, and the folder that a path in it counts from."""
    if parameter := getattr(request, "param", None):
        return str(parameter), config.rootpath
    if option := config.getoption("--image", default=None):
        return str(option), config.invocation_params.dir
    return str(config.getini("container_image")) or "./Dockerfile", config.rootpath


def _session(config: pytest.Config, folder: Path) -> Session:
    """Return the process's session, made at its first use."""
    from tinyinit import engine
    from tinyinit.testing._session import Session, owner

    state = config.stash[_STATE]
    if state.session is None:
        found = engine.find(config.getoption("--container-engine", default=None))
        found.check()
        state.session = Session(found, state.run, state.owner or owner(), folder)
    return state.session


def _folder(config: pytest.Config) -> Path:
    """Return a folder for a session that will build nothing."""
    return config.rootpath


@contextlib.contextmanager
def _service(request: pytest.FixtureRequest, state: _State, service: str) -> Generator[Image]:
    """Bring a compose project up and give the image of one service of it."""
    from tinyinit.testing import _compose, _image

    session = state.session
    assert session is not None  # noqa: S101  # made by `container_engine`
    session.project(request.getfixturevalue("docker_compose_project_name"))
    with _compose.project(request) as project:
        found = _compose.service(session.engine, project, service)
        yield _image.of_service(session.engine, found, session.labels, state)
