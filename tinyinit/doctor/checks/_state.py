"""What the container is made of: services, what it writes, what it may do, what it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tinyinit.base.text import plain
from tinyinit.doctor.checks._words import count, first, main, name, size, some, who
from tinyinit.findings import INFO, WARNING, Finding, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinyinit.doctor.facts._model import Facts, Process

_BESIDE: Final = {
    "sshd": "docker exec and kubectl exec need no sshd",
    "dropbear": "docker exec and kubectl exec need no sshd",
    "cron": "a scheduled job is a container of its own: CronJob, systemd timer, scheduler",
    "crond": "a scheduled job is a container of its own: CronJob, systemd timer, scheduler",
    "rsyslogd": "log to standard output; the engine collects it",
    "syslogd": "log to standard output; the engine collects it",
    "syslog-ng": "log to standard output; the engine collects it",
}
_DATABASE = (".db", ".sqlite", ".sqlite3", ".rdb", ".aof", ".mdb", ".ibd", ".wal", ".ldb")
_MUCH = 10 << 20
_SYS_ADMIN: Final = 1 << 21


def one_task(facts: Facts) -> Iterator[Finding | Unknown]:
    """More than one service."""
    beside = [
        one
        for one in facts.processes
        if one.program in _BESIDE and one.pid != facts.main and one.state != "Z" and not one.own
    ]
    for one in beside[:3]:
        yield Finding(
            "one-task",
            WARNING,
            f"{who(one)} runs beside the app, {who(main(facts))}",
            "when it dies nobody knows, and it is one more thing to keep secure",
            {"anywhere": _BESIDE[one.program]},
        )
    if facts.listeners is None:
        why = facts.hidden.get("signals") or facts.hidden.get("environment")
        yield Unknown("one-task", why or "open sockets are hidden; run as root")
        return
    services = _services(facts)
    if len(services) > 1:
        told = [f"{who(one)} on port {', '.join(map(str, ports[:3]))}" for one, ports in services]
        yield Finding(
            "one-task",
            INFO,
            f"{len(services)} programs wait for connections: {some(told)}",
            "they can only be started, stopped, scaled and watched together",
            {
                "docker": "a container for each",
                "compose": "a service for each",
                "kubernetes": "a container for each, in one Pod if they share files or localhost",
            },
        )


def _services(facts: Facts) -> list[tuple[Process, list[int]]]:
    """Return one process for each program that listens, with its ports: workers count once."""
    known = {one.pid: one for one in facts.processes}
    found: dict[int, list[int]] = {}
    for listener in facts.listeners or ():
        process = known.get(listener.pid)
        if process is None or process.program in _BESIDE:
            continue
        top, above = process, known.get(process.parent)
        seen = {top.pid}
        # A worker has the socket of the process that made it; a supervisor has none.
        while above is not None and above.pid not in seen:
            seen.add(above.pid)
            if above.program == top.program or any(
                one.pid == above.pid for one in facts.listeners or ()
            ):
                top = above
            above = known.get(above.parent)
        ports = found.setdefault(top.pid, [])
        if listener.port not in ports:
            ports.append(listener.port)
    return [(known[pid], sorted(ports)) for pid, ports in sorted(found.items())]


def written_state(facts: Facts) -> Iterator[Finding | Unknown]:
    """Files written to the container's own layer since it started."""
    if "files" in facts.hidden:
        yield Unknown("written-state", facts.hidden["files"])
        return
    written = facts.mounts.written
    if written is None:
        return
    if not written.files:
        if not written.complete:
            yield Unknown("written-state", "there was not the time to look at all files")
        return
    kept = [path for path in written.examples if path.lower().endswith(_DATABASE)]
    more = "" if written.complete else " or more (there was not the time to look at all)"
    yield Finding(
        "written-state",
        WARNING if kept or written.size >= _MUCH else INFO,
        f"{count(written.files, 'file')}{more}, {size(written.size)}, were written to the"
        f" container's own layer: {some([plain(path) for path in written.examples], 3)}",
        "they are gone with the container, slow to write, and fill the host's disk",
        {
            "docker": "--volume for what is to last, --tmpfs for what is not, then --read-only",
            "compose": "volumes:, tmpfs:, read_only: true",
            "kubernetes": "volumes with volumeMounts, emptyDir, readOnlyRootFilesystem: true",
        },
    )


