"""Lines go to a real pipe, terminal or file, whatever has become of its reader."""

import os
import pty
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.logs.apps import ENVIRONMENT, command, events, run

FILL = "log = logging.getLogger('app')\nfor n in range(3000): log.info('x' * 100, extra={'n': n})\n"


@contextmanager
def app(code: str, stdout: int, **environ: str) -> Generator[subprocess.Popen[str]]:
    """Run an app with this standard output; it says on stderr how far it is."""
    process = subprocess.Popen(
        command(code),
        env={**ENVIRONMENT, **environ},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_all(fd: int) -> bytes:
    """Read to the end of a pipe."""
    with os.fdopen(fd, "rb") as file:
        return file.read()


def heard(process: subprocess.Popen[str]) -> str:
    """Return the next line of an app's stderr."""
    assert process.stderr
    return process.stderr.readline().rstrip("\n")


def test_block_waits_for_the_reader() -> None:
    """With "block" a full pipe holds the app up, and then no line is missing."""
    reader, writer = os.pipe()
    code = f"logs.configure()\n{FILL}print('done', file=sys.stderr)"
    with app(code, writer) as process:
        os.close(writer)
        assert process.stderr
        assert [] == select.select([process.stderr], [], [], 1)[0]
        found = events(read_all(reader))
        assert "done" == heard(process)
    assert list(range(3000)) == [event["n"] for event in found]


DROPPED = f"""
logs.configure(on_full='drop')
{FILL}
print('full', file=sys.stderr, flush=True)
sys.stdin.read()
log.info('room')
"""


def test_drop_goes_on_and_tells() -> None:
    """With "drop" a full pipe does not hold the app up; what is missing is counted and told."""
    reader, writer = os.pipe()
    with app(DROPPED, writer) as process:
        os.close(writer)
        assert "full" == heard(process)
        found = events(read_all(reader))
        assert 0 == process.wait()
    kept = [event["n"] for event in found if "n" in event]
    *_, last = found
    assert kept == list(range(len(kept)))
    assert 0 < len(kept) < 3000
    [told] = [event for event in found if event["logger"] == "tinyinit.logs"]
    assert ("warning", "log lines were lost") == (told["level"], told["event"])
    assert 3001 == len(kept) + told["lost"] + (last["event"] == "room")


def test_drop_leaves_standard_output_as_it_was() -> None:
    """Standard output is not made non-blocking: other processes share it."""
    code = f"logs.configure(on_full='drop')\n{FILL}print(os.get_blocking(1), file=sys.stderr)"
    reader, writer = os.pipe()
    with app(code, writer) as process:
        assert "True" == heard(process)
    os.close(reader)
    os.close(writer)


def test_drop_works_where_the_pipe_cannot_be_opened_again() -> None:
    """On a socket, which /proc cannot open, it drops all the same."""
    ours, theirs = socket.socketpair()
    code = f"logs.configure(on_full='drop')\n{FILL}print('on', file=sys.stderr)"
    with app(code, theirs.fileno()) as process:
        theirs.close()
        assert "on" == heard(process)
        data = b"".join(iter(lambda: ours.recv(1 << 16), b""))
    ours.close()
    found = events(data)
    assert "log lines were lost" in [event["event"] for event in found]
    assert 3000 == sum(event.get("lost", 1) for event in found)


@pytest.mark.parametrize("on_full", ["block", "drop"])
def test_a_line_over_the_pipes_size_is_whole(on_full: str) -> None:
    """A line larger than the pipe arrives in one piece, and the next one after it."""
    code = (
        f"logs.configure(on_full='{on_full}')\nlog = logging.getLogger('app')\n"
        "log.info('y' * 300_000)\nprint('on', file=sys.stderr, flush=True)\nlog.info('next')"
    )
    reader, writer = os.pipe()
    with app(code, writer) as process:
        os.close(writer)
        data = read_all(reader)
        assert 0 == process.wait()
    found = [event["event"] for event in events(data)]
    assert "y" * 300_000 == found[0]
    assert on_full == "drop" or ["next"] == found[1:]


def test_a_pipe_that_is_non_blocking_loses_nothing() -> None:
    """Standard output that another process made non-blocking is waited for all the same."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with app(f"logs.configure()\n{FILL}", writer) as process:
        os.close(writer)
        time.sleep(0.5)
        found = events(read_all(reader))
        assert 0 == process.wait()
    assert 3000 == len(found)


@pytest.mark.parametrize("on_full", ["block", "drop"])
def test_nobody_reads_any_more(on_full: str) -> None:
    """A pipe whose reader has gone ends nothing: the app goes on to its own exit code."""
    reader, writer = os.pipe()
    code = f"logs.configure(on_full='{on_full}')\nsys.stdin.read()\n{FILL}sys.exit(7)"
    with app(code, writer) as process:
        os.close(writer)
        os.close(reader)
        begun = time.monotonic()
        assert 7 == process.wait()
        assert process.stderr
        assert "" == process.stderr.read()
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("on_full", ["block", "drop"])
def test_standard_output_is_closed(on_full: str, tmp_path: Path) -> None:
    """Started with it closed, nothing is written to a file that gets its number."""
    code = f"""
logs.configure(on_full='{on_full}')
file = open(sys.argv[1], 'w')
assert file.fileno() == 1
logging.getLogger().info('x')
sys.exit(7)
"""
    target = tmp_path / "file"
    words = ["sh", "-c", 'exec "$@" >&-', "sh", *command(code), str(target)]
    done = subprocess.run(words, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, check=False)
    assert (7, "") == (done.returncode, done.stderr)
    assert "" == target.read_text()


def test_it_is_closed_later() -> None:
    """An app that closes its standard output goes on."""
    done = run("logs.configure()\nos.close(1)\nlogging.getLogger().info('x')\nos._exit(7)")
    assert (7, "", "") == (done.returncode, done.stdout, done.stderr)


def test_the_last_traceback_goes_to_stderr_then() -> None:
    """If nobody reads the logs, why the app ended is on stderr, without secrets."""
    code = "logs.configure()\nlogs.hide('hunter2')\nos.close(1)\nos.dup2(2, 9)\n"
    done = run(f"{code}raise RuntimeError('hunt' + 'er2')")
    assert 1 == done.returncode
    assert done.stderr.endswith("\nRuntimeError: <hidden>\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_survived_and_told() -> None:
    """Lines for which there is no space are counted, and told when there is some."""
    code = """
full = os.open('/dev/full', os.O_WRONLY)
real = os.dup(1)
logs.configure()
os.dup2(full, 1)
for n in range(3): logging.getLogger().info('lost')
os.dup2(real, 1)
logging.getLogger().info('kept')
"""
    found = events(run(code).stdout)
    assert [("log lines were lost", 3), ("kept", None)] == [
        (event["event"], event.get("lost")) for event in found
    ]


def test_lines_of_threads_are_whole() -> None:
    """Threads that log at once do not cut each other's lines."""
    code = """
logs.configure()
def work(): [structlog.get_logger().info('z' * 10_000) for _ in range(50)]
threads = [threading.Thread(target=work) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
"""
    assert {"z" * 10_000: 400} == _counted(run(code).stdout)


def test_a_signal_handler_may_log() -> None:
    """A handler that logs while a line waits for room comes after that line."""
    reader, writer = os.pipe()
    code = f"""
logs.configure()
signal.signal(signal.SIGUSR1, lambda *_: log.info('signal'))
print('ready', file=sys.stderr, flush=True)
{FILL}
"""
    with app(code, writer) as process:
        os.close(writer)
        assert "ready" == heard(process)
        time.sleep(0.5)
        process.send_signal(signal.SIGUSR1)
        time.sleep(0.2)
        found = events(read_all(reader))
        assert 0 == process.wait()
    assert 3001 == len(found)
    assert 1 == len([event for event in found if event["event"] == "signal"])


@pytest.mark.parametrize("size", [100, 300_000])
def test_an_app_can_end_while_it_waits(size: int) -> None:
    """SIGTERM ends an app that waits for the reader, and it does not wait again at its end."""
    reader, writer = os.pipe()
    code = f"""
logs.configure()
log = logging.getLogger('app')
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print('ready', file=sys.stderr, flush=True)
while True: log.info('w' * {size})
"""
    with app(code, writer) as process:
        os.close(writer)
        assert "ready" == heard(process)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert 5 == process.wait(10)
        found = read_all(reader).decode().splitlines()
    if size == 100:
        assert {"w" * 100} == {event["event"] for event in events("\n".join(found))}
    else:
        assert found[0].startswith('{"time": ')


def test_a_child_logs_too() -> None:
    """After a fork, both log, and what the parent has not told is not told by the child."""
    code = """
logs.configure()
log = structlog.get_logger()
log.info('parent')
if os.fork() == 0: log.info('child'); sys.exit(0)
os.wait()
"""
    assert {"parent": 1, "child": 1} == _counted(run(code).stdout)


def _counted(text: str) -> dict[str, int]:
    found = [event["event"] for event in events(text)]
    return {text: found.count(text) for text in found}


@contextmanager
def terminal() -> Generator[tuple[int, int]]:
    """Return the two ends of a terminal."""
    master, slave = pty.openpty()
    try:
        yield master, slave
    finally:
        os.close(master)


def shown(code: str, **environ: str) -> str:
    """Return what an app shows on a terminal."""
    with terminal() as (master, slave):
        parts: list[bytes] = []

        def read() -> None:
            try:
                while data := os.read(master, 4096):
                    parts.append(data)
            except OSError:  # how Linux says that the other end is closed
                pass

        thread = threading.Thread(target=read)
        with app(code, slave, **environ) as process:
            os.close(slave)
            thread.start()
            assert 0 == process.wait(30)
            thread.join()
    return b"".join(parts).decode()


ON_TERMINAL = "logs.configure()\nstructlog.get_logger('shop').info('paid', n=7)"


def test_a_terminal_gets_colours() -> None:
    """On a terminal, lines are for people, in colours."""
    text = shown(ON_TERMINAL, TERM="xterm")
    assert "\x1b[" in text
    assert "paid" in text
    assert not text.startswith("{")


def test_a_terminal_without_colours() -> None:
    """NO_COLOR takes them away."""
    assert "\x1b[" not in shown(ON_TERMINAL, TERM="xterm", NO_COLOR="1")


def test_a_terminal_may_get_json() -> None:
    """LOG_FORMAT=json gives JSON there too."""
    assert ["paid"] == [e["event"] for e in events(shown(ON_TERMINAL, LOG_FORMAT="json"))]


def test_drop_works_on_a_terminal() -> None:
    """A terminal that was stopped with Ctrl-S does not hold an app up that drops."""
    with terminal() as (_, slave):
        code = f"logs.configure(on_full='drop')\n{FILL}print('on', file=sys.stderr)"
        with app(code, slave) as process:
            os.close(slave)
            assert "on" == heard(process)
