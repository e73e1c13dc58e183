"""A small HTTP service that ends well: it answers what it has begun, and then exits with 0."""

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Greeting(BaseHTTPRequestHandler):
    """Answers every GET with the greeting."""

    def do_GET(self) -> None:
        """Answer."""
        text = os.environ["GREETING"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def main() -> None:
    """Serve until SIGTERM."""
    server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Greeting)
    server.daemon_threads = False  # so that server_close waits for requests under way

    def end(*_: object) -> None:
        # shutdown waits for the loop below, so not in the thread that runs it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    server.serve_forever(poll_interval=0.1)
    server.server_close()


main()
