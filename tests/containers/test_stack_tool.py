"""Thread stacks on real Alpine: what set gives, what show sees, what limits raises."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.containers.engine import Engine

ALPINE = "alpine:3.23"
PYTHON = "python:3.11-alpine"
ROOT = Path(__file__).resolve().parents[2]
SEGFAULT = 139
KIB = 1 << 10
MIB = 1 << 20

PACKAGE = (
    *("--volume", f"{ROOT / 'tinyinit'}:/opt/tinyinit:ro"),
    *("--env", "PYTHONPATH=/opt", "--env", "PYTHONDONTWRITEBYTECODE=1"),
)
RECURSE = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
def deep(n): return n and sum(map(deep, [n - 1])) + 1
with ThreadPoolExecutor() as pool: print(pool.submit(deep, int(sys.argv[1])).result())
"""


@pytest.fixture(scope="session")
def threads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the program that prints the size of its thread's stack, against musl's loader."""
    compiler = shutil.which("musl-gcc")
    if compiler is None:
        pytest.skip("no musl-gcc (Debian: apt install musl-tools)")
    program = tmp_path_factory.mktemp("threads") / "threads"
    source = ROOT / "tests" / "stack" / "threads.c"
    subprocess.run([compiler, "-D_GNU_SOURCE", "-O1", "-o", program, source], check=True)
    return program


def run(engine: Engine, image: str, *command: str, options: tuple[str, ...] = ()) -> list[str]:
    """Return the lines that a container's command printed, and its exit code as the last."""
    done = engine.docker(
        *("run", "--rm", "--label", engine.label, *options, image, *command), check=False
    )
    return [*done.stdout.decode().splitlines(), str(done.returncode)]


def in_python(engine: Engine, script: str, *options: str) -> list[str]:
    """Run a shell script where Python for musl and the package are; `stack` is the command."""
    head = 'stack() { python3 -m tinyinit stack "$@"; }; '
    return run(engine, PYTHON, "sh", "-c", head + script, options=(*PACKAGE, *options))


@pytest.mark.parametrize(
    ("words", "least"),
    [(("unset",), 128 * KIB), (("set", "1M"), MIB), (("set", "8M"), 8 * MIB)],
)
def test_set_gives_threads_that_size_on_alpine(
    engine: Engine, threads: Path, tmp_path: Path, words: tuple[str, ...], least: int
) -> None:
    """Alpine's own loader gives a thread the size that was set, and 128 KiB without."""
    shutil.copy(threads, tmp_path)
    program = tmp_path / "threads"
    subprocess.run(["python3", "-m", "tinyinit", "stack", *words, program], cwd=ROOT, check=True)

    size, code = run(engine, ALPINE, "/t/threads", options=("--volume", f"{tmp_path}:/t:ro"))

    assert "0" == code
    assert least <= int(size) <= least + 8 * KIB


def test_python_that_died_lives_after_set(engine: Engine) -> None:
    """A thread that recurses through C dies on Alpine; with the size in python3 it does not."""
    script = f"python3 -c '{RECURSE}' 450"

    assert str(SEGFAULT) == in_python(engine, script)[-1]
    assert [
        "/usr/local/bin/python3.11: 8 MiB (was no size)",
        "450",
        "0",
    ] == in_python(engine, f"stack set 8M /usr/local/bin/python3 && {script}")


def test_raise_stack_without_set(engine: Engine) -> None:
    """An app that calls raise_stack first lives too, on a Python without ctypes."""
    script = f"python3 -c 'from tinyinit import limits; limits.raise_stack(){RECURSE}' 450"

    assert ["450", "0"] == in_python(engine, script)


def test_a_threads_size_is_measured_on_musl(engine: Engine) -> None:
    """What a new thread gets is measured with and without raise_stack, within 8 KiB."""
    before, after, code = in_python(
        engine,
        "python3 -c 'from tinyinit import limits;"
        "print(limits.thread_stack_size()); print(limits.raise_stack())'",
    )

    assert "0" == code
    assert 128 * KIB <= int(before) <= 136 * KIB
    assert 8 * MIB <= int(after) <= 8 * MIB + 8 * KIB


WAIT = """
import sys, threading
def deep(n): return n and sum(map(deep, [n - 1])) + 1
def run(n): deep(n); ready.release(); done.wait()
ready, done = threading.Semaphore(0), threading.Event()
for n in (1, 90): threading.Thread(target=run, args=(n,), daemon=True).start()
for _ in range(2): ready.acquire()
waits = lambda thread: open(f"/proc/1/task/{thread.native_id}/syscall").read() != "running\\n"
while not all(map(waits, threading.enumerate()[1:])): pass
from tinyinit.commands.stack import main
main(["show", "--format", "json", "1"])
"""


def show_self(engine: Engine, *options: str) -> Any:
    """Return what show says about a Python with two threads, as process 1 of a container."""
    *lines, code = run(engine, PYTHON, "python3", "-c", WAIT, options=(*PACKAGE, *options))
    assert "0" == code, lines
    return json.loads("\n".join(lines))[0]


