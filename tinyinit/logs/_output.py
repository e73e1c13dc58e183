"""Writes lines to standard output, whatever has become of its reader."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
import time
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, TextIO

# Later there may be room again; any other error means that nobody reads.
_FULL: Final = frozenset({errno.EAGAIN, errno.ENOSPC, errno.EDQUOT})
_LAST_MOMENT: Final = 1.0
_PIPE_BUF: Final = getattr(select, "PIPE_BUF", 512)


class Output:
    """Lines to a stream: none raises, none is cut in two, lost ones are counted and told.

    The descriptor itself is written to: what `print` has buffered there is not waited for.
    """

    def __init__(self, stream: TextIO | None, *, drop: bool, tell: Callable[[int], bytes]) -> None:
        """Take the stream (None: closed) and what makes the line that tells of lost ones."""
        #: Lines that could not be written and have not been told of yet.
        self.lost = 0
        self._stream = stream
        self._drop = drop
        self._tell = tell
        self._fd = _descriptor(stream)
        self._own = _open_again(self._fd) if drop and self._fd is not None else None
        self._gone = False
        self._forget()

    def _forget(self) -> None:
        self._rest: memoryview | bytes = b""
        self._waiting: deque[bytes] = deque()
        self._writing = False

    def send(self, line: bytes) -> None:
        """Write a line; one that a signal handler logs in the midst of another comes after it."""
        self._waiting.append(line)
        if self._writing:
            return
        self._writing = True
        try:
            while self._waiting:
                self._next(self._waiting.popleft())
        finally:
            self._writing = False

    def start_again(self) -> None:
        """Be as new, in a child: what the parent has not written yet is the parent's."""
        self.lost = 0
        self._forget()

    def finish(self) -> None:
        """Give the reader a last moment to make room for what is owed; never wait for longer."""
        self._drop = True
        end = time.monotonic() + _LAST_MOMENT
        while not self._pay() and not self._gone and time.monotonic() < end:
            time.sleep(0.01)

    def close(self) -> None:
        """Give back what was opened here."""
        if self._own is not None:
            os.close(self._own)
            self._own = None

    def _next(self, line: bytes) -> None:
        if not (self._pay() and self._begin(line)):
            self.lost += 1

    def _pay(self) -> bool:
        """Finish the line that was cut off and tell of lost ones; return if nothing is owed."""
        if self._rest and not self._begin(b""):
            return False
        if self.lost:
            told = self.lost
            if not self._begin(self._tell(told)):
                return False
            self.lost -= told
        return True

    def _begin(self, line: bytes) -> bool:
        """Write a line or the beginning of it, the rest later; return False if nothing of it."""
        try:
            self._gone = False
            self._drain()
            if self._rest:
                return False
            self._rest = memoryview(line)
            self._drain()
        except (OSError, ValueError):
            self._gone = True
            # The line that was cut off is lost with it.
            self.lost += bool(self._rest) and not line
            self._rest = b""
            return False
        except BaseException:
            # A signal handler has raised. A short line is written in one piece or not at all; of a
            # longer one nobody knows how much was, and the next must not stand after it.
            self._rest = b"\n" if len(self._rest) > _PIPE_BUF else b""
            self.lost += 1
            raise
        if self._rest and len(self._rest) == len(line):
            self._rest = b""
            return False
        return True

    def _drain(self) -> None:
        while self._rest:
            try:
                self._rest = self._rest[self._write(self._rest) :]
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                return

    def _write(self, data: memoryview | bytes) -> int:
        if self._fd is None:
            if self._stream is None:
                raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
            self._stream.write(bytes(data).decode())
            return len(data)
        if self._own is not None:
            return os.write(self._own, data)
        if self._drop and not _is_file(self._fd):
            if not _has_room(self._fd, 0):
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            return os.write(self._fd, data[:_PIPE_BUF])
        while True:
            try:
                return os.write(self._fd, data)
            except BlockingIOError:  # another process has made it non-blocking for all
                if self._drop:
                    raise
                _has_room(self._fd, None)


def _descriptor(stream: TextIO | None) -> int | None:
    # A number could be another file's by now, once standard output was closed: `sys.stdout` knows.
    try:
        return None if stream is None else stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None


def _open_again(fd: int) -> int | None:
    """Open a pipe or terminal once more, so that being non-blocking is ours alone.

    Set on standard output, it would hold for every process that shares it.
    """
    if sys.platform != "linux":
        return None  # elsewhere this shares it too, or does not exist
    try:
        mode = os.fstat(fd).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            return os.open(f"/proc/self/fd/{fd}", flags)
    except OSError:  # no /proc, another user's, no reader
        pass
    return None


def _is_file(fd: int) -> bool:
    try:
        return stat.S_ISREG(os.fstat(fd).st_mode)
    except OSError:
        return False


def _has_room(fd: int, milliseconds: int | None) -> bool:
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(milliseconds))
