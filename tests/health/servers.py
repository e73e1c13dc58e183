"""Servers that answer a health check as a test asks: well, badly, slowly, never."""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator
from pathlib import Path

Answer = Callable[[socket.socket], object]


def says(text: bytes) -> Answer:
    """Return an answer that reads the request, sends `text` and ends the connection."""

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(text)

    return answer


def read_request(connection: socket.socket) -> bytes:
    """Return the request up to its empty line."""
    request = b""
    while b"\r\n\r\n" not in request:
        got = connection.recv(4096)
        if not got:
            break
        request += got
    return request


@contextlib.contextmanager
def serving(
    answer: Answer, *, host: str = "127.0.0.1", path: Path | None = None
) -> Generator[int, None, None]:
    """Answer each connection in a thread of its own, on a port of `host` that is given, or `path`.

    Gives the port, 0 for a path. At the end, connections are cut and the threads have ended.
    """
    if path is not None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        port = 0
    else:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, 0), family=family)
        port = listener.getsockname()[1]
    connections: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            answer(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threads.append(threading.Thread(target=talk, args=(connection,)))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield port
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
