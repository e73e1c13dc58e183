"""`tinyinit health`: is it up, and if not, why, in one line."""

import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.health.servers import read_request, says, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup"
DEADLINE = 30.0
"""Seconds after which a check that has a deadline of its own is taken for stuck."""


def health(
    tinyinit: Path, *words: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a check with no environment but `env`."""
    return subprocess.run(
        [tinyinit, "health", *words],
        env=env or {},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


def reason(tinyinit: Path, *words: str) -> str:
    """Return the one line that says why a check failed."""
    result = health(tinyinit, *words)
    assert (1, "") == (result.returncode, result.stdout)
    assert result.stderr.startswith("tinyinit: ")
    assert result.stderr.endswith("\n")
    assert 1 == result.stderr.count("\n")
    return result.stderr.removeprefix("tinyinit: ").removesuffix("\n")


def refused(tinyinit: Path, *words: str, env: dict[str, str] | None = None) -> str:
    """Return the one line about a command line that is wrong."""
    result = health(tinyinit, *words, env=env)
    assert (64, "") == (result.returncode, result.stdout)
    assert 1 == result.stderr.count("\n")
    return result.stderr.removeprefix("tinyinit: ").removesuffix("\n")


def status_line(status: int) -> bytes:
    """Return an answer of that status."""
    return b"HTTP/1.1 %d Whatever\r\nContent-Length: 0\r\n\r\n" % status


@pytest.mark.parametrize("status", [200, 204, 301, 399])
def test_good_status(tinyinit: Path, status: int) -> None:
    """A status of 2xx or 3xx is healthy, and nothing is printed."""
    with serving(says(status_line(status))) as port:
        result = health(tinyinit, f"http://127.0.0.1:{port}/healthz")
    assert (0, "", "") == (result.returncode, result.stdout, result.stderr)


@pytest.mark.parametrize("status", [100, 199, 400, 404, 503, 599])
def test_bad_status(tinyinit: Path, status: int) -> None:
    """Any other status is not, and the line names it."""
    with serving(says(status_line(status))) as port:
        url = f"http://127.0.0.1:{port}/healthz"
        assert (
            f"{url} answers with status {status}, expected 200 to 399 (others: --status)"
            == reason(tinyinit, url)
        )


def test_status_asked_for(tinyinit: Path) -> None:
    """With --status these alone are healthy, wherever the option stands."""
    with serving(says(status_line(401))) as port:
        url = f"http://127.0.0.1:{port}/"
        assert 0 == health(tinyinit, "--status", "200,401", url).returncode
        assert 0 == health(tinyinit, url, "--status=401").returncode
        assert f"{url} answers with status 401, expected 200,204" == reason(
            tinyinit, url, "--status", "200,204"
        )


def test_request(tinyinit: Path) -> None:
    """The request is what a server expects: path, host with port, and a connection that ends."""
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    with serving(answer) as port:
        assert 0 == health(tinyinit, f"http://localhost:{port}/a/b?c=d").returncode
    request = seen[0].decode().split("\r\n")
    assert "GET /a/b?c=d HTTP/1.1" == request[0]
    assert f"Host: localhost:{port}" in request
    assert "Connection: close" in request
    assert request[-2:] == ["", ""]


def test_no_path_is_the_root(tinyinit: Path) -> None:
    """A URL without a path asks for "/"."""
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    with serving(answer) as port:
        assert 0 == health(tinyinit, f"http://127.0.0.1:{port}").returncode
    assert seen[0].startswith(b"GET / HTTP/1.1\r\n")


@pytest.mark.parametrize("host", ["[::1]", "localhost"])
def test_ipv6(tinyinit: Path, host: str) -> None:
    """A server on ::1 alone is reached by its number in brackets and as localhost."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with serving(says(OK), host="::1") as port:
        assert 0 == health(tinyinit, f"http://{host}:{port}/").returncode


def test_tcp(tinyinit: Path) -> None:
    """A tcp URL asks only whether the port takes a connection."""
    with serving(lambda connection: connection.recv(1)) as port:
        assert 0 == health(tinyinit, f"tcp://127.0.0.1:{port}").returncode


def test_unix(tinyinit: Path, tmp_path: Path) -> None:
    """A unix URL asks whether the socket takes a connection."""
    path = tmp_path / "socket"
    with serving(lambda connection: connection.recv(1), path=path):
        assert 0 == health(tinyinit, f"unix://{path}").returncode
    path.unlink()
    assert f"unix://{path} cannot be connected to: No such file or directory" == reason(
        tinyinit, f"unix://{path}"
    )


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_nothing_listens(tinyinit: Path) -> None:
    """A refused connection is told as that."""
    url = f"http://127.0.0.1:{free_port()}/"
    assert f"{url} cannot be connected to: Connection refused" == reason(tinyinit, url)


def test_never_answers(tinyinit: Path) -> None:
    """A server that accepts and never answers is given up at the deadline."""
    with serving(lambda connection: (read_request(connection), connection.recv(1))) as port:
        url = f"http://127.0.0.1:{port}/"
        began = time.monotonic()
        assert f"{url} took the connection and did not answer within 300ms (--timeout)" == reason(
            tinyinit, url, "--timeout", "300ms"
        )
    assert 0.3 <= time.monotonic() - began


def test_drips(tinyinit: Path) -> None:
    """The deadline is one for all: a server that sends a byte now and then does not extend it."""

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        for byte in OK:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    with serving(answer) as port:
        url = f"http://127.0.0.1:{port}/"
        assert f"{url} took the connection and did not answer within 1s (--timeout)" == reason(
            tinyinit, url, "--timeout=1s"
        )


def test_endless_headers(tinyinit: Path) -> None:
    """A server that sends headers without end is healthy by its status, and not read to no end."""
    sent = 0

    def answer(connection: socket.socket) -> None:
        nonlocal sent
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            sent += connection.send(b"X-More: " + 65000 * b"x" + b"\r\n")

    with serving(answer) as port:
        assert 0 == health(tinyinit, f"http://127.0.0.1:{port}/", "--timeout", "20s").returncode
    assert sent < 1 << 26


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", '"SSH-2.0-Open"'),
        (b"HTTP/1.1 abc\r\n\r\n", '"HTTP/1.1 abc"'),
        (b"HTTP/1.1 099\r\n\r\n", '"HTTP/1.1 099"'),
        (b"HTTP/2.0 200\r\n\r\n", '"HTTP/2.0 200"'),
        (b"\x1b[2J\x00", '"\\x1b[2J"'),
    ],
)
def test_not_http(tinyinit: Path, text: bytes, shown: str) -> None:
    """What does not speak HTTP/1 is told by how its answer begins, its control bytes escaped."""
    with serving(says(text)) as port:
        url = f"http://127.0.0.1:{port}/"
        assert f"{url} does not speak HTTP/1: its answer begins with {shown}" == reason(
            tinyinit, url
        )


