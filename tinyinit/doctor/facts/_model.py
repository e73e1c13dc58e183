"""What was seen of a container. None is not known; `Facts.hidden` says why.

Everything here becomes JSON and comes back (`_json`), so that facts taken in one place can be
judged in another. No value of an environment is kept but those of `TOLD` (see `_environ`): they
say how many CPUs and how much memory a runtime takes. Sizes are bytes, times seconds.
"""

from __future__ import annotations

from typing import Final, NamedTuple

SCHEMA: Final = 1


class Process(NamedTuple):
    """One process, as /proc shows it from where the doctor stands."""

    pid: int
    inner: int
    """Its PID in its own PID namespace."""
    parent: int
    """Its parent's PID; 0 if that is outside of the container."""
    name: str
    """As it calls itself: 15 bytes, any of them."""
    program: str
    """Last part of the path of the file it runs; of the first argument where that is hidden."""
    state: str
    age: float
    threads: int = 1
    uid: int | None = None
    rss: int | None = None
    """Memory that is resident, shared pages included."""
    blocked: int | None = None
    """Signals, bit n-1 is signal n: those that every thread blocks."""
    ignored: int | None = None
    caught: int | None = None
    waits: str | None = None
    """What its main thread waits in: `child`, `signal`, `poll`, `pause`, `runs`, `other`."""
    any_waits_signal: bool | None = None
    """Whether any thread waits in rt_sigtimedwait."""
    signalfd: int | None = None
    """Signals that its signalfds take, together; 0 if it has none."""
    shell: bool = False
    """Whether the file it runs is a shell."""
    leaves_time: bool | None = None
    """Whether it is the file tinyinit, which gives what main leaves behind time to end."""
    files: int | None = None
    nofile: int | None = None
    """Soft limit; -1 is unlimited."""
    no_new_privs: bool | None = None
    seccomp: int | None = None
    capabilities: int | None = None
    own: bool = False
    """It is the doctor, or what started it."""


class Stack(NamedTuple):
    """A thread's stack."""

    pid: int
    thread: int
    """0 if the thread is not known."""
    size: int
    used: int
    """The most it has used so far, in whole pages."""


class Stacks(NamedTuple):
    """The thread stacks of one process."""

    pid: int
    libc: str
    """`musl`, `glibc` or empty."""
    main: Stack | None
    threads: tuple[Stack, ...]


class Group(NamedTuple):
    """The control group, ancestors that can be seen included: the tightest of each limit."""

    version: int
    memory_limit: int | None = None
    memory_used: int | None = None
    """What cannot be dropped: without the file cache that nobody uses."""
    oom_kills: int | None = None
    oom_group: bool | None = None
    pids_limit: int | None = None
    pids_used: int | None = None
    pids_refused: int | None = None
    """Forks that were refused for the limit."""
    cpu_limit: float | None = None
    """CPUs; None is unlimited."""
    periods: int | None = None
    throttled: int | None = None
    throttled_time: float | None = None
    hidden: str = ""
    """Why none of it could be read."""


class Listener(NamedTuple):
    """A socket that waits for connections."""

    port: int
    pid: int
    """0 if its process could not be found."""


class Written(NamedTuple):
    """Files in the container's own layer that were written since it started."""

    files: int
    size: int
    examples: tuple[str, ...]
    """The largest first."""
    complete: bool
    """Whether all of it was looked at in the time there was."""


class Mounts(NamedTuple):
    """What is mounted where it matters."""

    root_writable: bool | None = None
    docker_socket: str = ""
    written: Written | None = None
    hidepid: bool = False


class Image(NamedTuple):
    """What the root of the container's file system is."""

    os: str | None = None
    """`ID` of os-release; empty if there is none: a scratch image."""
    version: str = ""
    name: str = ""
    tools: tuple[str, ...] | None = None
    """Paths of shells, package managers, compilers, network tools."""


class SecretName(NamedTuple):
    """A variable that holds a secret, without its value."""

    name: str
    because: str


class Environment(NamedTuple):
    """What the app's environment says."""

    secrets: tuple[SecretName, ...]
    told: dict[str, str]
    """Values of variables that tell runtimes how much they have."""
    contract: str = ""
    """Path of the contract in the container; empty if there is none."""
    problems: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Limits(NamedTuple):
    """Limits of the main process; -1 is unlimited."""

    nofile: int
    core: int
    stack: int


class Probe(NamedTuple):
    """What became of an orphan that was made for it."""

    reaped: bool | None
    """None: it could not be made."""
    why: str
    waited: float = 0.0


class Earlier(NamedTuple):
    """An earlier look at what grows."""

    before: float
    """How long before this look."""
    zombies: dict[str, int]
    """Number by the PID of their parent."""
    memory_used: int | None
    pids_used: int | None
    throttled: int | None
    periods: int | None


class Facts(NamedTuple):
    """Everything that was seen at one moment."""

    schema: int
    target: str
    taken: float
    """Seconds since 1970."""
    first: int
    """PID of the container's PID 1, or of the process that was named."""
    init: bool | None
    """Whether that is PID 1 of a PID namespace of its own."""
    stop_signal: int
    processes: tuple[Process, ...]
    main: int
    """The app: what an init runs, or PID 1 itself."""
    cpus: int
    """CPUs that the app sees."""
    memory: int | None
    """Memory that it sees."""
    group: Group
    listeners: tuple[Listener, ...] | None
    stacks: tuple[Stacks, ...] | None
    limits: Limits | None
    mounts: Mounts
    image: Image
    environment: Environment | None
    probe: Probe | None = None
    earlier: Earlier | None = None
    hidden: dict[str, str] = {}  # noqa: RUF012  # replaced, never changed
    """For each part that could not be seen, why, and what would make it readable."""
