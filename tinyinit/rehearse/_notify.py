"""Signals as their senders ask for them: for processes that the recorder starts itself, no root.

The stage puts a seccomp filter on what it runs: system calls that send a signal stop until they
have been written down here, and then go on unchanged.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import threading
import time
from typing import TYPE_CHECKING

from tinyinit.rehearse import proc
from tinyinit.rehearse._calls import CALLS
from tinyinit.rehearse.signals import Sent, interesting

if TYPE_CHECKING:
    from collections.abc import Callable

_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CONTINUE = 1


class Notify:
    """A `Source` on a seccomp listener. A thread answers, since who sends a signal waits for it."""

    def __init__(self, listener: int, wake: Callable[[], None]) -> None:
        """Answer a listener until its last process has ended; `wake` looks for new processes."""
        self.sent: list[Sent] = []
        self._listener = listener
        self._wake = wake
        self._names = {number: name for name, number in CALLS[os.uname().machine][1].items()}
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        while all(event & select.POLLIN for _, event in poll.poll()):
            request = bytearray(80)
            try:
                fcntl.ioctl(self._listener, _RECEIVE, request)
            except OSError:
                continue  # the sender was killed while it waited
            now = time.monotonic()
            identity, sender, _, call = struct.unpack_from("=QIIi", request)
            arguments = struct.unpack_from("=6Q", request, 32)
            # Before the answer: afterwards the sender's descriptors may be others.
            sent = _read(self._names.get(call, ""), arguments, sender, now)
            answer = bytearray(struct.pack("=QqiI", identity, 0, 0, _CONTINUE))
            try:
                fcntl.ioctl(self._listener, _SEND, answer)
            except OSError:
                continue  # killed meanwhile: the call was not made
            if sent and interesting(sent.number):
                self.sent.append(sent)
                self._wake()

    def drain(self) -> None:
        """Do nothing: the thread takes in."""

    def close(self) -> None:
        """Wait for the thread, whose listener hangs up with its last process."""
        self._thread.join(timeout=2)
        os.close(self._listener)


def _read(call: str, arguments: tuple[int, ...], sender: int, now: float) -> Sent | None:
    first, second, third = (_signed(one) for one in arguments[:3])
    if call == "pidfd_send_signal":
        text = proc.read(f"/proc/{sender}/fdinfo/{first}") or b""
        words = text.partition(b"\nPid:")[2].split()
        return Sent(now, sender, int(words[0]), second, outer=True) if words else None
    if call in ("tgkill", "rt_tgsigqueueinfo"):
        return Sent(now, sender, first, third, outer=False)
    return Sent(now, sender, first, second, outer=False)


def _signed(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value
