"""No false verdict: applications that stop as they should are called clean, by any init."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.machine import Answer, can_unshare, has_command, has_module, is_root, need, needs
from tinyinit.rehearse import as_text
from tinyinit.rehearse.conduct import one_run
from tinyinit.rehearse.plan import Plan

pytestmark = needs(can_unshare())

WSGI = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]
"""
ASGI = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})
"""
NODE = """
const server = require("http").createServer((_, answer) => answer.end("hello"));
server.listen(PORT, "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
"""
JOBS = """
import multiprocessing, signal, sys, time
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    queue = multiprocessing.Queue()
    worker = multiprocessing.Process(target=queue.get)
    worker.start()
    def stop(*_):
        queue.put(None)
        worker.join()
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    while True:
        time.sleep(60)
"""


@dataclass(frozen=True)
class App:
    """One application: what it needs here, and how it is started on a port from a folder."""

    name: str
    needs: Callable[[], Sequence[Answer]]
    command: Callable[[Path, int], Sequence[str]]
    stop: str = "TERM"
    listens: bool = True


def _file(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def _nginx(folder: Path, port: int) -> Sequence[str]:
    text = f"""
daemon off; user root; worker_processes 2; pid {folder}/pid; error_log stderr;
events {{}}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; return 200 hello; }} }}
"""
    return ["nginx", "-c", _file(folder, "nginx.conf", text)]


def _haproxy(folder: Path, port: int) -> Sequence[str]:
    text = f"""
global
  master-worker
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend one
  bind 127.0.0.1:{port}
  http-request return status 200
"""
    return ["haproxy", "-W", "-db", "-f", _file(folder, "haproxy.cfg", text)]


def _apache(folder: Path, port: int) -> Sequence[str]:
    text = f"""
ServerRoot {folder}
ServerName here
PidFile {folder}/pid
ErrorLog /dev/stderr
Listen 127.0.0.1:{port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
"""
    return ["apache2", "-D", "FOREGROUND", "-f", _file(folder, "apache.conf", text)]


def _supervisord(folder: Path, port: int) -> Sequence[str]:
    text = f"""
[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
pidfile={folder}/pid
[program:web]
command={sys.executable} -m waitress --listen=127.0.0.1:{port} app:app
directory={folder}
[program:sleep]
command=sleep 1000
"""
    _file(folder, "app.py", WSGI)
    return ["supervisord", "-c", _file(folder, "supervisord.conf", text)]


def _postgres(folder: Path, port: int) -> Sequence[str]:
    # PostgreSQL will not run as root, whose folder this is.
    for one in (folder, *list(folder.parents)[:3]):
        one.chmod(0o755)
    user = "nobody"
    shutil.chown(folder, user)
    drop = ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups"]
    words = [*drop, "initdb", "-N", "-A", "trust", "-D", str(folder / "data")]
    made = subprocess.run(words, check=False, capture_output=True, text=True, cwd="/")
    assert 0 == made.returncode, made.stderr
    options = ["-c", f"port={port}", "-c", "unix_socket_directories="]
    return [*drop, "postgres", "-D", str(folder / "data"), *options]


def _memcached(_: Path, port: int) -> Sequence[str]:
    return ["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(port)]


def _redis(folder: Path, port: int) -> Sequence[str]:
    return ["redis-server", "--port", str(port), "--dir", str(folder), "--save", "1 1"]


def _lighttpd(folder: Path, port: int) -> Sequence[str]:
    text = f'server.document-root = "{folder}"\nserver.port = {port}\nserver.bind = "127.0.0.1"\n'
    return ["lighttpd", "-D", "-f", _file(folder, "lighttpd.conf", text)]


def _mosquitto(folder: Path, port: int) -> Sequence[str]:
    text = f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n"
    return ["mosquitto", "-c", _file(folder, "mosquitto.conf", text)]


def _gunicorn(folder: Path, port: int) -> Sequence[str]:
    _file(folder, "app.py", WSGI)
    options = ["--workers=2", f"--bind=127.0.0.1:{port}", f"--chdir={folder}"]
    return [sys.executable, "-m", "gunicorn", *options, "app:app"]


def _uvicorn(folder: Path, port: int) -> Sequence[str]:
    _file(folder, "app.py", ASGI)
    return [sys.executable, "-m", "uvicorn", f"--app-dir={folder}", f"--port={port}", "app:app"]


def _uvicorn_workers(folder: Path, port: int) -> Sequence[str]:
    return [*_uvicorn(folder, port), "--workers=2"]


def _node(folder: Path, port: int) -> Sequence[str]:
    return ["node", _file(folder, "server.js", NODE.replace("PORT", str(port)))]


def _jobs(folder: Path, _: int) -> Sequence[str]:
    return [sys.executable, _file(folder, "jobs.py", JOBS)]


def _command(name: str, package: str = "") -> Callable[[], Sequence[Answer]]:
    return lambda: [has_command(name, package)]


def _module(name: str) -> Callable[[], Sequence[Answer]]:
    return lambda: [has_module(name)]


APPS = (
    App("nginx", _command("nginx"), _nginx),
    App("nginx-quit", _command("nginx"), _nginx, stop="QUIT"),
    App("redis", _command("redis-server", "redis-server"), _redis),
    App("haproxy", _command("haproxy"), _haproxy, stop="USR1"),
    App("apache", _command("apache2"), _apache, stop="WINCH"),
    App("lighttpd", _command("lighttpd"), _lighttpd),
    App("memcached", _command("memcached"), _memcached),
    App("mosquitto", _command("mosquitto"), _mosquitto),
    App("supervisord", _command("supervisord", "supervisor"), _supervisord),
    App("postgres", lambda: [has_command("postgres"), is_root()], _postgres, stop="INT"),
    App("gunicorn", _module("gunicorn"), _gunicorn),
    App("uvicorn", _module("uvicorn"), _uvicorn),
    App("uvicorn-workers", _module("uvicorn"), _uvicorn_workers),
    App("node", _command("node", "nodejs"), _node),
    App("multiprocessing", list, _jobs, listens=False),
)


UNDER_TINYINIT = ("nginx", "gunicorn", "supervisord")
CASES = [
    *((app, "none") for app in APPS),
    *((app, "tinyinit") for app in APPS if app.name in UNDER_TINYINIT),
]


@pytest.mark.parametrize(("app", "init"), CASES, ids=[f"{app.name}-{init}" for app, init in CASES])
def test_clean_app_is_clean(app: App, init: str, tmp_path: Path) -> None:
    """An application in order has no verdict but clean, bare and with tinyinit in front."""
    need(*app.needs())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plan = Plan(
        program=tuple(app.command(tmp_path, port)),
        stop=app.stop,
        grace=15,
        ready_port=port if app.listens else None,
        ready_after=0.4 if app.listens else 2.0,
    )
    run, _ = one_run(plan, init, None)
    assert ["clean"] == [one.id for one in run.verdicts], as_text(run)
