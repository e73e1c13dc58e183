"""Each target's file runs, under qemu's user mode, on an old processor of its kind."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

import build_core

pytestmark = pytest.mark.timeout(1200)  # eight cold compiles

# qemu's name for the architecture, and a processor. For s390x it has none that was ever sold: each
# lacks a feature there.
QEMU = {
    "x86_64": ("x86_64", "qemu64"),
    "i686": ("i386", "pentium3"),
    "aarch64": ("aarch64", "cortex-a53"),
    "armv7l": ("arm", "cortex-a7"),
    "riscv64": ("riscv64", "rv64"),
    "ppc64le": ("ppc64le", "power8"),
    "s390x": ("s390x", "qemu"),
    "loongarch64": ("loongarch64", "la464"),
}


def emulator(target: str) -> list[str]:
    """Return the command that runs a target's files here."""
    name, processor = QEMU[target]
    for command in (f"qemu-{name}-static", f"qemu-{name}"):
        if path := shutil.which(command):
            return [path, "-cpu", processor]
    pytest.skip(f"no qemu-{name}-static here; Debian: apt-get install qemu-user-static")


@pytest.fixture(scope="module", params=build_core.TARGETS)
def command(request: pytest.FixtureRequest, files: Mapping[str, Path]) -> list[str]:
    """Return the command that runs tinyinit as built for one target."""
    return [*emulator(request.param), str(files[request.param])]


def run(*command: str, **kwargs: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command,
        env={**os.environ, **kwargs},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_version(command: list[str]) -> None:
    """`--version` names the package's version."""
    done = run(*command, "--version")
    assert (0, f"tinyinit {build_core.version()} - git.tinyinit\n") == (
        done.returncode,
        done.stdout,
    )


def test_exit_code(command: list[str]) -> None:
    """Main's exit code is tinyinit's."""
    assert 7 == run(*command, "--", "/bin/sh", "-c", "exit 7").returncode


def test_killed(command: list[str]) -> None:
    """A main that a signal killed gives 128 and the signal, and a line that names it."""
    done = run(*command, "--", "/bin/sh", "-c", "kill -KILL $$")
    assert 137 == done.returncode
    assert "SIGKILL" in done.stderr


def test_not_found(command: list[str]) -> None:
    """A program that is not there gives 127 and a line that names it."""
    done = run(*command, "--", "no-such-program")
    assert 127 == done.returncode
    assert "no-such-program" in done.stderr


def test_wrong_option(command: list[str]) -> None:
    """A wrong option gives 64."""
    assert 64 == run(*command, "--no-such-option").returncode


def test_forwards_term(command: list[str]) -> None:
    """A TERM to tinyinit reaches main, whose answer is the exit code."""
    script = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done"
    with subprocess.Popen(
        [*command, "--", "/bin/sh", "-c", script], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert "ready\n" == process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert 3 == process.wait(30)
        finally:
            process.kill()


def test_reaps_as_pid_1(command: list[str]) -> None:
    """As PID 1 of a namespace it reaps an orphan, so that main sees it vanish, not turn zombie."""
    isolated = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"]
    if os.geteuid() != 0:
        isolated.append("--map-root-user")
    probe = run(*isolated, "true")
    if probe.returncode != 0:
        pytest.skip(f"no new PID namespace here: {probe.stderr.strip()}")
    script = """
        orphan=$(sh -c 'sleep 0.01 >/dev/null & echo $!')
        tries=0
        while [ -e /proc/$orphan ] && [ $tries -lt 500 ]; do sleep 0.01; tries=$((tries + 1)); done
        [ ! -e /proc/$orphan ] && exit 42
    """
    assert 42 == run(*isolated, *command, "--", "/bin/sh", "-c", script).returncode
