"""What this machine can do: the one place that tests ask, so that what cannot run says why.

A question returns an `Answer`. `need(can_unshare())` skips the test or fixture that calls it;
`needs(is_root())` is a mark, for a test or a whole file.
"""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

PROBE_TIMEOUT = 60.0
"""Seconds that a question may take on a busy machine."""

SANITIZERS = "-fsanitize=fuzzer,address,undefined"


@dataclass(frozen=True)
class Answer:
    """True if this machine can do what was asked; else false, and the reason."""

    why_not: str = ""

    def __bool__(self) -> bool:
        """Whether it can."""
        return not self.why_not


YES = Answer()


def need(*answers: Answer) -> None:
    """Skip the running test for the first thing that this machine cannot do."""
    for answer in answers:
        if not answer:
            pytest.skip(answer.why_not)


def needs(*answers: Answer) -> pytest.MarkDecorator:
    """Return a mark that skips a test for the first thing that this machine cannot do."""
    reason = next((answer.why_not for answer in answers if not answer), "")
    return pytest.mark.skipif(bool(reason), reason=reason)


def is_root() -> Answer:
    """Whether the tests run as root."""
    return YES if os.geteuid() == 0 else Answer("needs root")


def has_command(name: str, package: str = "") -> Answer:
    """Whether a command is on PATH; `package` is what Debian calls the package that has it."""
    if shutil.which(name):
        return YES
    return Answer(f"no {name} (Debian: apt-get install {package or name})")


def has_module(name: str) -> Answer:
    """Whether a Python module can be imported; it is not."""
    return YES if importlib.util.find_spec(name) else Answer(f"no Python module {name}")


def compiler() -> list[str]:
    """Return the command of a C compiler for this machine: its own, or Zig's where it has none.

    The test is skipped where there is neither.
    """
    if shutil.which("cc"):
        return ["cc"]
    need(has_module("ziglang"))
    return [sys.executable, "-m", "ziglang", "cc", "-target", f"{os.uname().machine}-linux-musl"]


@functools.cache
def can_unshare() -> Answer:
    """Whether a process may have a PID namespace with a /proc of its own, as root or not.

    In a container it may only with more rights than `docker run` gives.
    """
    command = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"]
    if not is_root():
        command.append("--map-root-user")
    return _ends_well([*command, "true"], "no PID namespace can be made here")


@functools.cache
def can_mount() -> Answer:
    """Whether a process may have mounts of its own, as root of the machine or of a container."""
    return _ends_well(["unshare", "--mount", "true"], "no mount namespace can be made here")


def has_own_pid_max() -> Answer:
    """Whether `kernel.pid_max` is a PID namespace's own: a test would set the machine's else."""
    release = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    return YES if release >= (6, 14) else Answer("one pid_max for all before Linux 6.14")


@functools.cache
def can_sanitize() -> Answer:
    """Whether clang is here with the runtime library of its sanitizers, a package of its own."""
    if not (clang := has_command("clang")):
        return clang
    source = "int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }"
    command = ["clang", "-x", "c", SANITIZERS, "-o", os.devnull, "-"]
    return _ends_well(command, "clang has no sanitizers (Debian: libclang-rt-…-dev)", source)


@functools.cache
def has_docker() -> Answer:
    """Whether there is a docker command, and a daemon that answers it."""
    if not (command := has_command("docker", "docker.io")):
        return command
    return _ends_well(["docker", "version"], "docker does not answer")


def _ends_well(command: list[str], reason: str, text: str = "") -> Answer:
    try:
        done = subprocess.run(
            command,
            input=text,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=PROBE_TIMEOUT,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError:
        return Answer(f"{reason}: no {command[0]}")
    except subprocess.TimeoutExpired:
        return Answer(f"{reason}: no answer within {PROBE_TIMEOUT:.0f} s")
    if done.returncode == 0:
        return YES
    lines = done.stderr.split("\n") if done.stderr else [f"exit code {done.returncode}"]
    return Answer(f"{reason}: {lines[0].strip()}")
