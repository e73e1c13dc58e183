"""Containers by the commands `docker` and `podman`: the one place that calls either.

`find` returns an `Engine`; each of its methods is one command of it, with a limit in seconds.
What fails is an `EngineError`: one line, with a `reason` for programs. The commands read
`DOCKER_HOST` and `CONTAINER_HOST` themselves, so a socket of podman works with either.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Reason = Literal[
    "missing",
    "unreachable",
    "no-container",
    "not-running",
    "no-image",
    "no-start",
    "no-build",
    "elsewhere",
    "timeout",
    "failed",
]
"""Why a command failed.

`missing`: no such command here. `unreachable`: nobody answers it. `no-container`, `no-image`:
neither there nor to be pulled. `not-running`: the container has ended. `no-start`: its program
could not be run. `no-build`: a Dockerfile failed. `elsewhere`: the container's processes are not
on this machine. `timeout`: no answer within the limit. `failed`: anything else.
"""

ENGINES = ("docker", "podman")
TIMEOUT = 30.0
PULL_TIMEOUT = 300.0
BUILD_TIMEOUT = 900.0
LINES_OF_A_BUILD = 12

_UNREACHABLE = re.compile(
    r"cannot connect to|error during connect|unable to connect|connection refused|unexpected EOF"
    r"|permission denied while trying to connect|connection reset|no such host: |broken pipe"
    r"|error reading from server|Cannot connect to Podman|request canceled|context canceled",
    re.IGNORECASE,
)
_NO_CONTAINER = re.compile(r"no such (container|object)|no container with name", re.IGNORECASE)
_NOT_RUNNING = re.compile(
    r"is not running|container state improper|can only kill running|is not started", re.IGNORECASE
)
_NO_IMAGE = re.compile(
    r"no such image|image not known|unable to find image|pull access denied|manifest unknown"
    r"|did not resolve to an alias|initializing source|registry .*(no such host|timeout)",
    re.IGNORECASE,
)
# What a person need not read to know what went wrong.
_CEREMONY = re.compile(
    r"^(docker: |Error: |ERROR: )*(Error response from daemon: )?"
    r"(failed to create (shim )?task[^:]*: |OCI runtime create failed: |runc create failed: "
    r"|runc: |crun: |unable to start container process: |error during container init: )*"
)
_TAIL = re.compile(r"(: unknown|: OCI [a-z ]*|\.)+$")
_NOISE = re.compile(
    r"^(\[\]|Run 'docker .*|See 'docker .*|Trying to pull .*|Emulate .*|DEPRECATED: The legacy .*"
    r"|\s+(Install the buildx .*|BuildKit is .*|environment-variable\.|https://docs\.docker\.com/.*))?$"
)


class EngineError(Exception):
    """An engine, or what was asked of it, is not there or failed; the text is one line.

    `output` has what the command printed, for a build that failed: its end is in `str` already.
    """

    def __init__(self, reason: Reason, text: str, *, output: str = "") -> None:
        """Take the reason, for programs, and the line, for people."""
        super().__init__(text)
        self.reason: Reason = reason
        self.output = output


class Answer(NamedTuple):
    """What a command returned: its exit code and what it printed, as text."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Engine:
    """The command of a container engine, by its path; `name` is `docker` or `podman`.

    `host` is the address of its daemon (`unix:///run/docker.sock`), empty for the command's own
    choice. Every method raises `EngineError`.
    """

    name: str
    path: str
    host: str = ""

    def call(
        self,
        *words: str,
        timeout: float = TIMEOUT,
        check: bool = True,
        together: bool = False,
        stdin: bytes | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run one command of the engine, for at most `timeout` seconds.

        `check=False` returns the answer of a command that failed too, unless the engine itself
        did not answer. `together` puts stderr into `out`, in the order of the writes.
        `environ` is added to the command's environment.
        """
        __tracebackhide__ = True  # for pytest: where it was called from says more
        option = "--url" if self.name == "podman" else "--host"
        command = [self.path, *([option, self.host] if self.host else []), *words]
        try:
            done = subprocess.run(  # noqa: S603  # no shell, and the path that `find` found
                command,
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if together else subprocess.PIPE,
                timeout=timeout,
                check=False,
                env={**os.environ, **environ} if environ else None,
            )
        except subprocess.TimeoutExpired:
            text = f"{self.name} {words[0]}: no answer within {timeout:g} s"
            raise EngineError("timeout", text) from None
        except OSError as error:
            text = f"cannot run {self.path}: {error.strerror}; install it, or name another engine"
            raise EngineError("missing", text) from None
        answer = Answer(done.returncode, _text(done.stdout), _text(done.stderr or b""))
        if answer.code != 0:
            failed = self._failure(words, answer)
            if check or failed.reason == "unreachable":
                raise failed
        return answer

    def check(self) -> None:
        """Return if the engine answers; `missing` or `unreachable` if it does not."""
        self.call("ps", "--quiet", "--last", "1")

    def inspect(self, container: str) -> dict[str, object]:
        """Return all that the engine knows of a container, by its name or id."""
        return self._inspect("container", container)

    def image(self, image: str) -> dict[str, object]:
        """Return all that the engine knows of an image that is here; `no-image` if it is not."""
        return self._inspect("image", image)

    def need_image(self, image: str) -> None:
        """Return once the image is here, pulled if need be; `no-image` if it is not to be had."""
        __tracebackhide__ = True
        try:
            self.image(image)
        except EngineError as error:
            if error.reason != "no-image":
                raise
            pulled = self.call("pull", "--quiet", image, timeout=PULL_TIMEOUT, check=False)
            if pulled.code != 0:
                text = f"no image {image}, and no pull: {_last_line(pulled)}"
                raise EngineError("no-image", text) from None

    def build(
        self,
        context: Path,
        *,
        dockerfile: Path | None = None,
        labels: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> str:
        """Build an image from a folder and return its id; `no-build` has the end of the output.

        `dockerfile` is the one in the folder if it is not given; `options` are words of
        `docker build`.
        """
        file = dockerfile or context / "Dockerfile"
        with tempfile.TemporaryDirectory(prefix="tinyinit-") as folder:
            made = Path(folder) / "id"
            words = ["build", "--force-rm", "--iidfile", str(made), "--file", str(file)]
            words += [*_labels(labels), *options, str(context)]
            done = self.call(*words, timeout=BUILD_TIMEOUT, check=False, together=True)
            if done.code != 0:
                raise _build_failure(self.name, file, done)
            return made.read_text().strip()

    def start(  # noqa: PLR0913  # what `docker run` takes
        self,
        image: str,
        command: Sequence[str] = (),
        *,
        name: str = "",
        env: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> str:
        """Run a container in the background and return its id.

        `options` are words of `docker run`. If its program cannot be run (`no-start`), or a
        caller is interrupted, no container is left.
        """
        __tracebackhide__ = True
        name = name or f"tinyinit-{uuid.uuid4().hex[:12]}"
        pairs = [f"--env={key}={value}" for key, value in (env or {}).items()]
        words = ("run", "--detach", "--name", name, *_labels(labels), *pairs, *options, image)
        try:
            return self.call(*words, *command, timeout=PULL_TIMEOUT).out.splitlines()[-1]
        except BaseException as error:
            # By its name: the id is not known yet. A name in use is another's container.
            if not (isinstance(error, EngineError) and "already in use" in str(error)):
                self.remove(name, check=False)
            raise

    def stop(self, container: str, *, grace: float = 10) -> None:
        """Send the stop signal, and KILL after `grace` seconds (rounded up: the engines')."""
        seconds = -int(-grace // 1)
        self.call("stop", "-t", str(seconds), container, timeout=seconds + TIMEOUT)

    def kill(self, container: str, signal: str = "KILL") -> None:
        """Send PID 1 of a container a signal, by name or number."""
        self.call("kill", "--signal", signal, container)

    def exec(
        self, container: str, *command: str, user: str = "", timeout: float = TIMEOUT
    ) -> Answer:
        """Run a command in a container; 126 or 127 is its exit code where it cannot be run."""
        options = ("--user", user) if user else ()
        answer = self.call("exec", *options, container, *command, timeout=timeout, check=False)
        if answer.code != 0:
            failed = self._failure(("exec", container), answer)
            if failed.reason in {"no-container", "not-running"}:
                raise failed
        return answer

    def logs(self, container: str) -> str:
        """Return all that a container wrote, stdout and stderr as one text."""
        return self.call("logs", container, together=True).out

    def wait(self, container: str, *, within: float = TIMEOUT) -> int:
        """Return the exit code of a container, once it has ended; `timeout` if it does not."""
        return int(self.call("wait", container, timeout=within).out)

    def remove(self, *containers: str, check: bool = True) -> None:
        """Kill and remove containers and their unnamed volumes; none is no error."""
        if containers:
            self._remove(("rm", "--force", "--volumes"), containers, check=check)

    def remove_images(self, *images: str, check: bool = True) -> None:
        """Remove images, by tag or id."""
        if images:
            self._remove(("rmi", "--force"), images, check=check)

    def containers(self, label: str = "", *, running: bool = False) -> list[str]:
        """Return the ids of all containers, or of those with a label (`NAME` or `NAME=VALUE`)."""
        words = ["ps", "--quiet", "--no-trunc", *([] if running else ["--all"])]
        return self.call(*words, *([f"--filter=label={label}"] if label else [])).out.split()

    def images(self, label: str) -> list[str]:
        """Return the ids of all images with a label (`NAME` or `NAME=VALUE`)."""
        answer = self.call("images", "--quiet", "--no-trunc", f"--filter=label={label}")
        return list(dict.fromkeys(answer.out.split()))

    def copy_in(self, source: Path, container: str, place: str) -> None:
        """Copy a file or a folder into a container, running or not, to the path `place`."""
        self.call("cp", str(source), f"{container}:{place}", timeout=PULL_TIMEOUT)

    def pid(self, container: str, *, root: str = "/") -> int:
        """Return the process id of a container's PID 1, as this machine's /proc has it.

        `not-running` if it has ended; `elsewhere` if /proc under `root` has another process or
        none by that number: the engine is on another machine or in another PID namespace.
        """
        facts = self.inspect(container)
        if not cast("dict[str, int]", facts["State"])["Pid"]:
            raise EngineError("not-running", f"container {container} is not running")
        if not (pid := local_pid(facts, root=root)):
            text = (
                f"the processes of container {container} are not in this machine's /proc; "
                f"run this where {self.name}'s daemon runs"
            )
            raise EngineError("elsewhere", text)
        return pid

    def _inspect(self, kind: str, name: str) -> dict[str, object]:
        answer = self.call(kind, "inspect", name)
        found: list[dict[str, object]] = json.loads(answer.out)
        return found[0]

    def _remove(self, words: tuple[str, ...], names: tuple[str, ...], *, check: bool) -> None:
        try:
            self.call(*words, *names, timeout=TIMEOUT + len(names))
        except EngineError as error:
            # One that has gone meanwhile, or that another is removing, is as it should be.
            gone = {"no-container", "no-image"}
            if check and error.reason not in gone and "already in progress" not in str(error):
                raise

    def _failure(self, words: Sequence[str], answer: Answer) -> EngineError:
        said = _last_line(answer)
        what, text = words[0], answer.err or answer.out
        if _UNREACHABLE.search(text):
            advice = "start it, or say in DOCKER_HOST where it listens"
            return EngineError("unreachable", f"{self.name} does not answer: {said}; {advice}")
        if _NO_CONTAINER.search(text) and what != "image":
            name = words[-1]
            advice = f"{self.name} ps --all lists those there are"
            return EngineError("no-container", f"no container {name}; {advice}")
        if _NOT_RUNNING.search(text):
            return EngineError("not-running", f"{self.name} {what}: {said}")
        if _NO_IMAGE.search(text):
            return EngineError("no-image", f"no image, and no pull: {said}; build or pull it first")
        if what == "run" and answer.code in {125, 126, 127} and "unable to start" in text:
            return EngineError("no-start", f"the container does not start: {said}")
        return EngineError("failed", f"{self.name} {what}: {said}")


def find(name: str | None = None, *, host: str = "") -> Engine:
    """Return the engine `name` (`docker`, `podman`, or a path), or the one this machine has.

    That is docker, else podman. `missing` if there is no such command; whether it answers is
    `Engine.check`'s to say. `host` is the address of its daemon.
    """
    for each in (name,) if name else ENGINES:
        if path := shutil.which(each):
            kind = "podman" if "podman" in Path(path).name else "docker"
            return Engine(kind, path, host)
    if name:
        other = ", ".join(engine for engine in ENGINES if engine != name)
        raise EngineError("missing", f"no {name} command; install it, or take {other}")
    raise EngineError("missing", "neither docker nor podman; install one of them")


def local_pid(facts: Mapping[str, object], *, root: str = "/") -> int:
    """Return the PID in /proc under `root` of an inspected container's PID 1, 0 for none."""
    pid = cast("dict[str, int]", facts["State"])["Pid"]
    try:
        cgroup = (Path(root) / "proc" / str(pid) / "cgroup").read_text()
    except OSError:
        return 0
    # The number alone may be another process's: the daemon's machine need not be this one.
    return pid if cast("str", facts["Id"]) in cgroup else 0


def _labels(labels: Mapping[str, str] | None) -> list[str]:
    return [f"--label={name}={value}" for name, value in (labels or {}).items()]


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace").replace("\r\n", "\n").rstrip("\n")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if not _NOISE.match(line)]


def _last_line(answer: Answer) -> str:
    """Return the line that says why: the last, without what each error begins with."""
    lines = _lines(answer.err) or _lines(answer.out)
    if not lines:
        return f"exit code {answer.code}"
    return _TAIL.sub("", _CEREMONY.sub("", lines[-1]))


def _build_failure(name: str, dockerfile: Path, done: Answer) -> EngineError:
    """Return the error of a build: its last lines on one, as an error is one line."""
    lines = [line.strip() for line in _lines(done.out) if line.strip()]
    end = " | ".join(lines[-LINES_OF_A_BUILD:])
    text = f"{name} build of {dockerfile} failed with exit code {done.code}: {end}"
    return EngineError("no-build", text, output=done.out)
