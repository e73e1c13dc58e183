"""A user's project in a folder, and pytest run on it as its user would."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tinyinit.engine import Engine

BASE = "alpine:3.23"
LABEL = "tinyinit.testing.owner"
DOCKERFILE = f"""\
FROM {BASE}
COPY tinyinit /sbin/
COPY tinyinit.toml /etc/
COPY app.sh /
ENTRYPOINT ["tinyinit", "--"]
CMD ["sh", "/app.sh"]
"""
CONTRACT = '[var.PORT]\ntype = "port"\ndefault = "8000"\n'
APP = """\
trap 'sleep 0.2; echo flushed; exit 0' TERM
echo ready
while :; do sleep 0.05; done
"""
LIMIT = 120.0


class Ran(NamedTuple):
    """What a run of pytest returned and printed."""

    code: int
    text: str

    @property
    def counts(self) -> str:
        """The closing line without its time: `1 failed, 2 passed`."""
        return self.text.splitlines()[-1].strip("= ").partition(" in ")[0]


class Project:
    """A folder with a Dockerfile and tests."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Take the folder, and what is added to the environment of its runs."""
        self.folder = folder
        self.environ = {**os.environ, **environ}

    def write(self, **files: str) -> None:
        """Write files, by name; `__` stands for a dot."""
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text)

    def popen(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Start pytest with warnings as errors, in a process group of its own."""
        options = ("-p", "no:cacheprovider", "-W", "error", "--import-mode=importlib", "-q")
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *words],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A shell's background job, such as CI's, ignores it, and so would all below it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def run(self, *words: str, **environ: str) -> Ran:
        """Run pytest to its end."""
        return self.end_of(self.popen(*words, **environ))

    def end_of(self, process: subprocess.Popen[str]) -> Ran:
        """Wait for the end of a run."""
        try:
            text = process.communicate(timeout=LIMIT)[0]
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        return Ran(process.returncode, text)

    def wait_for(self, name: str) -> None:
        """Wait until a test has made a file in the folder."""
        deadline = time.monotonic() + LIMIT
        while not (self.folder / name).exists():
            assert time.monotonic() < deadline, f"no {name}"
            time.sleep(0.02)


@pytest.fixture
def project(tmp_path: Path, tinyinit: Path, container_engine: Engine) -> Callable[..., Project]:
    """Give what makes a project with an app under tinyinit, and the files that are named."""

    def make(**files: str) -> Project:
        container_engine.need_image(BASE)
        folder = tmp_path / "project"
        folder.mkdir()
        shutil.copy(tinyinit, folder / "tinyinit")
        made = Project(folder, {"DOCKER_BUILDKIT": "0"})
        made.write(Dockerfile=DOCKERFILE, tinyinit__toml=CONTRACT, app__sh=APP)
        made.write(**files)
        return made

    return make


@pytest.fixture
def left(container_engine: Engine) -> Callable[[], list[str]]:
    """Give what lists all that runs of the plugin have left, beside that of this one."""

    def of_all() -> set[str]:
        volumes = container_engine.call("volume", "ls", "-q", f"--filter=label={LABEL}").out.split()
        found = container_engine.containers(LABEL) + container_engine.images(LABEL) + volumes
        return set(found)

    before = of_all()
    return lambda: sorted(of_all() - before)
