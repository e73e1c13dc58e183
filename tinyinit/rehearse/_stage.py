"""The stage: makes the namespaces, becomes their PID 1, and reports its end. Run as a script.

It imports only what Python brings, since it runs as `python -I FILE SOCKET FILTER PROGRAM…`. All
it says goes over the socket, one JSON object a message; a message that hands over the seccomp
listener carries its descriptor.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import struct
import sys

NEWNS, NEWUSER, NEWPID = 0x00020000, 0x10000000, 0x20000000
REC, PRIVATE, NOSUID, NODEV, NOEXEC = 0x4000, 0x40000, 2, 4, 8
SET_PDEATHSIG = 1
SECCOMP = {"x86_64": 317}.get(os.uname().machine, 277)
NEW_LISTENER, WAIT_KILLABLE = 1 << 3, 1 << 5

LIBC = ctypes.CDLL(None, use_errno=True)


class RefusedError(Exception):
    """The kernel refuses what the stage needs; the text says what."""


def call(what: str, result: int) -> int:
    """Return a call's result; raise `RefusedError` where it failed."""
    if result < 0:
        raise RefusedError(f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def say(talk: socket.socket, *fds: int, **what: object) -> None:
    """Send a message to the recorder."""
    socket.send_fds(talk, [json.dumps(what).encode()], list(fds))


def namespaces() -> None:
    """Leave the machine's namespaces: with a user namespace of our own where we are not root."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        call("unshare", LIBC.unshare(NEWNS | NEWPID))
        return
    call("unshare", LIBC.unshare(NEWUSER | NEWNS | NEWPID))
    # The same user inside as outside: programs that refuse to run as root, or as another, do run.
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        try:
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        except OSError as error:
            raise RefusedError(f"{name}: {error.strerror}") from error


def own_mounts() -> None:
    """Give the new PID namespace a /proc of its own, seen nowhere else."""
    call("mount /", LIBC.mount(b"none", b"/", None, REC | PRIVATE, None))
    flags = NOSUID | NODEV | NOEXEC
    # Where the /proc around has covered places, as in a container, the kernel refuses this.
    LIBC.mount(b"proc", b"/proc", b"proc", flags, None)


def listen(code: bytes) -> int:
    """Put the filter on this process and all it starts; return the listener, -1 where refused."""
    if not code:
        return -1
    buffer = ctypes.create_string_buffer(code, len(code))
    prog = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    # A signal that comes while a call waits for its answer must not make it fail with EINTR. The
    # flag for that is of Linux 5.19; older kernels refuse it.
    for flags in (NEW_LISTENER | WAIT_KILLABLE, NEW_LISTENER):
        listener: int = LIBC.syscall(SECCOMP, 1, flags, prog)
        if listener >= 0:
            return listener
    return -1


def first(talk: socket.socket, code: bytes, program: list[str]) -> None:
    """Be PID 1 of the namespace: wait for the word, then become the program."""
    LIBC.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    own_mounts()
    os.setsid()
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)  # as Python found or made them: not for others
    listener = listen(code)
    say(talk, *([listener] if listener >= 0 else []), ready=True)
    if listener >= 0:
        os.close(listener)
    if talk.recv(1) != b"g":
        os._exit(0)
    try:
        os.execvp(program[0], program)  # noqa: S606  # what it is for
    except OSError as error:
        say(talk, failed=error.strerror, number=error.errno)
    os._exit(127)


def main() -> None:
    """Start the first process and report how it ended."""
    talk = socket.socket(fileno=int(sys.argv[1]))
    try:
        namespaces()
        LIBC.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        child = os.fork()
        if child == 0:
            try:
                first(talk, bytes.fromhex(sys.argv[2]), sys.argv[3:])
            finally:
                os._exit(127)
    except (RefusedError, OSError) as error:
        say(talk, refused=str(error))
        return
    say(talk, pid=child)
    _, status = os.waitpid(child, 0)
    say(talk, status=status)


if __name__ == "__main__":
    main()
