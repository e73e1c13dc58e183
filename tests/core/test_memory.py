"""Memory that runs out: in a real control group, and by the files that version 2 shows."""

import json
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cgroups import MEBIBYTE, memory_limit
from tests.core.conftest import Start
from tests.namespaces import Run


@pytest.fixture
def group() -> Generator[str]:
    """Return the directory of a control group with a limit of 16 MiB."""
    with memory_limit(16 * MEBIBYTE) as directory:
        yield str(directory)


#: Main begins to use memory when told to: by then the count has been read.
WAITS = ["block", "say=ready", "until=12"]


def go(run: Run) -> None:
    """Let main that waits go on."""
    run.skip_to("ready")
    run.settle()
    run.kill_main(12)


V2_EVENTS = "low 0\nhigh 3\nmax 9\noom {0}\noom_kill {0}\noom_group_kill 0\n"


def test_main_killed(start: Start, group: str) -> None:
    """The line names program, PID, signal, limit and how many were killed."""
    with start([], [*WAITS, "eat=64"], "--cgroup", group) as run:
        go(run)
        assert 137 == run.wait()
        message = run.errors()
    assert (
        "tinyinit: payload (pid 2) was killed by SIGKILL: "
        "the container ran out of memory (limit 16 MiB, 1 process killed)\n"
    ) == message


def test_main_killed_at_once(start: Start, group: str) -> None:
    """Of a main killed before the count was read, what memory has done so far is told, as that."""
    with start([], ["eat=64"], "--cgroup", group) as run:
        assert 137 == run.wait()
    with start([], ["die=9"], "--cgroup", group) as run:
        assert 137 == run.wait()
        message = run.errors()
    assert (
        "tinyinit: payload (pid 2) was killed by SIGKILL; "
        "the container has run out of memory (limit 16 MiB, 1 process killed so far)\n"
    ) == message


def test_as_json(start: Start, group: str) -> None:
    """As JSON the limit is a number of bytes."""
    with start(["--log", "json"], [*WAITS, "eat=64"], "--cgroup", group) as run:
        go(run)
        assert 137 == run.wait()
        record = json.loads(run.errors())
    assert (16 * MEBIBYTE, 1) == (record["limit_bytes"], record["killed"])
    assert ("payload", 2, "SIGKILL") == (record["program"], record["pid"], record["signal"])


def test_quiet(start: Start, group: str) -> None:
    """`-q` silences it."""
    with start(["-q"], [*WAITS, "eat=64"], "--cgroup", group) as run:
        go(run)
        assert 137 == run.wait()
        assert "" == run.errors()


def test_child_killed(start: Start, group: str) -> None:
    """A process that is not main killed for memory is told as well, once."""
    with start([], [*WAITS, "child-eats=64", "exit=4"], "--cgroup", group) as run:
        go(run)
        assert 4 == run.wait()
        message = run.errors()
    assert "tinyinit: the container ran out of memory (limit 16 MiB, 1 process killed)\n" == message


def test_other_kills_are_not_blamed_on_memory(start: Start, group: str) -> None:
    """SIGKILL from somebody else is not called so, even if the group ran out of memory before."""
    with start([], ["eat=64"], "--cgroup", group) as run:
        assert 137 == run.wait()
    with start([], ["say=ready", "hold"], "--cgroup", group) as run:
        run.skip_to("ready")
        run.settle()
        run.kill_main(9)
        assert 137 == run.wait()
        assert "tinyinit: payload (pid 2) was killed by SIGKILL\n" == run.errors()


def _version2(folder: Path, limit: str) -> tuple[Path, list[str]]:
    (folder / "cgroup").mkdir()
    (folder / "cgroup" / "memory.events").write_text(V2_EVENTS.format(2))
    (folder / "cgroup" / "memory.max").write_text(f"{limit}\n")
    (folder / "self").write_text("0::/\n")
    binds = ["--bind", f"{folder / 'cgroup'}:/sys/fs/cgroup"]
    return folder / "cgroup" / "memory.events", [
        *binds,
        "--bind",
        f"{folder / 'self'}:/proc/1/cgroup",
    ]


def test_version2(start: Start, tmp_path: Path) -> None:
    """Version 2 of control groups: memory.events compared with its value at start."""
    events, binds = _version2(tmp_path, str(128 * MEBIBYTE))
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        events.write_text(V2_EVENTS.format(5))
        run.kill_main(9)
        assert 137 == run.wait()
        assert run.errors().endswith(
            "the container ran out of memory (limit 128 MiB, 3 processes killed)\n"
        )


