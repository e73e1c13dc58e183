"""Facts: read from anything, never a traceback; sent elsewhere and back; nothing secret in them."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import machine
from tests.namespaces import stage
from tinyinit.doctor.checks import examine
from tinyinit.doctor.facts import Asked, Facts, ProcessError, gather
from tinyinit.doctor.facts._model import SCHEMA, Process
from tinyinit.doctor.facts.as_json import FactsError, from_json, to_json
from tinyinit.findings import FORMATS, Result, show, show_lines

SLEEP = "/bin/sleep"


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """Take facts of a real PID namespace."""
    machine.need(machine.can_unshare())
    with stage(["/bin/sh", "-c", f"{SLEEP} 100; :"]) as run:
        run.until(lambda: len(gather(Asked(pid=run.pid)).processes) == 2)
        yield gather(Asked(pid=run.pid))


def test_there_and_back(facts: Facts) -> None:
    """Facts that were written are read as they were."""
    assert facts == from_json(to_json(facts))


def test_newer_and_foreign_json_is_refused(facts: Facts) -> None:
    """JSON of a later release, and JSON of others, is one line that says which it is."""
    newer = to_json(facts).replace('"schema": 1', '"schema": 2', 1)
    with pytest.raises(FactsError, match='schema "2", this doctor reads 1; use the doctor of'):
        from_json(newer)
    for foreign in ("", "[]", "{}", "null", '{"schema": true}', '{"schema": 1}', "[" * 100_000):
        with pytest.raises(FactsError):
            from_json(foreign)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_changed_json_is_read_or_refused(facts: Facts, data: st.DataObject) -> None:
    """With any value in any place, facts are refused in one line, or judged without an error."""
    seen = json.loads(to_json(facts))
    place: Any = seen
    while place:
        keys: list[Any] = [*(place if hasattr(place, "keys") else range(len(place)))]
        key = data.draw(st.sampled_from(keys))
        if not hasattr(place[key], "__setitem__") or data.draw(st.booleans()):
            values = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
            place[key] = data.draw(values)
            break
        place = place[key]
    try:
        read = from_json(json.dumps(seen))
    except FactsError as error:
        refused = str(error)
        assert refused.count("\n") == 0  # most are not refused
        return
    _shows(examine(read))


def _shows(result: Result) -> None:
    for form in FORMATS:
        text = show([result], form, tool="test")
        assert not any(ord(char) < 32 and char != "\n" for char in text)
    assert show_lines([result]).count("\n") == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.from_type(Facts), first=st.from_type(Process))
def test_any_facts_are_judged(drawn: Facts, first: Process) -> None:
    """Facts with any values of their types are judged and shown, without an escape in the text."""
    drawn = drawn._replace(
        schema=SCHEMA, first=first.pid, processes=(first, *drawn.processes), taken=1.8e9
    )
    _shows(examine(drawn._replace(image=drawn.image._replace(os="debian"))))


@settings(max_examples=100, deadline=None)
@given(
    files=st.dictionaries(
        st.sampled_from(
            ["stat", "cmdline", "wchan", "syscall", "limits", "cgroup", "mountinfo", "environ"]
        ),
        st.binary(max_size=300),
    ),
    status=st.binary(max_size=400),
)
def test_any_bytes_in_proc_are_read(
    files: dict[str, bytes], status: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever bytes are in the files of /proc, facts are taken or the process is refused."""
    root = tmp_path_factory.mktemp("root")
    folder = root / "proc" / "1"
    (folder / "task" / "1").mkdir(parents=True)
    fields = ["S", "0", "1", "1", "0", "-1", "0", *["0"] * 12, "5", *["0"] * 20]
    content = {"stat": f"1 (a) {' '.join(fields)}".encode(), **files}
    for name, data in {**content, "status": b"Name:\ta\nNSpid:\t1\n" + status}.items():
        (folder / name).write_bytes(data)
    with contextlib.suppress(ProcessError):
        _shows(examine(gather(Asked(root=str(root)))))


def test_processes_that_vanish() -> None:
    """Thousands of processes that end between two reads are no error and no finding."""
    machine.need(machine.can_unshare())
    script = "while :; do (:) & (:) & (:) & wait; done"
    with stage(["/bin/bash", "-c", f"trap 'exit 0' TERM; {script}"]) as run:
        started = _forks()
        run.until(lambda: _forks() > started + 50)
        deadline = time.monotonic() + 20
        looks = 0
        while looks < 20 or (_forks() - started < 2000 and time.monotonic() < deadline):
            seen = {one.id for one in examine(gather(Asked(pid=run.pid))).findings}
            assert not seen & {"zombies", "pid1-shell", "wrapped-shell", "init-needed"}
            looks += 1
        assert _forks() - started >= 2000


