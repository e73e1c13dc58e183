"""Evaluate nested JSON expressions over HTTP, each request in a thread of its own.

POST / with `{"op": "+", "of": [1, {"op": "*", "of": [2, 3]}]}` answers `{"value": 7}`.
"""

from __future__ import annotations

import json
import math
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PORT = 8000
OPERATIONS: dict[str, Callable[[Iterable[float]], float]] = {"+": sum, "*": math.prod, "max": max}


def evaluate(expression: Any) -> float:
    """Return the value; raise ValueError for what is no expression."""
    if isinstance(expression, int | float) and not isinstance(expression, bool):
        return expression
    try:
        operation, operands = OPERATIONS[expression["op"]], list(expression["of"])
    except (TypeError, KeyError) as error:
        raise ValueError('expected a number or {"op": "+", "of": [1, 2]}') from error
    # Every level is a call of Python through C through Python: this is what needs the stack.
    return operation(map(evaluate, operands))


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        """Answer with the value, or with 400 and what is wrong."""
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._answer(200, {"value": evaluate(json.loads(body))})
        except (ValueError, RecursionError) as error:
            self._answer(400, {"error": str(error)})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


def main() -> None:
    """Serve until SIGTERM."""
    server = ThreadingHTTPServer(("", PORT), Handler)

    def stop(*_: object) -> None:
        # shutdown waits for serve_forever, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    print(f"serving on port {PORT}", flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
