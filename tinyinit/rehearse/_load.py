"""Requests on and on, to count those that a stop loses in flight."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlsplit

from tinyinit.rehearse.plan import CannotError

_CLIENTS = 8
_PAUSE = 0.005
_PATIENCE = 30.0


class Load:
    """Clients that ask for one URL until `finish`."""

    def __init__(self, url: str) -> None:
        """Begin to ask; raise `CannotError` where the first request fails."""
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._lost: list[float] = []
        self._done = threading.Event()
        try:
            self._ask()
        except (OSError, http.client.HTTPException) as error:
            raise CannotError(f"--load {url}: the first request failed: {error}") from error
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_CLIENTS)]
        for thread in self._threads:
            thread.start()

    def finish(self, stop: float) -> int:
        """Stop asking; return how many requests that were sent before `stop` got no answer."""
        self._done.set()
        for thread in self._threads:
            thread.join(timeout=_PATIENCE)
        return sum(1 for sent in self._lost if sent <= stop)

    def _ask(self) -> None:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=_PATIENCE)
        try:
            connection.request("GET", self._path)
            connection.getresponse().read()
        finally:
            connection.close()

    def _work(self) -> None:
        while not self._done.is_set():
            sent = time.monotonic()
            try:
                self._ask()
            except (ConnectionRefusedError, TimeoutError):
                self._done.wait(0.05)
            except (OSError, http.client.HTTPException):
                self._lost.append(sent)
                self._done.wait(0.05)
            self._done.wait(_PAUSE)