def test_version2_nothing_killed(start: Start, tmp_path: Path) -> None:
    """Unchanged since start, it is not blamed."""
    _, binds = _version2(tmp_path, str(128 * MEBIBYTE))
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        run.kill_main(9)
        assert 137 == run.wait()
        assert "memory" not in run.errors()


def test_version2_without_a_limit(start: Start, tmp_path: Path) -> None:
    """Without a limit it is the machine that ran out of memory."""
    events, binds = _version2(tmp_path, "max")
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        events.write_text(V2_EVENTS.format(3))
        run.kill_main(9)
        assert 137 == run.wait()
        message = run.errors()
    assert "the machine ran out of memory (1 process killed)" in message


def test_no_control_group(start: Start, tmp_path: Path) -> None:
    """Without any control group nothing is claimed."""
    (tmp_path / "empty").mkdir()
    binds = ["--bind", f"{tmp_path / 'empty'}:/sys/fs/cgroup"]
    with start([], ["die=9"], *binds) as run:
        assert 137 == run.wait()
        assert "tinyinit: payload (pid 2) was killed by SIGKILL\n" == run.errors()


def test_version2_kill_of_another(start: Start, tmp_path: Path) -> None:
    """A kill that main survives gets its own line when it happens; a later death is not blamed."""
    events, binds = _version2(tmp_path, str(128 * MEBIBYTE))
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        events.write_text(V2_EVENTS.format(3))
        message = "tinyinit: the container ran out of memory (limit 128 MiB, 1 process killed)"
        assert message == run.error_line()
        run.kill_main(9)
        assert 137 == run.wait()
        assert "tinyinit: payload (pid 2) was killed by SIGKILL\n" == run.errors()


def test_version2_of_this_group_alone(start: Start, tmp_path: Path) -> None:
    """memory.events counts groups below as well; memory.events.local is what is asked."""
    events, binds = _version2(tmp_path, str(128 * MEBIBYTE))
    local = events.with_name("memory.events.local")
    local.write_text(V2_EVENTS.format(1))
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        events.write_text(V2_EVENTS.format(9))
        run.kill_main(9)
        assert 137 == run.wait()
        assert "memory" not in run.errors()
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        local.write_text(V2_EVENTS.format(3))
        run.kill_main(9)
        assert 137 == run.wait()
        assert run.errors().endswith("(limit 128 MiB, 2 processes killed)\n")


def test_version2_limit_of_the_group_above(start: Start, tmp_path: Path) -> None:
    """The limit is the one there is at death, of the group above if ours has none."""
    events, binds = _version2(tmp_path, "max")
    (tmp_path / "self").write_text("0::/pod/app\n")
    own = events.parent / "pod" / "app"
    own.mkdir(parents=True)
    (own / "memory.events").write_text(V2_EVENTS.format(2))
    (own / "memory.max").write_text("max\n")
    (own.parent / "memory.max").write_text(f"{512 * MEBIBYTE}\n")
    with start([], ["say=ready", "hold"], *binds) as run:
        run.skip_to("ready")
        run.settle()
        (own.parent / "memory.max").write_text(f"{64 * MEBIBYTE}\n")
        (own / "memory.events").write_text(V2_EVENTS.format(3))
        run.kill_main(9)
        assert 137 == run.wait()
        assert run.errors().endswith(
            "the container ran out of memory (limit 64 MiB, 1 process killed)\n"
        )


def test_old_kill_of_another(start: Start, group: str) -> None:
    """Main reaps a worker that was killed for memory; killed later, its death is not blamed."""
    words = [*WAITS, "child-eats=64", "say=reaped", "hold"]
    with start([], words, "--cgroup", group) as run:
        go(run)
        run.skip_to("reaped")
        # Version 1 tells nobody: what is more than a second old may have any age.
        time.sleep(1.2)
        run.kill_main(9)
        assert 137 == run.wait()
        lines = run.errors().splitlines()
    assert "tinyinit: payload (pid 2) was killed by SIGKILL" == lines[-1]
    assert ["tinyinit: the container ran out of memory (limit 16 MiB, 1 process killed)"] == lines[
        :-1
    ]
