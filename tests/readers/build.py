"""Compile the core's readers into programs that answer questions, and ask them."""

import hashlib
import os
import subprocess
import time
from pathlib import Path
from typing import IO

from tests.machine import compiler
from tests.payload.build import CACHE, FLAGS

SOURCES = Path(__file__).parent
CORE = SOURCES.parent.parent / "tinyinit" / "core"
SHARED = (
    "base/arena.c",
    "base/buffer.c",
    "base/clock.c",
    "base/date.c",
    "base/descriptors.c",
    "base/log.c",
    "base/message.c",
    "formats/scan.c",
    "base/text.c",
    "base/utf8.c",
    "base/value.c",
)
READERS = {
    # All but the command line: what a contract's options take is known in many places.
    "check": tuple(
        sorted(str(path.relative_to(CORE)) for path in CORE.rglob("*.c") if path.name != "main.c")
    ),
    "envfile": ("formats/envfile.c", "formats/names.c", "formats/problem.c", *SHARED),
    "pattern": ("formats/pattern.c", *SHARED),
    "rules": (
        *(
            "contract/hidden.c",
            "contract/rules.c",
            "contract/key.c",
            "contract/type.c",
            "formats/json.c",
            "formats/pattern.c",
        ),
        *("formats/toml.c", "formats/toml_scalar.c", "formats/problem.c", *SHARED),
    ),
    "toml": (
        "formats/toml.c",
        "formats/toml_scalar.c",
        "formats/json.c",
        "formats/problem.c",
        *SHARED,
    ),
}


def reader(name: str) -> Path:
    """Return the path of a reader's program, compiled if a source of it has changed."""
    inputs = [*sorted(SOURCES.glob("*.[ch]")), *sorted(CORE.rglob("*.[ch]"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:16]
    built = CACHE / digest / f"read-{name}"
    if built.exists():
        return built
    built.parent.mkdir(parents=True, exist_ok=True)
    draft = built.with_name(f"{built.name}.{os.getpid()}")
    sources = [str(SOURCES / f"{name}.c"), *(str(CORE / source) for source in READERS[name])]
    flags = [*FLAGS, f"-I{CORE}", '-DTINYINIT_VERSION="tests"']
    subprocess.run([*compiler(), *flags, "-o", str(draft), *sources], check=True)
    draft.replace(built)
    return built


class Reader:
    """A reader's program, running: one answer for each question."""

    def __init__(self, name: str, *arguments: str) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [reader(name), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, *texts: bytes) -> bytes:
        """Return what it makes of the texts. Raises EOFError if it has died of them."""
        to, back = _open(self._process.stdin), _open(self._process.stdout)
        for text in texts:
            to.write(b"%d\n%b" % (len(text), text))
        to.flush()
        length = back.readline()
        if not length:
            raise EOFError(f"the reader has ended with {self._process.wait()}")
        return back.read(int(length))

    @property
    def processor_time(self) -> float:
        """Return the seconds of a processor that it has used: others' load is not in them."""
        return time.clock_gettime((~self._process.pid << 3) | 2)  # clock_getcpuclockid(3)

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
