"""Lines of output that a test waits for, with a limit on the patience."""

import contextlib
import os
import selectors
import time


class Stream:
    """What has been read from one descriptor, and how much of it was taken."""

    def __init__(self, fd: int) -> None:
        """Take over a descriptor; reading it never blocks from here on."""
        os.set_blocking(fd, False)
        self.fd = fd
        self.data = b""
        self.taken = 0
        self.open = True

    def fill(self) -> None:
        """Read what is there."""
        try:
            got = os.read(self.fd, 1 << 20)
        except BlockingIOError:
            return
        except OSError:
            got = b""  # a terminal whose last user has gone says EIO
        self.open = bool(got)
        self.data += got

    def line(self) -> bytes | None:
        """Take the next whole line, or None if there is none yet."""
        end = self.data.find(b"\n", self.taken)
        if end < 0:
            return None
        line = self.data[self.taken : end]
        self.taken = end + 1
        return line.rstrip(b"\r")

    def past(self, text: bytes) -> bool:
        """Take everything up to and with a text, if it is there."""
        at = self.data.find(text, self.taken)
        if at >= 0:
            self.taken = at + len(text)
        return at >= 0


def pump(streams: list[Stream], deadline: float) -> None:
    """Wait until at least one stream has more or has ended, and read it."""
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            if stream.open:
                selector.register(stream.fd, selectors.EVENT_READ, stream)
        ready = selector.select(max(0.0, deadline - time.monotonic())) if selector.get_map() else []
        if not ready:
            raise TimeoutError
        for key, _ in ready:
            key.data.fill()


def close(fds: list[int]) -> None:
    """Close descriptors, some of which may be closed already."""
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)
