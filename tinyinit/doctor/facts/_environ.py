"""The app's environment: names of secrets, and what it tells runtimes."""

from __future__ import annotations

import re
from typing import Final

from tinyinit.doctor.facts._files import data_of
from tinyinit.doctor.facts._model import Environment, SecretName

TOLD: Final = (
    "GOMAXPROCS",
    "GOMEMLIMIT",
    "PYTHON_CPU_COUNT",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "NODE_OPTIONS",
    "UV_THREADPOOL_SIZE",
    "OMP_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "TOKIO_WORKER_THREADS",
    "WEB_CONCURRENCY",
)
_SHOWN = 200
# Fingerprints that official images publish, of whom nothing has to be kept.
_PUBLIC = frozenset({"GPG_KEY", "GPG_KEYS", "NGINX_GPGKEY", "PUBLIC_KEY", "SSH_PUBLIC_KEY"})
_HARMLESS = re.compile(
    rb"(?i)[0-9]*(\.[0-9]+)?(ms|[smhd]|[kmg]i?b?)?|true|false|yes|no|on|off|none"
)
_LOOKS: Final = (
    (re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "holds a private key"),
    (re.compile(rb"(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"), "holds a key of AWS"),
    (re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36}"), "holds a token of GitHub"),
    (re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{10}"), "holds a token of Slack"),
    (re.compile(rb"\bsk_live_[A-Za-z0-9]{16}"), "holds a key of Stripe"),
    (re.compile(rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."), "holds a signed token"),
    (re.compile(rb"://[^/@\s:]*:[^/@\s$]+@"), "is a URL with a password in it"),
)


def read(root: str, pid: int) -> tuple[Environment, dict[bytes, bytes]] | None:
    """Return what a process's environment says, and all of it, None if the process is gone.

    Raises PermissionError if it may not be read.
    """
    data = data_of(f"{root}/proc/{pid}/environ")
    if data is None:
        return None
    pairs: dict[bytes, bytes] = {}
    for entry in data.split(b"\0"):
        name, equals, value = entry.partition(b"=")
        if name and equals:
            pairs.setdefault(name, value)
    told = {
        name: pairs[name.encode()][:_SHOWN].decode("utf-8", "surrogateescape")
        for name in TOLD
        if name.encode() in pairs
    }
    found = Environment(secrets=tuple(_secrets(pairs)), told=told)
    return found, pairs


def _secrets(pairs: dict[bytes, bytes]) -> list[SecretName]:
    from tinyinit.base.hidden import name_is_secret  # only where there is one

    found: list[SecretName] = []
    for raw, value in sorted(pairs.items()):
        name = raw.decode("utf-8", "surrogateescape")
        because = next((words for look, words in _LOOKS if look.search(value)), "")
        # The name of a file, a number, a switch: no secret, whatever the variable is called.
        named = (
            name_is_secret(name) and name not in _PUBLIC and not name.endswith(("_FILE", "_PATH"))
        )
        if not because and named and not value.startswith(b"/") and not _HARMLESS.fullmatch(value):
            because = "is called like a secret and has a value"
        if because:
            found.append(SecretName(name[:_SHOWN], because))
    return found
