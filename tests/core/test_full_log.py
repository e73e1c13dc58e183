"""A log that takes no more: it must never stop PID 1, whatever it is and however old the kernel."""

import errno
import os
import pty
import signal
import termios
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.core.conftest import Start
from tests.namespaces import stage, status_field
from tests.streams import close
from tests.syscalls import number, refused


def fill(log: int) -> None:
    """Write to a pipe until it takes no more; without O_NONBLOCK on what others write to."""
    with os.fdopen(os.open(f"/proc/self/fd/{log}", os.O_WRONLY | os.O_NONBLOCK), "wb", 0) as own:
        while own.write(b"x" * 4096):
            pass


def stop(terminal: int) -> None:
    """Stop a terminal's output, as Ctrl-S does."""
    termios.tcflow(terminal, termios.TCOOFF)


class Log(NamedTuple):
    """Standard error for tinyinit, its other end, and how to make it take no more."""

    reader: int
    writer: int
    make_full: Callable[[int], None]


@contextmanager
def opened(kind: str, folder: Path) -> Generator[Log]:
    """Open a log of a kind; with room."""
    if kind == "terminal":
        log = Log(*pty.openpty(), stop)
    elif kind == "named pipe":
        path = folder / "log"
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        log = Log(reader, os.open(path, os.O_WRONLY), fill)
    else:
        log = Log(*os.pipe(), fill)
    try:
        yield log
    finally:
        if kind == "terminal":
            termios.tcflow(log.writer, termios.TCOON)
        close([log.reader, log.writer])


def drained(log: Log) -> str:
    """Return what a log holds, and what comes until nobody writes to it any more."""
    if log.make_full == stop:
        termios.tcflow(log.writer, termios.TCOON)
    os.set_blocking(log.reader, False)
    text = b""
    try:
        while part := os.read(log.reader, 65536):
            text += part
    except BlockingIOError:
        pass
    return text.decode()


#: How kernels refuse a write that does not wait: the kind of log, and what is refused.
REFUSALS: dict[str, tuple[str, dict[str, int]]] = {
    "a pipe on a kernel before 6.4": ("pipe", {"pwritev2": errno.EOPNOTSUPP}),
    "a pipe on a kernel before 4.13": ("pipe", {"pwritev2": errno.EINVAL}),
    "a pipe and a seccomp filter": ("pipe", {"pwritev2": errno.EPERM}),
    "a pipe and a strict seccomp filter": (
        "pipe",
        {"pwritev2": errno.ENOSYS, "splice": errno.EPERM},
    ),
    "a named pipe": ("named pipe", {}),
    "a terminal": ("terminal", {}),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_log_fills_up_at_the_worst_moment(start: Start, tmp_path: Path, name: str) -> None:
    """Others fill the log when tinyinit has found room and is about to write: it lives on."""
    kind, calls = REFUSALS[name]
    options = [word for call in calls.items() for word in refused(*call)]
    # The first write is that of "started": main writes nothing before it gets a signal.
    options += ["--hold", f"{number('write')}:1", "--block", "10,15"]
    words = ["block", "until=15", "exit=3"]
    with (
        opened(kind, tmp_path) as log,
        start(["-v"], words, *options, stderr=log.writer) as run,
    ):
        run.reported("held")
        log.make_full(log.writer)
        run.release()
        for _ in range(20):
            run.kill(signal.SIGUSR1)
            assert "10" == run.skip_to("signal").split()[0]
        drained(log)
        run.kill(signal.SIGTERM)
        assert 3 == run.wait()


def test_lost_messages_are_counted(start: Start, tmp_path: Path) -> None:
    """How many messages a full log has lost is said once, by the next line that it takes."""
    words = ["block", "say=ready", "until=15"]
    with opened("pipe", tmp_path) as log:
        fill(log.writer)
        with start(["-v"], words, stderr=log.writer) as run:
            run.skip_to("ready")
            for number_of in (10, 12, 10):
                run.kill(number_of)
                assert str(number_of) == run.skip_to("signal").split()[0]
            run.until(lambda: status_field(run.pid, "State").startswith("S"))
            drained(log)
            run.kill(signal.SIGTERM)
            assert 0 == run.wait()
        lines = drained(log).splitlines()
    assert "tinyinit: 4 messages before this were lost: the log took no more" == lines[0]
    assert "forwarded SIGTERM" in lines[1]
    assert 1 == sum("lost" in line for line in lines)


def test_no_poll(start: Start) -> None:
    """Where poll() is refused, no message is lost."""
    words = ["block", "say=ready", "until=15", "exit=3"]
    with start(["-v"], words, *refused("poll", errno.EPERM)) as run:
        run.skip_to("ready")
        run.kill(signal.SIGTERM)
        assert 3 == run.wait()
        text = run.errors()
    for part in ("started", "forwarded SIGTERM", "exited with 3"):
        assert part in text


def test_full_log_holds_up_the_end_once(start: Start, tmp_path: Path) -> None:
    """A log that takes no more is waited for once at the end, not once for each line."""
    words = [*["leave=session"] * 20, "block", "say=ready", "until=15"]
    with (
        opened("pipe", tmp_path) as log,
        start(["-v"], words, stderr=log.writer) as run,
    ):
        run.skip_to("ready")
        fill(log.writer)
        begun = time.monotonic()
        run.kill(signal.SIGTERM)
        assert 0 == run.wait()
        assert 6 > time.monotonic() - begun


def test_slow_reader_at_the_end(start: Start, tmp_path: Path) -> None:
    """A reader that is slow is waited for at the end: the line that says why main died arrives."""
    with opened("pipe", tmp_path) as log:
        with start([], ["block", "say=ready", "hold"], stderr=log.writer) as run:
            run.skip_to("ready")
            fill(log.writer)
            run.kill_main(9)
            time.sleep(0.2)
            before = drained(log)  # which may be as slow as to see the line already
            assert 137 == run.wait()
        said = before + drained(log)
        assert said.endswith("tinyinit: payload (pid 2) was killed by SIGKILL\n")


def test_log_file_at_its_limit(tinyinit: Path, payload: Path, tmp_path: Path) -> None:
    """SIGXFSZ that tinyinit's own line causes does not reach main, and causes no other line."""
    limited = ["/bin/sh", "-c", 'ulimit -f 0; exec "$@"', "sh"]
    words = ["block", "say=ready", "until=15", "exit=3"]
    with (
        (tmp_path / "log").open("wb") as log,
        stage([*limited, tinyinit, "-v", "--", payload, *words], stderr=log.fileno()) as run,
    ):
        run.skip_to("ready")
        for sent in (10, 12, 15):
            run.kill(sent)
            assert str(sent) == run.skip_to("signal").split()[0]
        assert 3 == run.wait()


def test_sigxfsz_of_others(start: Start) -> None:
    """SIGXFSZ that another process sends is forwarded as any other."""
    with start([], ["block", "say=ready", "until=25", "exit=3"]) as run:
        run.skip_to("ready")
        run.kill(signal.SIGXFSZ)
        assert 3 == run.wait()
