"""`python -m tests.doctor.field [WORD…]`: healthy services, of which nothing may be said.

Services of Debian, of PyPI (this checkout's tools) and Node, each as a container runs it: under an
init, under a supervisor, or bare with handlers. A warning or an error on one is a false finding.
"""

import contextlib
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.namespaces import stage
from tests.under_test import find_tinyinit
from tinyinit.doctor.checks import CHECKS, examine
from tinyinit.doctor.facts import Asked, gather
from tinyinit.findings import INFO, Result

PATIENCE = 20.0
BIN = Path(sys.executable).parent
WSGI = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
async def asgi(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})
"""
WAITRESS = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
from waitress import serve
from app import app
serve(app, host="127.0.0.1", port=int(sys.argv[1]))
"""
SERVER = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
handler = http.server.SimpleHTTPRequestHandler
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), handler).serve_forever()
"""
NODE = """
const server = require('http').createServer((q, a) => a.end('ok')).listen(+process.argv[2]);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
"""
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log /dev/null; worker_processes 2;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
server {{ listen 127.0.0.1:{port}; }} }}
"""
LIGHTTPD = 'server.document-root = "{folder}"\nserver.bind = "127.0.0.1"\nserver.port = {port}\n'
HAPROXY = """
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend f
  bind 127.0.0.1:{port}
"""


class Service(NamedTuple):
    """A service: the words that start it; `{port}` and `{folder}` are filled in."""

    name: str
    command: tuple[str, ...]
    init: str = ""
    """`tini`, `tinyinit`, `s6` or nothing."""


PY = sys.executable
SERVICES = (
    Service("redis", ("redis-server", "--port", "{port}", "--save", ""), ""),
    Service("redis", ("redis-server", "--port", "{port}", "--save", ""), "tini"),
    Service("redis", ("redis-server", "--port", "{port}", "--save", ""), "s6"),
    Service("memcached", ("memcached", "-u", "root", "-l", "127.0.0.1", "-p", "{port}"), ""),
    Service("memcached", ("memcached", "-u", "root", "-l", "127.0.0.1", "-p", "{port}"), "tini"),
    Service("nginx", ("nginx", "-c", "{folder}/nginx.conf"), ""),
    Service("nginx", ("nginx", "-c", "{folder}/nginx.conf"), "tinyinit"),
    Service("nginx", ("nginx", "-c", "{folder}/nginx.conf"), "s6"),
    Service("haproxy", ("haproxy", "-W", "-db", "-f", "{folder}/haproxy.cfg"), ""),
    Service("haproxy", ("haproxy", "-W", "-db", "-f", "{folder}/haproxy.cfg"), "tini"),
    Service("lighttpd", ("lighttpd", "-D", "-f", "{folder}/lighttpd.conf"), ""),
    Service("lighttpd", ("lighttpd", "-D", "-f", "{folder}/lighttpd.conf"), "tinyinit"),
    Service("mosquitto", ("mosquitto", "-p", "{port}"), "tini"),
    Service("gunicorn", (f"{BIN}/gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "app:app"), ""),
    Service(
        "gunicorn", (f"{BIN}/gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "app:app"), "tinyinit"
    ),
    Service("uvicorn", (f"{BIN}/uvicorn", "--port", "{port}", "app:asgi"), ""),
    Service("uvicorn", (f"{BIN}/uvicorn", "--port", "{port}", "app:asgi"), "s6"),
    Service("waitress", (PY, "{folder}/serve.py", "{port}"), "tinyinit"),
    Service("python", (PY, "{folder}/server.py", "{port}"), ""),
    Service("node", ("node", "{folder}/server.js", "{port}"), ""),
    Service("node", ("node", "{folder}/server.js", "{port}"), "tinyinit"),
    Service("node", ("node", "{folder}/server.js", "{port}"), "tini"),
)


def available(service: Service) -> bool:
    """Say whether the programs that a service needs are here."""
    inits = {"": "true", "tinyinit": "true", "s6": "s6-svscan"}
    words = (service.command[0], inits.get(service.init, service.init))
    return all(shutil.which(word) for word in words)


def _folder(folder: Path, port: int) -> None:
    values = {"folder": str(folder), "port": str(port)}
    for name, text in (("nginx", NGINX), ("lighttpd", LIGHTTPD), ("haproxy", HAPROXY)):
        end = "cfg" if name == "haproxy" else "conf"
        (folder / f"{name}.{end}").write_text(text.format(**values))
    (folder / "app.py").write_text(WSGI)
    (folder / "serve.py").write_text(WAITRESS)
    (folder / "server.py").write_text(SERVER)
    (folder / "server.js").write_text(NODE)


def _command(service: Service, folder: Path, port: int) -> list[str]:
    words = [word.format(folder=folder, port=port) for word in service.command]
    words[0] = shutil.which(words[0]) or words[0]
    if service.init == "tinyinit":
        return [str(find_tinyinit()), "--", *words]
    if service.init == "s6":
        run = folder / "services" / "main" / "run"
        run.parent.mkdir(parents=True)
        quoted = " ".join(f"'{word}'" for word in words)
        run.write_text(f"#!/bin/sh\nexec {quoted}\n")
        run.chmod(0o755)
        return [shutil.which("s6-svscan") or "", str(folder / "services")]
    return [shutil.which(service.init) or "", "--", *words] if service.init else words


def _free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


@contextlib.contextmanager
def started(service: Service) -> Generator[int]:
    """Start a service, wait until it answers, and give the PID of its PID 1."""
    with tempfile.TemporaryDirectory(prefix="tinyinit-field-") as made:
        folder, port = Path(made), _free_port()
        folder.chmod(0o777)
        _folder(folder, port)
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": made, "HOME": made}
        with stage(_command(service, folder, port), environment=environment) as run:
            deadline = time.monotonic() + PATIENCE
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                if time.monotonic() > deadline:
                    raise AssertionError(f"{service.name} does not answer; {run}")
                time.sleep(0.05)
            time.sleep(1.2)  # until each process has lived for a second
            yield run.pid


def false_findings(result: Result) -> list[str]:
    """Return what was said of a healthy service; of the machine's own privileges nothing is."""
    # The stage is root without a container's limits: that is not the service's.
    return [
        f"{one.severity} {one.id}: {one.evidence}"
        for one in result.findings
        if one.severity != INFO and one.id != "hardening"
    ]


def main(words: Sequence[str]) -> int:
    """Look at each service that is here, and print what was said of it."""
    chosen = [one for one in SERVICES if not words or any(word in one.name for word in words)]
    looked = false = unknown = 0
    for service in chosen:
        if not available(service):
            sys.stdout.write(f"{service.name:<10} {service.init or 'bare':<9} not here\n")
            continue
        with started(service) as pid:
            result = examine(gather(Asked(pid=pid)))
        said = false_findings(result)
        looked += 1
        false += len(said)
        unknown += len(result.unknown)
        told = "; ".join(said) or "fine"
        dark = ", ".join(one.id for one in result.unknown)
        sys.stdout.write(f"{service.name:<10} {service.init or 'bare':<9} {told}")
        sys.stdout.write(f" (unknown: {dark})\n" if dark else "\n")
        sys.stdout.flush()
    checks = max(1, looked * len(CHECKS))
    sys.stdout.write(
        f"{false} warnings and errors on {looked} healthy services;"
        f" unknown in {unknown} of {checks} checks ({unknown / checks:.1%})\n"
    )
    return 0 if not false and unknown <= checks * 0.1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
