"""The recorder: a tree of processes, watched from outside and without ptrace.

A thread walks the tree through /proc/PID/task/TID/children, at first every 2 ms and never for more
than a tenth of its time; a pidfd for each process tells its end at once. Signals come from a
`Source`: see `_notify` and `_trace`. All times here are of the monotonic clock, in seconds.
"""

from __future__ import annotations

import os
import resource
import select
import sys
import threading
import time
from dataclasses import dataclass, field

from tinyinit.rehearse import _pidfd, proc

_SHORTEST, _LONGEST = 0.002, 0.1
_IDLE = 0.05
_SHARE = 10
"""A pass over the tree is followed by a pause of this many times its cost."""
_CHEAP = 0.003
_OFTEN = 32
_SWITCH = 0.0005
"""Seconds after which one thread lets another run: who sends a signal waits for the answer."""
_MASKS_A_PASS = 32
_ZOMBIE = 0.25
"""Seconds after which a zombie counts as one that nobody reaps."""
_EXEC = 0.1
_GONE = 2.0
"""Seconds that the rest of a namespace may take to go once its PID 1 has ended."""


@dataclass
class Seen:
    """One process, by its PID as the recorder sees it."""

    pid: int
    parent: int
    name: str
    born: float
    fd: int | None
    inner: int = 0
    group: int = 0
    words: tuple[str, ...] = ()
    became: float = 0.0
    """When it became the program that it is, by birth or by exec."""
    state: str = "R"
    stopped: float | None = None
    """When it was last seen stopped: SIGKILL makes it run once more, to its end."""
    threads: int = 1
    masks: tuple[int, int, int, int] = (0, 0, 0, 0)
    at_stop: tuple[str, tuple[str, ...], int] | None = None
    """Its name, arguments and caught signals when the stop signal came, if it was there."""
    session: int = 0
    waits: bool = False
    end: float | None = None
    status: int | None = None
    zombie: tuple[float, float] | None = None
    pipes: dict[int, str] = field(default_factory=dict[int, str])

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self.end is None


