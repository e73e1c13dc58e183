"""Real servers log through us, whether they are configured before or after."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.logs.apps import ENVIRONMENT, events

pytest.importorskip("uvicorn")
pytest.importorskip("gunicorn")

APP = """
import structlog
from tinyinit import logs
{configure}
logs.hide("hunter2")

async def app(scope, receive, send):
    if scope["type"] != "http": return
    structlog.get_logger("app").info("asked", path=scope["path"])
    if scope["path"] == "/fail": raise RuntimeError("hunter2")
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"ok"}})

def wsgi(environ, start_response):
    structlog.get_logger("app").info("asked", path=environ["PATH_INFO"])
    if environ["PATH_INFO"] == "/fail": raise RuntimeError("hunter2")
    start_response("200 OK", [])
    return [b"ok"]
"""
IN_APP = "logs.configure()"
RUN = """
from app import app
import uvicorn
uvicorn.run(app, host="127.0.0.1", port=0, lifespan="off"{options})
"""
UVICORN = ("-m", "uvicorn", "--host=127.0.0.1", "--port=0", "--lifespan=off")
GUNICORN = ("-m", "gunicorn", "--bind=127.0.0.1:0", "--no-control-socket")


def serve(
    folder: Path,
    words: tuple[str, ...],
    *,
    configure: str = IN_APP,
    path: str = "/x",
    **environ: str,
) -> list[dict[str, Any]]:
    """Start a server, ask it for `path`, stop it; return its events, which are all it says."""
    (folder / "app.py").write_text(APP.format(configure=configure))
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env={
            **ENVIRONMENT,
            "PYTHONPATH": os.pathsep.join([ENVIRONMENT["PYTHONPATH"], str(folder)]),
            **environ,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        said: list[str] = []
        port = None
        while not port:
            said.append(process.stdout.readline())
            assert said[-1], process.communicate()[1]
            port = re.search(r"http://127\.0\.0\.1:(\d+)", said[-1])
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port[1]}{path}", timeout=20).read()
        except urllib.error.HTTPError as error:
            error.close()
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert "" == errors
    return events("".join(said) + rest)


def of(found: list[dict[str, Any]], logger: str) -> list[dict[str, Any]]:
    """Return the events of one logger."""
    return [event for event in found if event["logger"] == logger]


def test_uvicorn_is_started_by_the_app(tmp_path: Path) -> None:
    """`uvicorn.run` after `configure()` sets its own handlers up, and logs through ours."""
    found = serve(tmp_path, ("-c", RUN.format(options="")))
    assert "Started server process" in found[0]["event"]
    assert "uvicorn.error" == found[0]["logger"]
    assert "color_message" not in found[0]
    assert 1 == len(of(found, "app"))
    [access] = of(found, "uvicorn.access")
    assert ("GET", "/x", 200) == (access["method"], access["path"], access["status"])
    assert access["client"].startswith("127.0.0.1:")


def test_uvicorn_starts_the_app(tmp_path: Path) -> None:
    """The command has its handlers up before the app calls `configure()`; they are replaced."""
    found = serve(tmp_path, (*UVICORN, "app:app"))
    assert 1 == len(of(found, "uvicorn.access"))
    assert len(of(found, "uvicorn.error")) > 3


def test_a_failure_in_uvicorn_is_one_event(tmp_path: Path) -> None:
    """What the app raises is one event with its traceback, without secrets."""
    found = serve(tmp_path, (*UVICORN, "app:app"), path="/fail")
    [failure] = [event for event in found if "exception" in event]
    assert failure["exception"].endswith("RuntimeError: <hidden>")


def test_uvicorns_access_log_can_be_off(tmp_path: Path) -> None:
    """`access_log=False` is still heeded."""
    found = serve(tmp_path, ("-c", RUN.format(options=", access_log=False")))
    assert [] == of(found, "uvicorn.access")
    assert 1 == len(of(found, "app"))


def test_uvicorns_access_log_can_be_off_before(tmp_path: Path) -> None:
    """So is `--no-access-log`, which comes before the app's `configure()`."""
    found = serve(tmp_path, (*UVICORN, "--no-access-log", "app:app"))
    assert [] == of(found, "uvicorn.access")
    assert 1 == len(of(found, "app"))


def test_log_level_rules_servers_too(tmp_path: Path) -> None:
    """LOG_LEVEL is the level of a server's loggers, whatever level it sets."""
    words = ("-c", RUN.format(options=", log_level='warning'"))
    found = serve(tmp_path, words, LOG_LEVEL="info")
    assert 1 == len(of(found, "uvicorn.access"))


def test_gunicorn_is_configured_by_its_own_file(tmp_path: Path) -> None:
    """With `configure()` in gunicorn.conf.py, every line of master and workers is an event."""
    (tmp_path / "gunicorn.conf.py").write_text(
        "from tinyinit import logs\nlogs.configure()\naccesslog = '-'\n"
    )
    found = serve(tmp_path, (*GUNICORN, "app:wsgi"), configure="")
    assert "Starting gunicorn" in found[0]["event"]
    assert 1 == len(of(found, "app"))
    [access] = of(found, "gunicorn.access")
    assert ("GET", "/x") == (access["method"], access["path"])
    assert "200" == str(access["status"])


def test_a_failure_in_gunicorn_is_one_event(tmp_path: Path) -> None:
    """What the app raises is one event with its traceback, without secrets."""
    (tmp_path / "gunicorn.conf.py").write_text("from tinyinit import logs\nlogs.configure()\n")
    found = serve(tmp_path, (*GUNICORN, "app:wsgi"), path="/fail")
    [failure] = [event for event in found if "exception" in event]
    assert failure["exception"].endswith("RuntimeError: <hidden>")
    assert [] == of(found, "gunicorn.access")


def test_a_handler_to_another_place_stays(tmp_path: Path) -> None:
    """A file that a server's logger writes to as well is left to it."""
    log = tmp_path / "access.log"
    (tmp_path / "gunicorn.conf.py").write_text(
        f"from tinyinit import logs\nlogs.configure()\naccesslog = {str(log)!r}\n"
    )
    found = serve(tmp_path, (*GUNICORN, "app:wsgi"))
    assert [] == of(found, "gunicorn.access")
    assert 1 == len(log.read_text().splitlines())
