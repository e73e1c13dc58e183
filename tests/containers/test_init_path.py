"""`docker run --init` with the file as dockerd's init: `dockerd --init-path FILE`."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.engine import BuildImage, Engine, Unavailable

START_TIMEOUT = 30.0
STOP_TIMEOUT = 30.0


@pytest.fixture(scope="module")
def daemon(tinyinit: Path, unavailable: Unavailable) -> Iterator[Engine]:
    """Run a second dockerd beside the machine's: own folders, own socket, our init."""
    if shutil.which("dockerd") is None:
        unavailable("no dockerd command")
    if os.geteuid() != 0:
        unavailable("a second dockerd needs root")
    # A socket's path has at most 107 bytes, so the folder is not below pytest's long ones.
    with tempfile.TemporaryDirectory(prefix="dockerd-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        with (root / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command(root), "--init-path", str(tinyinit)], stdout=log, stderr=log
            )
        engine = Engine(host=f"unix://{root}/docker.sock")
        try:
            wait_for(engine, process, root / "log")
            yield engine
        finally:
            with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
                engine.remove_all()
            end(process)
            unmount_below(root)


def command(root: Path) -> list[str]:
    """Return a dockerd that touches nothing of the machine's."""
    config = root / "daemon.json"
    config.write_text("{}")
    namespace = "".join(filter(str.isalnum, root.name))  # containerd takes no "_" at the end
    return [
        # In a network of its own: without a bridge dockerd deletes the docker0 it finds at start.
        *("unshare", "--net", "dockerd", "--config-file", str(config)),
        *("--data-root", f"{root}/data", "--exec-root", f"{root}/run"),
        *("--pidfile", f"{root}/pid", "--host", f"unix://{root}/docker.sock"),
        *(
            "--storage-driver",
            "vfs",
            "--bridge",
            "none",
            "--iptables=false",
            "--ip-forward=false",
            "--ip-masq=false",
        ),
        # With a system's own containerd these keep the two daemons' containers apart.
        *("--containerd-namespace", namespace, "--containerd-plugins-namespace", f"p-{namespace}"),
    ]


def wait_for(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the daemon answers."""
    deadline = time.monotonic() + START_TIMEOUT
    while engine.docker("version", check=False).returncode != 0:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """End the daemon, and with it its containerd."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def unmount_below(root: Path) -> None:
    """Undo the mounts that a daemon which did not end well has left."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for point in reversed([point for point in points if point.startswith(f"{root}/")]):
        subprocess.run(["umount", "--lazy", point], check=False, timeout=10)


@pytest.fixture(scope="module")
def bare_image(engine: Engine, daemon: Engine, image: BuildImage) -> str:
    """Load the scratch image, of which these tests start the payload without our file."""
    tag = image("scratch")
    daemon.docker("load", stdin=engine.docker("save", tag).stdout)
    return tag


BARE = ("--init", "--network", "none", "--entrypoint", "/payload")


def test_daemon_takes_the_file_as_its_init(daemon: Engine, tinyinit: Path) -> None:
    """`docker info` names the file; that its version is none of tini's breaks nothing."""
    assert str(tinyinit) == daemon.text("info", "--format", "{{.InitBinary}}")


def test_app_under_the_daemons_init_stops_cleanly(daemon: Engine, bare_image: str) -> None:
    """An image without an init has the file as PID 1: no zombie, its own time, its own code."""
    with daemon.container(bare_image, "serve", "3", "200", options=BARE) as container:
        container.wait_for("ready")
        assert 0 == container.zombies()
        processes = daemon.text("top", container.name, "-eo", "pid,args").splitlines()[1:]
        arguments = [process.split(maxsplit=1)[1] for process in processes]
        app = "/payload serve 3 200"
        assert [f"/sbin/docker-init -- {app}", app] == arguments
        seconds = container.stop()
        assert ["orphans 200 zombies 0", "ready", "flushing", "flushed"] == container.lines()
        assert 3 == container.wait()
        assert 0.5 <= seconds < 4


def test_hardened_app_under_the_daemons_init(daemon: Engine, bare_image: str) -> None:
    """A read-only root, no capability and another user do not keep it from its work."""
    hardened = ("--read-only", "--cap-drop", "ALL", "--user", "1000:1000", "--pids-limit", "20")
    with daemon.container(bare_image, "serve", "3", "200", options=BARE + hardened) as container:
        container.wait_for("ready")
        container.stop()
        assert ["orphans 200 zombies 0", "ready", "flushing", "flushed"] == container.lines()
        assert 3 == container.wait()


def test_missing_program_under_the_daemons_init(daemon: Engine, bare_image: str) -> None:
    """Docker reports 127 for a program that is not there, and the log says who misses what."""
    options = ("--init", "--network", "none", "--entrypoint", "/nothing")
    with daemon.container(bare_image, options=options) as container:
        assert 127 == container.wait()
        (line,) = container.lines()
        assert line.startswith("tinyinit: ")
        assert "/nothing" in line