class Watch:
    """Records the tree below one process until `stop` is called."""

    def __init__(self, root: int) -> None:
        """Look at the tree for the first time; raise ProcessLookupError where there is none."""
        self.seen: list[Seen] = []
        self.root_ended = threading.Event()
        self._live: dict[int, Seen] = {}
        self._by_fd: dict[int, Seen] = {}
        self._poll = select.epoll()
        self._wake_in, self._wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll.register(self._wake_in, select.EPOLLIN)
        self._busy = threading.Event()
        self._done = threading.Event()
        self._masks_next = 0
        self._full = True
        self._lock = threading.Lock()
        # A descriptor for each process; whoever is started afterwards finds the limit as it was.
        self._limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (self._limits[1], self._limits[1]))
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        now = time.monotonic()
        if not self._add(root, now):
            self._done.set()
            self.close()
            raise ProcessLookupError(root)
        self._pass()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def root(self) -> Seen:
        """Return the process at the root of the tree."""
        return self.seen[0]

    def closely(self) -> None:
        """Look as often as the share of time allows, from now on, and once at all masks now."""
        self._full = True
        with self._lock:
            self._pass()
            for one in self._live.values():
                one.words = proc.command(one.pid) or one.words
                one.at_stop = (one.name, one.words, one.masks[0])
        self._busy.set()
        self.wake()

    def wake(self) -> None:
        """Look now: somebody knows that something happens."""
        try:
            os.write(self._wake_out, b"w")
        except OSError:
            return  # full: it wakes anyway; closed: it is over

    def stop(self) -> None:
        """Wait until what is below a root that ended has ended too, and stop."""
        if self._done.is_set():
            return
        limit = time.monotonic() + _GONE
        while (
            not self.root.alive and time.monotonic() < limit and any(one.alive for one in self.seen)
        ):
            time.sleep(0.005)
        self._done.set()
        self.wake()
        self._thread.join()
        for one in self.seen:
            self._status(one)
        self.close()

    def close(self) -> None:
        """Give all descriptors back."""
        for one in self.seen:
            self._forget(one)
        self._poll.close()
        os.close(self._wake_in)
        os.close(self._wake_out)
        resource.setrlimit(resource.RLIMIT_NOFILE, self._limits)
        sys.setswitchinterval(self._switch)

    def _forget(self, one: Seen) -> None:
        if one.fd is not None:
            self._by_fd.pop(one.fd, None)
            os.close(one.fd)
            one.fd = None

    def _work(self) -> None:
        pause, cost, due = _SHORTEST, 0.0, time.monotonic()
        while not self._done.is_set():
            with self._lock:
                woken = self._take_events(0)
            now = time.monotonic()
            # A look at a small tree is cheap; at a large one it would keep from answering others.
            if now < due and not (woken and cost < _CHEAP):
                self._poll.poll(due - now, 1)
                continue
            with self._lock:
                grown = self._pass()
            cost = time.monotonic() - now
            idle = _SHORTEST if self._busy.is_set() or grown else min(_IDLE, pause * 1.5)
            pause = max(min(idle, _LONGEST), cost * _SHARE)
            due = now + cost + pause

    def _take_events(self, seconds: float) -> bool:
        """Note the ends that there are by now; return whether somebody called `wake`."""
        woken = False
        for fd, _ in self._poll.poll(seconds):
            if fd == self._wake_in:
                os.read(fd, 1 << 12)
                woken = True
            elif fd in self._by_fd:
                self._ended(self._by_fd[fd], time.monotonic())
        return woken

    def _pass(self) -> bool:
        """Look at the whole tree once; return whether it has grown."""
        now = time.monotonic()
        before = len(self.seen)
        table: dict[int, list[int]] | None = None
        queue = [one.pid for one in self._live.values() if one.alive]
        position = 0
        while position < len(queue):
            one = self._live.get(queue[position])
            position += 1
            if position % _OFTEN == 0:
                self._take_events(0)  # a long look must not make ends late
            if one is None or not self._look(one, now):
                continue
            below = None if table is not None else proc.children(one.pid, one.threads)
            if below is None:
                table = proc.by_parent() if table is None else table
                below = table.get(one.pid, [])
            queue.extend(pid for pid in below if pid not in self._live and self._add(pid, now))
        self._masks()
        for one in list(self._live.values()):
            if not one.alive:
                self._after(one, now)
        return len(self.seen) != before

    def _add(self, pid: int, now: float) -> bool:
        fd = _pidfd.open_one(pid)
        stat = proc.stat(pid)
        if stat is None:
            if fd is not None:
                os.close(fd)
            return False
        one = Seen(pid, stat.parent, stat.name, now, fd, words=proc.command(pid), became=now)
        self._live[pid] = one
        self.seen.append(one)
        self._read_masks(one)
        if fd is not None:
            self._by_fd[fd] = one
            self._poll.register(fd, select.EPOLLIN)
        return True

    def _look(self, one: Seen, now: float) -> bool:
        """Refresh one process; return whether it is still alive."""
        if not one.alive:
            return False
        stat = proc.stat(one.pid)
        if stat is None or stat.state in "ZX":
            if one.fd is None:  # no pidfd: this is how its end is noticed
                self._ended(one, now)
                one.status = stat.exit_code if stat else None
            return False
        if stat.name != one.name:
            one.name, one.became = stat.name, now
        if now - one.became < _EXEC or not one.words:  # arguments change later than the name
            one.words = proc.command(one.pid) or one.words
        if stat.state in "Tt":
            one.stopped = now
        one.state, one.threads = stat.state, stat.threads
        return True

    def _masks(self) -> None:
        """Read signal masks: all where they are few or just asked for, else some at a time."""
        living = [one for one in self._live.values() if one.alive]
        if not self._full and len(living) > _MASKS_A_PASS:
            first = self._masks_next % len(living)
            self._masks_next = first + _MASKS_A_PASS
            living = living[first : first + _MASKS_A_PASS]
        for one in living:
            self._read_masks(one)
            if self._full and len(living) <= _MASKS_A_PASS:
                one.waits = proc.waits_for_signals(one.pid)
                one.pipes = {number: proc.pipe_of(one.pid, number) for number in (0, 1)}
        self._full = False

    def _read_masks(self, one: Seen) -> None:
        status = proc.status(one.pid)
        if status is None:
            return
        one.inner, one.group = one.inner or status.inner, status.group
        one.session = status.session
        if one.alive and status.state not in "ZX":  # a zombie's are empty
            one.masks = (status.caught, status.ignored, status.blocked, status.pending)

    def _ended(self, one: Seen, now: float) -> None:
        if not one.alive:
            return
        one.end = now
        if one.fd is not None:
            self._poll.unregister(one.fd)
        self._status(one)
        if one is self.root:
            self.root_ended.set()

    def _status(self, one: Seen) -> None:
        if one.status is None and one.fd is not None and not one.alive:
            one.status = _pidfd.wait_status(one.fd, one.pid)

    def _after(self, one: Seen, now: float) -> None:
        """Follow a process that has ended until it is reaped."""
        self._status(one)
        stat = proc.stat(one.pid)
        if stat is None or stat.state not in "ZX":
            self._status(one)
            self._forget(one)
            del self._live[one.pid]
            if not self._busy.is_set() and one.zombie is None and one is not self.root:
                self.seen.remove(one)  # it has no part in the stop, and they may be endless
        elif one.end is not None and now - one.end > _ZOMBIE:
            one.zombie = (one.end, now)
            one.parent = stat.parent
