"""Faults that are planted in containers, each with the id that the doctor has to find.

Each is options of `docker run` and a command; `FAULT` is tests/doctor/fault.c, `SHELL` a shell,
`INIT` an init, all of them static, so that the same fault runs in Alpine, Debian and scratch.
"""

from typing import NamedTuple

FAULT, SHELL, INIT, TOOLS = "/fault/fault", "/fault/sh", "/fault/tini", "/fault/tools.txt"


class Planted(NamedTuple):
    """A fault, and what to expect of it."""

    name: str
    id: str
    command: tuple[str, ...]
    options: tuple[str, ...] = ()
    entrypoint: str = FAULT
    probe: bool = False
    tools: bool = False
    """With a list of tools that may be there: none."""


def _shell(name: str, id_: str, script: str, *options: str, init: bool = False) -> Planted:
    more = (*options, "--init") if init else options
    return Planted(name, id_, ("-c", script), more, SHELL)


PLANTED: tuple[Planted, ...] = (
    _shell("shell-without-exec", "pid1-shell", f"{FAULT} handler; :"),
    _shell("shell-trap-in-front", "pid1-term", f"trap 'exit 0' TERM; {FAULT} handler; :"),
    Planted("no-handler", "pid1-term", ()),
    Planted("ignores-term", "pid1-term", ("ignore",)),
    Planted("blocks-term", "pid1-term", ("block",)),
    _shell("init-and-shell", "wrapped-shell", f"{FAULT} handler; :", init=True),
    Planted(
        "init-and-shell-in-image",
        "wrapped-shell",
        ("--", SHELL, "-c", f"{FAULT} handler; :"),
        (),
        INIT,
    ),
    Planted("zombies-of-the-app", "zombies", ("handler", "leak", "12", "100"), ("--init",)),
    Planted("zombies-of-a-worker", "zombies", ("handler", "run", FAULT, "leak", "30", "20")),
    Planted("orphans-without-init", "init-needed", ("handler", "orphans", "6", "100")),
    Planted("orphans-by-ones", "zombies", ("handler", "orphans", "5", "200")),
    Planted(
        "two-inits", "init-needed", ("--", FAULT, "handler", "children", "1"), ("--init",), INIT
    ),
    Planted("probe-not-reaped", "reaping", ("handler",), probe=True),
    Planted(
        "stack-nearly-used",
        "thread-stack",
        ("handler", "thread", "1048576", "940000"),
    ),
    Planted("stack-small", "thread-stack", ("handler", "thread", "131072", "70000")),
    Planted("files-nearly-used", "rlimits", ("handler", "files", "58"), ("--ulimit", "nofile=64")),
    Planted("files-few", "rlimits", ("handler",), ("--ulimit", "nofile=1024")),
    Planted(
        "killed-for-memory",
        "oom",
        ("handler", "killed", "64"),
        ("--memory", "24m", "--memory-swap", "24m"),
    ),
    Planted("memory-nearly-used", "oom", ("handler", "hold", "31"), ("--memory", "32m")),
    Planted(
        "heap-over-limit",
        "limits-view",
        ("handler",),
        ("--memory", "128m", "-e", "JAVA_TOOL_OPTIONS=-Xmx8g"),
    ),
    Planted(
        "threads-over-cpus",
        "limits-view",
        ("handler",),
        ("--cpus", "0.5", "-e", "GOMAXPROCS=16"),
    ),
    Planted("pids-refused", "pids", ("handler", "children", "30"), ("--pids-limit", "20")),
    Planted("pids-nearly-used", "pids", ("handler", "children", "17"), ("--pids-limit", "20")),
    Planted(
        "second-service",
        "one-task",
        ("handler", "listen", "8080", "run", "/usr/sbin/sshd", "listen", "22"),
        ("--volume", "{fault}/fault:/usr/sbin/sshd:ro"),
    ),
    Planted(
        "state-in-layer", "written-state", ("handler", "wait", "2500", "write", "/data.db", "9000")
    ),
    Planted("sys-admin", "hardening", ("handler",), ("--cap-add", "SYS_ADMIN")),
    Planted(
        "engine-socket", "hardening", ("handler",), ("-v", "{fault}/sock:/var/run/docker.sock")
    ),
    Planted("password", "secrets-in-env", ("handler",), ("-e", "DB_PASSWORD=correct-horse")),
    Planted("key-in-url", "secrets-in-env", ("handler",), ("-e", "DATABASE=db://u:pw@db/x")),
    Planted(
        "contract-broken",
        "contract",
        ("handler",),
        ("-e", "APP_PORT=80a", "-v", "{fault}/tinyinit.toml:/etc/tinyinit.toml:ro"),
    ),
    Planted("old-base", "base", ("handler",), ("-v", "{fault}/os-release:/etc/os-release:ro")),
    Planted(
        "new-tool", "tools", ("handler",), ("-v", "{fault}/sh:/usr/local/bin/curl:ro"), tools=True
    ),
)

CONTRACT = '[var.APP_PORT]\ntype = "port"\n'
OS_RELEASE = 'ID=debian\nVERSION_ID="9"\nPRETTY_NAME="Debian GNU/Linux 9 (stretch)"\n'