def test_closed(tinyinit: Path) -> None:
    """A server that ends the connection without a word is told as that."""
    with serving(says(b"")) as port:
        url = f"http://127.0.0.1:{port}/"
        assert f"{url} took the connection and closed it without an answer" == reason(tinyinit, url)


def test_reset(tinyinit: Path) -> None:
    """A connection that is reset is told with the kernel's reason."""

    def answer(connection: socket.socket) -> None:
        connection.recv(1)  # closed with bytes unread: the kernel resets

    with serving(answer) as port:
        url = f"http://127.0.0.1:{port}/"
        assert f"{url} took the connection, which then failed: Connection reset by peer" == reason(
            tinyinit, url
        )


def test_answer_is_read_to_its_end(tinyinit: Path) -> None:
    """A server that sends its answer in two parts sees an ordinary end, not a reset."""
    ends: list[bytes | OSError] = []

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        connection.sendall(b"Content-Length: 2\r\n\r\nup")
        connection.shutdown(socket.SHUT_WR)
        try:
            ends.append(connection.recv(1))
        except OSError as error:
            ends.append(error)

    with serving(answer) as port:
        assert 0 == health(tinyinit, f"http://127.0.0.1:{port}/").returncode
    assert [b""] == ends


def test_port_from_the_environment(tinyinit: Path) -> None:
    """$(NAME) in the URL is the value of that variable."""
    with serving(says(OK)) as port:
        url = "http://127.0.0.1:$(APP_PORT)/healthz"
        assert 0 == health(tinyinit, url, env={"APP_PORT": str(port)}).returncode


