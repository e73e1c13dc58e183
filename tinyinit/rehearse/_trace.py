"""Signals as the kernel's own trace tells them: for root, on the machine itself.

An own instance of tracefs is made for the time of a recording and removed afterwards, so the
machine's other tracing is not touched.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import subprocess
from pathlib import Path

from tinyinit.rehearse.signals import Sent, interesting

_PLACES = (Path("/sys/kernel/tracing"), Path("/sys/kernel/debug/tracing"))
_FIRST_PID_NAMESPACE = "pid:[4026531836]"
_EVENT = "events/signal/signal_generate"
_LINE = re.compile(
    rb"-(\d+)\s+\[\d+\].*?(\d+\.\d+): signal_generate: sig=(\d+) errno=-?\d+ code=(-?\d+) "
    rb".*?pid=(\d+) grp=\d+ res=(\d+)"
)
_NUMBERS = itertools.count()
_DELIVERED, _ALREADY_PENDING = 0, 2


class Trace:
    """A `Source` for processes that the recorder did not start, a container's for one."""

    def __init__(self, instance: Path) -> None:
        """Trace into an instance of tracefs that was just made."""
        self.sent: list[Sent] = []
        self._instance = instance
        self._rest = b""
        self._pipe = -1
        (instance / "trace_clock").write_text("mono")
        (instance / _EVENT / "filter").write_text("sig != 17 && sig != 23 && sig != 0")
        (instance / _EVENT / "enable").write_text("1")
        self._pipe = os.open(instance / "trace_pipe", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def drain(self) -> None:
        """Take in what the kernel has written."""
        text = self._rest
        with contextlib.suppress(OSError):  # EAGAIN: no more for now
            while chunk := os.read(self._pipe, 1 << 16):
                text += chunk
        lines, _, self._rest = text.rpartition(b"\n")
        for found in _LINE.finditer(lines):
            sender, time, number, code, target, result = found.groups()
            if int(code) > 0:  # the kernel's own, at the end of a namespace for one
                sender = b"0"
            if int(result) in (_DELIVERED, _ALREADY_PENDING) and interesting(int(number)):
                self.sent.append(
                    Sent(float(time), int(sender), int(target), int(number), outer=True)
                )

    def close(self) -> None:
        """Remove the instance."""
        self.drain()
        if self._pipe >= 0:
            os.close(self._pipe)
        with contextlib.suppress(OSError):
            (self._instance / _EVENT / "enable").write_text("0")
        with contextlib.suppress(OSError):
            self._instance.rmdir()


def open_trace() -> Trace | None:
    """Return a trace of the machine's signals, None where the kernel or our rights do not do it."""
    try:
        here = os.readlink("/proc/self/ns/pid")
    except OSError:
        return None
    if os.geteuid() != 0 or here != _FIRST_PID_NAMESPACE:
        return None  # the trace's PIDs are those of the first namespace
    place = next((one for one in _PLACES if (one / "instances").is_dir()), None)
    if place is None:
        subprocess.run(  # noqa: S603  # the machine's own place for it, empty until somebody asks
            ["/bin/mount", "-t", "tracefs", "tracefs", str(_PLACES[0])],
            check=False,
            capture_output=True,
        )
        place = _PLACES[0]
    instance = place / "instances" / f"tinyinit-{next(_NUMBERS)}-{os.getpid()}"
    for old in place.glob("instances/tinyinit-*"):
        _remove_dead(old)
    try:
        instance.mkdir()
        return Trace(instance)
    except OSError:
        with contextlib.suppress(OSError):
            instance.rmdir()
        return None


def _remove_dead(instance: Path) -> None:
    """Remove what a recorder left that was killed."""
    pid = instance.name.rpartition("-")[2]
    if pid.isdigit() and not Path(f"/proc/{pid}").exists():
        with contextlib.suppress(OSError):
            instance.rmdir()