def test_show_sees_the_stacks_of_a_python_on_musl(engine: Engine) -> None:
    """Both threads are there by id, with the size they have and the most they used."""
    found = show_self(engine)

    assert ("musl", 3, None) == (found["libc"], found["threads"], found["unknown"])
    first, second = found["stacks"]
    assert first["thread"] < second["thread"]
    # The kernel joins the first to other memory of Python, directly above it.
    for stack in (first, second):
        assert 128 * KIB <= stack["size"] <= 136 * KIB
    assert first["used"] + 40 * KIB < second["used"] <= second["size"]


def test_show_names_the_file_that_was_preloaded(engine: Engine, tinyinit: Path) -> None:
    """With the tinyinit file in LD_PRELOAD every thread has 8 MiB, and show says by whom."""
    if not tinyinit.exists():
        pytest.skip(f"no {tinyinit} (make)")
    found = show_self(
        engine,
        *("--volume", f"{tinyinit}:/sbin/tinyinit:ro"),
        *("--env", "LD_PRELOAD=/sbin/tinyinit"),
    )

    assert (16 * MIB, "/sbin/tinyinit") == (found["asked"], found["asked_by"])
    assert [8 * MIB] * 2 == [stack["size"] // MIB * MIB for stack in found["stacks"]]


def test_show_tells_musl_where_the_loader_is_the_program(engine: Engine) -> None:
    """A program that was started through its loader is musl's by what it has mapped."""
    lines = in_python(
        engine,
        "/lib/ld-musl-*.so.1 /bin/busybox sleep 60 & "
        "sleep 0.2; stack show --format json $!; kill $!",
    )

    assert ["musl"] == [item["libc"] for item in json.loads("\n".join(lines[:-1]))]


def test_in_a_chroot_the_preloaded_file_has_to_be_at_the_same_path(
    engine: Engine, threads: Path, tinyinit: Path, tmp_path: Path
) -> None:
    """Without it there musl says nothing and gives 128 KiB; with it, or with set, 8 MiB."""
    if not tinyinit.exists():
        pytest.skip(f"no {tinyinit} (make)")
    for name in ("threads", "with-set"):
        shutil.copy(threads, tmp_path / name)
    subprocess.run(
        ["python3", "-m", "tinyinit", "stack", "set", "8M", tmp_path / "with-set"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    script = (
        "mkdir -p /r/lib /r/sbin; cp /lib/ld-musl-* /r/lib; cp /t/* /r;"
        "chroot /r /threads; chroot /r /with-set; cp /sbin/tinyinit /r/sbin; chroot /r /threads"
    )
    without, with_set, with_file, code = run(
        *(engine, ALPINE, "sh", "-c", script),
        options=(
            *("--volume", f"{tmp_path}:/t:ro", "--volume", f"{tinyinit}:/sbin/tinyinit:ro"),
            *("--env", "LD_PRELOAD=/sbin/tinyinit"),
        ),
    )

    assert "0" == code
    assert int(without) <= 136 * KIB
    assert 8 * MIB <= int(with_set)
    assert 8 * MIB <= int(with_file)


def test_hard_links_of_a_lower_layer_stay_linked(engine: Engine) -> None:
    """Names that are one file in the image are one file after set, on docker's overlay too."""
    name = f"tinyinit-tests-links:{engine.session}"
    script = "mkdir /one /two && cp /bin/busybox /one/true && ln /one/true /two/true"
    container = engine.new_name()
    engine.docker(
        *("run", "--name", container, "--label", engine.label, PYTHON, "sh", "-c", script)
    )
    try:
        engine.docker("commit", "--change", f"LABEL {engine.label}", container, name)
    finally:
        engine.docker("rm", "--force", container)

    script = (
        "python3 -m tinyinit stack set 8M /one/true; echo $?;"
        "python3 -m tinyinit stack set 8M /one/true /two/true;"
        "test /one/true -ef /two/true && /two/true"
    )
    refusal, refused, one, two, code = run(engine, name, "sh", "-c", script, options=PACKAGE)

    assert 'tinyinit: "/one/true" has 1 more name (hard links)' in refusal
    assert "126" == refused
    assert "/one/true: 8 MiB (was no size)" == one
    assert "/two/true: 8 MiB (was no size)" == two
    assert "0" == code


def test_a_user_without_rights_is_told_what_is_needed(engine: Engine) -> None:
    """In a container without SYS_PTRACE, root may not read the app's stacks, and is told so."""
    lines = in_python(
        engine,
        "python3 -c 'import os,time; os.setgid(1000); os.setuid(1000); print(flush=True);"
        " time.sleep(60)' >/tmp/ready & while ! test -s /tmp/ready; do :; done; stack show $!",
    )

    assert "stacks unknown: run as uid 1000, or with the capability SYS_PTRACE" == lines[-2]
    assert "126" == lines[-1]