def test_port_from_the_contract(tinyinit: Path, tmp_path: Path) -> None:
    """It may be the contract's default, which no environment has."""
    with serving(says(OK)) as port:
        contract = tmp_path / "tinyinit.toml"
        contract.write_text(f'[var.APP_PORT]\ntype = "port"\ndefault = "{port}"\n')
        result = health(
            tinyinit, "http://127.0.0.1:$(APP_PORT)/", env={"TINYINIT_CONFIG": str(contract)}
        )
    assert (0, "") == (result.returncode, result.stderr)


def test_value_is_hidden(tinyinit: Path) -> None:
    """What was put into the URL may be a secret: messages show the URL as it was written."""
    result = health(tinyinit, "http://127.0.0.1:1/?$(TOKEN)", env={"TOKEN": "hunter2"})
    assert 1 == result.returncode
    assert "$(TOKEN)" in result.stderr
    assert "hunter2" not in result.stderr
    assert "hunter2" not in refused(tinyinit, "$(TOKEN)", env={"TOKEN": "hunter2"})


def test_unknown_name(tinyinit: Path) -> None:
    """A name without a value is refused, not asked for literally."""
    assert "http://127.0.0.1:$(PROT)/ takes the value of PROT, which is not set" == refused(
        tinyinit, "http://127.0.0.1:$(PROT)/"
    )


WRONG_URLS = [
    "",
    "127.0.0.1:80",
    "https://127.0.0.1/",
    "http://",
    "http://:80/",
    "http://example.com/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:80x/",
    "http://127.0.0.1:/",
    "http://::1/",
    "http://[::1/",
    "http://[::1]80/",
    "http://[127.0.0.1]/",
    "http://127.1/",
    "http://127.0.0.1/a b",
    "http://127.0.0.1/\r\nX: y",
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:80/path",
    "unix://relative",
    "unix:///",
    "unix:///" + 108 * "x",
    "http://" + 100 * "1" + "/",
]


@pytest.mark.parametrize("url", WRONG_URLS)
def test_wrong_url(tinyinit: Path, url: str) -> None:
    """A URL that cannot be asked is one line with what was expected, and exit code 64."""
    assert refused(tinyinit, url).startswith("the URL is ")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "no URL to ask; tinyinit health [--timeout 2s]"),
        (["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"], "health takes one URL, not"),
        (["--timeout"], "--timeout needs a value"),
        (["--timeout", "0", "tcp://127.0.0.1:1"], '--timeout is "0", not a duration of more'),
        (["--timeout", "soon", "tcp://127.0.0.1:1"], '--timeout is "soon", not a duration'),
        (["--status", "20", "http://127.0.0.1/"], '--status is "20", not a status from 100'),
        (["--status", "200,", "http://127.0.0.1/"], '--status is "200,", not a status'),
        (["--grace", "1s"], "unknown option --grace of health"),
    ],
)
def test_wrong_words(tinyinit: Path, words: Sequence[str], text: str) -> None:
    """A wrong option, value or number of words is one line and exit code 64."""
    assert refused(tinyinit, *words).startswith(text)


def test_full_backlog(tinyinit: Path) -> None:
    """A server that takes no connections any more is given up at the deadline."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting: list[socket.socket] = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)  # noqa: FBT003
            waiting[-1].connect_ex(("127.0.0.1", port))
        url = f"http://127.0.0.1:{port}/"
        assert f"{url} cannot be connected to: no answer within 300ms (--timeout)" == reason(
            tinyinit, url, "--timeout", "300ms"
        )
        for connection in waiting:
            connection.close()


def test_descriptors_of_others(tinyinit: Path) -> None:
    """It works with all of its standard descriptors closed, as in some probes."""
    with serving(says(OK)) as port:
        done = subprocess.run(
            ["/bin/sh", "-c", f"exec {tinyinit} health http://127.0.0.1:{port}/ <&- >&- 2>&-"],
            check=False,
            env=dict(os.environ),
        )
    assert 0 == done.returncode
