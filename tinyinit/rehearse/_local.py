"""Run a program in a throw-away PID namespace, here, with an init in front or none."""

from __future__ import annotations

import array
import contextlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tinyinit.rehearse._calls import CALLS
from tinyinit.rehearse._notify import Notify
from tinyinit.rehearse._trace import open_trace
from tinyinit.rehearse._watch import Watch
from tinyinit.rehearse.plan import CannotError
from tinyinit.rehearse.record import Tape

if TYPE_CHECKING:
    from collections.abc import Sequence

INITS = ("tinyinit", "none", "tini", "dumb-init", "catatonit")
_STAGE = Path(__file__).with_name("_stage.py")
_TAIL = 64 * 1024
"""Bytes of output that are kept: a program that never stops writing fills nothing."""


def init_command(name: str) -> list[str]:
    """Return the words to put before a program; raise `CannotError` where there is no such init."""
    if name == "none":
        return []
    if name == "tinyinit":
        from tinyinit import core  # only for this init

        try:
            return [str(core.path()), "--"]
        except FileNotFoundError as error:
            raise CannotError(f"{error}, or take --init none") from error
    path = shutil.which(name)
    if path is None:
        raise CannotError(f"--init {name}: no such program here; expected {', '.join(INITS)}, PATH")
    return [path, "--"]


class Stage:
    """A program on the stage. Its namespace, and all in it, ends with `close` or with us."""

    def __init__(self, program: Sequence[str], init: Sequence[str] = ()) -> None:
        """Make the namespaces, start recording, then let the program start."""
        self.status: int | None = None
        self.output = _Output()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._talk = ours
        # The trace costs the program nothing. Without it, who sends a signal waits for an answer.
        self._trace = open_trace()
        code = "" if self._trace else _filter().hex()
        words = [sys.executable, "-I", str(_STAGE), str(theirs.fileno()), code]
        self._process = subprocess.Popen(  # noqa: S603  # what a person gave to run
            [*words, *init, *program],
            stdin=subprocess.DEVNULL,
            stdout=self.output.end,
            stderr=self.output.end,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self.output.begin()
        self.tape: Tape | None = None
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        first: dict[str, int] = {}
        listener = -1
        while not {"pid", "ready"} <= first.keys():
            message, listener_now = self._hear()
            if "refused" in message or not message:
                raise CannotError(_refusal(str(message.get("refused", "the stage ended"))))
            listener = listener_now if listener_now >= 0 else listener
            first |= message
        watch = Watch(first["pid"])
        notify = Notify(listener, watch.wake) if listener >= 0 else None
        self.tape = Tape(first["pid"], self._trace or notify, watch)
        self.started = time.monotonic()
        self._talk.send(b"g")

    def _hear(self) -> tuple[dict[str, int], int]:
        room = socket.CMSG_SPACE(array.array("i").itemsize)
        try:
            text, ancillary, _, _ = self._talk.recvmsg(4096, room)
        except OSError:
            return {}, -1
        fds = array.array("i")
        for _, _, data in ancillary:
            fds.frombytes(data[:4])
        return (json.loads(text) if text else {}), (fds[0] if fds else -1)

    @property
    def recording(self) -> Tape:
        """Return the recording under way."""
        if self.tape is None:
            raise RuntimeError("the stage is closed")
        return self.tape

    @property
    def pid(self) -> int:
        """Return PID 1's PID as seen from outside."""
        return self.recording.watch.root.pid

    def kill(self, number: int) -> None:
        """Send PID 1 a signal from outside, as an engine does."""
        if self._trace is None:  # which sees it itself
            self.recording.note(number)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self) -> int:
        """Return the exit code once PID 1 has ended, 128 and the signal's number if killed."""
        while self.status is None:
            message, _ = self._hear()
            if "failed" in message:
                raise CannotError(f"the program cannot be started: {message['failed']}")
            if not message:
                raise CannotError("the stage was killed")
            self.status = message.get("status")
        code = os.waitstatus_to_exitcode(self.status)
        return code if code >= 0 else 128 - code

    def saw(self, text: str, seconds: float) -> bool:
        """Wait until the program has written a text; return whether it did."""
        return self.output.wait_for(text.encode(), seconds)

    def last_line(self) -> str:
        """Return the last line it wrote."""
        return self.output.last_line()

    def close(self) -> None:
        """End the namespace and everything in it."""
        if self.tape:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._process.kill()  # PID 1 goes with it: PR_SET_PDEATHSIG
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that waits for a dead disk
            self._process.wait(timeout=5)
        if self.tape:
            self.tape.watch.stop()
            self.tape.close_source()
        elif self._trace:
            self._trace.close()
        self._talk.close()
        self.output.close()


class _Output:
    """What the program writes: read on and on, the end kept."""

    def __init__(self) -> None:
        self._read, self.end = os.pipe()
        self._text = bytearray()
        self._wanted, self._seen = b"", False
        self._lock = threading.Condition()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def begin(self) -> None:
        os.close(self.end)
        self._thread.start()

    def _work(self) -> None:
        while chunk := os.read(self._read, 1 << 16):
            with self._lock:
                self._text += chunk
                self._seen |= bool(self._wanted) and self._wanted in self._text
                del self._text[:-_TAIL]
                self._lock.notify_all()

    def wait_for(self, text: bytes, seconds: float) -> bool:
        """Wait until a text was written; return whether it was."""
        with self._lock:
            if self._wanted != text:
                self._wanted, self._seen = text, text in self._text
            return self._lock.wait_for(lambda: self._seen, seconds)

    def rest(self) -> str:
        """Return all that is kept, once nobody can write any more."""
        self._thread.join(timeout=1)
        with self._lock:
            return bytes(self._text).decode(errors="replace")

    def last_line(self) -> str:
        """Return the last line with something on it."""
        with self._lock:
            lines = bytes(self._text).decode(errors="replace").split("\n")
        line = next((one for one in reversed(lines) if one.strip()), "")
        return "".join(char if char.isprintable() else " " for char in line)[:200]

    def close(self) -> None:
        self._thread.join(timeout=1)
        with contextlib.suppress(OSError):
            os.close(self._read)


def _filter() -> bytes:
    """Return the BPF program that stops calls that send a signal; none for other machines."""
    audit, calls = CALLS.get(os.uname().machine, (0, {}))
    if not calls:
        return b""
    load, equal, answer = 0x20, 0x15, 0x06
    allow, notify = 0x7FFF0000, 0x7FC00000
    numbers = list(calls.values())
    lines = [(load, 0, 0, 4), (equal, 1, 0, audit), (answer, 0, 0, allow), (load, 0, 0, 0)]
    for index, number in enumerate(numbers):
        lines.append((equal, len(numbers) - index, 0, number))
    lines += [(answer, 0, 0, allow), (answer, 0, 0, notify)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _refusal(text: str) -> str:
    if os.geteuid() == 0:
        return (
            f"no namespace of our own ({text}); in a container, run it with --cap-add SYS_ADMIN "
            "and --security-opt seccomp=unconfined, or outside"
        )
    return f"no user namespace ({text}); run it as root, or allow user namespaces for users"