def _forks() -> int:
    lines = Path("/proc/stat").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("processes"))


@pytest.mark.parametrize("name", ["a b", "x) R 1", "two\nlines", "\x1b[31mred", "(((", "\u202e"])
def test_names_are_shown_on_one_line(name: str) -> None:
    """A name with spaces, brackets, newlines, escapes is read as it is and shown without them."""
    machine.need(machine.can_unshare())
    code = f"open('/proc/self/comm', 'w').write({name!r}); import time; print(1, flush=True)"
    with stage([sys.executable, "-c", f"{code}; time.sleep(100)"]) as run:
        assert run.line() == "1"
        facts = gather(Asked(pid=run.pid))
        assert facts.processes[0].name == name
        _shows(examine(facts))


@pytest.mark.parametrize(
    ("pid", "text"), [(0, "there is no process 0"), (999_999_999, "there is no process")]
)
def test_a_process_that_is_not_there(pid: int, text: str) -> None:
    """A PID that is gone is one line that says so."""
    with pytest.raises(ProcessError, match=text):
        gather(Asked(pid=pid))


def test_a_thread_of_the_kernel() -> None:
    """A thread of the kernel is refused by name of what it is."""
    kernel = next(
        (
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if (entry / "comm").exists() and (entry / "comm").read_text() == "kthreadd\n"
        ),
        None,
    )
    if kernel is None:
        pytest.skip("no thread of the kernel is seen here")
    with pytest.raises(ProcessError, match="is a thread of the kernel; expected a program"):
        gather(Asked(pid=kernel))


def test_another_users_process_is_unknown_not_guessed() -> None:
    """What another user may not read is unknown, and says who may."""
    machine.need(machine.can_unshare(), machine.is_root())
    code = (
        "import os, sys; from tinyinit.doctor.facts import gather, Asked;"
        "from tinyinit.doctor.checks import examine; os.setgid(65534); os.setuid(65534);"
        "print(examine(gather(Asked(pid=int(sys.argv[1])))))"
    )
    with stage([SLEEP, "100"]) as run:
        done = subprocess.run(
            [sys.executable, "-c", code, str(run.pid)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
    assert "run as uid 0, or with the capability SYS_PTRACE" in done.stdout
    assert "id='pid1-term', severity" not in done.stdout


def test_no_secret_is_kept() -> None:
    """The facts have the name of a variable that looks like a secret, and no value of any."""
    machine.need(machine.can_unshare())
    environment = {"DB_PASSWORD": "correct-horse", "GOMAXPROCS": "3", "PLAIN": "battery-staple"}
    with stage([SLEEP, "100"], environment=environment) as run:
        run.until(lambda: gather(Asked(pid=run.pid)).processes[0].program == "sleep")
        text = to_json(gather(Asked(pid=run.pid)))
    assert "DB_PASSWORD" in text
    assert '"GOMAXPROCS": "3"' in text
    assert "correct-horse" not in text
    assert "battery-staple" not in text


def test_hidepid_is_told(tmp_path: Path) -> None:
    """Where /proc hides processes, what cannot be seen is unknown and says why."""
    machine.need(machine.can_unshare())
    folder = tmp_path / "proc" / "1"
    folder.mkdir(parents=True)
    for name in ("stat", "status", "limits"):
        (folder / name).write_text(Path(f"/proc/self/{name}").read_text())
    mount = "21 1 0:21 / /proc rw - proc proc rw,hidepid=invisible\n"
    (folder / "mountinfo").write_text(mount)
    (folder / "environ").write_text("")
    result = examine(gather(Asked(root=str(tmp_path))))
    assert "hidepid" in next(one.why for one in result.unknown if one.id == "zombies")


def test_a_thread_stack_is_measured() -> None:
    """The stack of a thread is found with its size and with what was used of it."""
    machine.need(machine.can_unshare())
    code = (
        "import threading, time; threading.stack_size(256 << 10);"
        "threading.Thread(target=lambda: (print(1, flush=True), time.sleep(100))).start()"
    )
    with stage([sys.executable, "-c", code]) as run:
        assert run.line() == "1"
        facts = gather(Asked(pid=run.pid))
    (stack,) = [one for stacks in facts.stacks or () for one in stacks.threads if one.thread]
    assert 256 << 10 <= stack.size <= 512 << 10
    assert 0 < stack.used <= stack.size
