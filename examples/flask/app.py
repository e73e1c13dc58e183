"""Notes over HTTP: `GET /` lists them, `POST /` adds one, for who knows the token."""

import hmac
import signal
import sys
import time
from typing import NoReturn

from flask import Flask, Response, abort, request
from settings import Settings
from waitress import serve

from tinyinit import config


def create_app(settings: Settings) -> Flask:
    """Return the service with these settings."""
    app = Flask(__name__)
    file = settings.folder / "notes.txt"

    @app.get("/")
    def notes() -> Response:
        oldest = time.time() - settings.keep.total_seconds()
        lines = file.read_text().splitlines() if file.exists() else []
        pairs = (line.partition(" ") for line in lines)
        shown = [text for when, _, text in pairs if float(when) >= oldest]
        return Response("".join(f"{text}\n" for text in shown), mimetype="text/plain")

    @app.post("/")
    def add() -> tuple[str, int]:
        expected = f"Bearer {settings.token.reveal()}"
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            abort(401)
        text = " ".join(request.get_data(as_text=True).split())
        with file.open("a") as stream:
            stream.write(f"{time.time()} {text}\n")
        return "", 201

    return app


def stop(*_: object) -> NoReturn:
    """End the server, which finishes what it is doing."""
    sys.exit(0)


def main() -> None:
    """Serve until SIGTERM."""
    # In the container tinyinit has checked all of this before; on a laptop this does.
    settings = config.load_or_exit(Settings)
    signal.signal(signal.SIGTERM, stop)
    print(f"serving on port {settings.port}", flush=True)  # noqa: T201
    serve(create_app(settings), listen=f"*:{settings.port}", threads=settings.threads)


if __name__ == "__main__":
    main()