def hardening(facts: Facts) -> Iterator[Finding | Unknown]:
    """Root, a writable root, privileges that may grow, no seccomp, SYS_ADMIN, docker.sock."""
    app = main(facts)
    if facts.mounts.docker_socket:
        yield Finding(
            "hardening",
            WARNING,
            f"the engine's socket is mounted: {plain(facts.mounts.docker_socket)}",
            "who can write to it is root on the host",
            {
                "docker": "no --volume of docker.sock; a proxy that allows only what is needed",
                "compose": "the same",
                "kubernetes": "no hostPath of it",
            },
        )
    if app.capabilities is not None and app.capabilities & _SYS_ADMIN:
        yield Finding(
            "hardening",
            WARNING,
            f"{who(app)} has SYS_ADMIN (CapEff {app.capabilities:016x})",
            "with it, leaving the container is a matter of a few commands",
            {
                "docker": "no --privileged, no --cap-add SYS_ADMIN; --cap-drop ALL",
                "compose": "privileged: false, cap_drop: [ALL]",
                "kubernetes": "securityContext: privileged: false, capabilities: {drop: [ALL]}",
            },
        )
    soft = _soft(facts, app)
    if soft:
        yield Finding(
            "hardening",
            INFO,
            f"{who(app)}: {', '.join(soft)}",
            "each of these makes a hole in the app a larger one",
            {
                "docker": "USER in the Dockerfile; --read-only --security-opt no-new-privileges",
                "compose": "user:, read_only: true, security_opt: [no-new-privileges:true]",
                "kubernetes": "securityContext: runAsNonRoot, readOnlyRootFilesystem,"
                " allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}",
            },
        )


def _soft(facts: Facts, app: Process) -> list[str]:
    seen = (
        (app.uid == 0, "runs as root"),
        (facts.mounts.root_writable, "may write to its root file system"),
        (app.no_new_privs is False, "may gain privileges (NoNewPrivs 0)"),
        (app.seccomp == 0, "has no seccomp filter (Seccomp 0)"),
    )
    return [words for holds, words in seen if holds]


def secrets_in_env(facts: Facts) -> Iterator[Finding | Unknown]:
    """Passwords and keys in the environment; their values are never shown."""
    if facts.environment is None:
        yield Unknown("secrets-in-env", facts.hidden.get("environment", "it is hidden"))
        return
    secrets = facts.environment.secrets
    if secrets:
        told = [f"{name(one.name)} {plain(one.because)}" for one in secrets]
        yield Finding(
            "secrets-in-env",
            WARNING,
            f"in the environment of {who(main(facts))}: {some(told)} (values not shown)",
            "docker inspect, every child process, crash reports and /proc show the environment",
            {
                "docker": "a file: --mount type=secret or a volume, and NAME_FILE=/run/secrets/…",
                "compose": "secrets:",
                "kubernetes": "a Secret as a volume, not as env",
            },
        )


def contract(facts: Facts) -> Iterator[Finding | Unknown]:
    """The environment against the contract; near misses."""
    environment = facts.environment
    if environment is None:
        yield Unknown("contract", facts.hidden.get("environment", "the environment is hidden"))
        return
    if "files" in facts.hidden:
        yield Unknown("contract", facts.hidden["files"])
        return
    if not environment.contract:
        return
    where = plain(environment.contract)
    advice = {
        "docker": "-e NAME=…, or ENV in the image; tinyinit check says the same at once",
        "compose": "environment:",
        "kubernetes": "env:, from a ConfigMap or a Secret as files",
    }
    for problems, severity, why in (
        (environment.problems, WARNING, "the next start is refused with exit code 78"),
        (environment.near, INFO, "the app does not see what was meant for it"),
    ):
        if problems:
            yield Finding(
                "contract",
                severity,
                f"the environment of {who(main(facts))} does not meet {where}:"
                f" {some([plain(one) for one in problems])}",
                why,
                advice,
            )


def own_namespace(facts: Facts) -> bool:
    """Say whether the facts are of a container, not of a process of the doctor's own namespace."""
    return bool(facts.init) and first(facts).inner == 1
