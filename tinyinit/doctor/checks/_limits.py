"""Limits: of open files, of thread stacks, and what the app sees of CPUs and memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tinyinit.doctor.checks._words import count, cpus, main, size, who
from tinyinit.findings import ERROR, INFO, WARNING, Finding, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinyinit.doctor.facts._model import Facts, Process, Stack, Stacks

_SMALL, _LARGE = 1024, 1_000_000
_HUGE = 1 << 30
_NEAR, _FULL = 0.8, 0.95
_STACK_ADVICE: Final = {
    "docker": "an ENTRYPOINT of tinyinit, or RUN tinyinit stack set 8M PROGRAM; for threads that"
    " ask for a size of their own, the runtime's option",
    "compose": "the same, in the image",
    "kubernetes": "the same, in the image",
}
_SMALL_STACK = 256 << 10
_SMALLEST_STACK = 48 << 10
_MUSL_HALF = 0.5


def rlimits(facts: Facts) -> Iterator[Finding | Unknown]:
    """The limit of open files against what is open; limits that are odd."""
    limits = facts.limits
    if limits is None:
        yield Unknown("rlimits", f"/proc/{facts.main}/limits could not be read")
        return
    advice = {
        "docker": "docker run --ulimit nofile=65536, or tinyinit --ulimit nofile=65536",
        "compose": "ulimits: {nofile: 65536}",
        "kubernetes": "tinyinit --ulimit nofile=65536: a Pod has no field for it",
    }
    near = [one for one in facts.processes if (_share(one) or 0) >= _NEAR]
    for one in sorted(near, key=lambda one: -(_share(one) or 0))[:3]:
        yield Finding(
            "rlimits",
            ERROR if (_share(one) or 0) >= _FULL else WARNING,
            f"{who(one)} has {one.files:,} of {one.nofile:,} files and sockets open"
            f" ({_share(one):.0%} of nofile)",
            "at the limit, accept and open fail: EMFILE, too many open files",
            advice,
        )
    if 0 <= limits.nofile <= _SMALL and not near:
        opened = main(facts).files
        now = "" if opened is None else f"; {opened:,} are open now"
        yield Finding(
            "rlimits",
            INFO,
            f"{who(main(facts))} may open {limits.nofile:,} files and sockets{now}",
            "each connection is one; a busy server needs more",
            advice,
        )
    elif limits.nofile < 0 or limits.nofile > _LARGE:
        huge = limits.nofile < 0 or limits.nofile >= _HUGE
        number = "any number of" if limits.nofile < 0 else f"{limits.nofile:,}"
        yield Finding(
            "rlimits",
            WARNING if huge else INFO,
            f"{who(main(facts))} may open {number} files (nofile)",
            "programs that close every possible descriptor, or make a table of them, take minutes"
            " or gigabytes",
            advice,
        )
    if limits.core < 0 or limits.core > 0:
        size_of = "any size" if limits.core < 0 else size(limits.core)
        yield Finding(
            "rlimits",
            INFO,
            f"core dumps of {size_of} are written where core_pattern of the host says",
            "a dump has all that is in memory, secrets too, and may fill the container's layer",
            {"docker": "--ulimit core=0", "compose": "ulimits: {core: 0}"},
        )


def _share(process: Process) -> float | None:
    if process.files is None or process.nofile is None or process.nofile <= 0 or process.own:
        return None
    return process.files / process.nofile


def thread_stack(facts: Facts) -> Iterator[Finding | Unknown]:
    """Threads near the end of their stack; stacks that are small."""
    if facts.stacks is None:
        yield Unknown("thread-stack", facts.hidden.get("stacks", "memory maps are hidden"))
        return
    known = {one.pid: one for one in facts.processes}
    for stacks in facts.stacks:
        process = known.get(stacks.pid)
        if process is not None:
            yield from _of_process(process, stacks)


def _of_process(process: Process, stacks: Stacks) -> Iterator[Finding]:
    real = [one for one in stacks.threads if _is_stack(one, stacks)]
    every = [*real, *([stacks.main] if stacks.main else [])]
    near = [one for one in every if one.used >= one.size * _NEAR]
    libc = f" ({stacks.libc})" if stacks.libc else ""
    if near:
        worst = max(near, key=lambda one: one.used / one.size)
        thread = "the main thread" if worst.thread == process.pid else "a thread"
        more = f"; {count(len(near), 'thread')} are near the end" if len(near) > 1 else ""
        yield Finding(
            "thread-stack",
            ERROR,
            f"{thread} of {who(process)}{libc} has used {size(worst.used)} of its stack of"
            f" {size(worst.size)} ({worst.used / worst.size:.0%}){more}",
            "one call deeper is SIGSEGV, without a message",
            _STACK_ADVICE,
        )
        return
    small = [one for one in real if one.size <= _SMALL_STACK]
    if small and stacks.libc != "glibc":
        smallest = min(small, key=lambda one: one.size)
        used = max(small, key=lambda one: one.used)
        half = used.used >= used.size * _MUSL_HALF
        yield Finding(
            "thread-stack",
            WARNING if half else INFO,
            f"{count(len(small), 'thread')} of {who(process)}{libc} have stacks of"
            f" {size(smallest.size)}; the most that one has used is {size(used.used)}",
            "code that is written for 8 MiB, as glibc gives, dies of SIGSEGV in there",
            _STACK_ADVICE,
        )


def _is_stack(stack: Stack, stacks: Stacks) -> bool:
    # Runtimes make guarded mappings that are no stacks: those of a known thread are.
    owned = any(one.thread for one in stacks.threads)
    return stack.size >= _SMALLEST_STACK and bool(stack.thread or not owned)


_OPTIONS: Final = (
    ("JAVA_TOOL_OPTIONS", re.compile(r"-Xmx(\d{1,15})([kKmMgGtT]?)"), "k"),
    ("JDK_JAVA_OPTIONS", re.compile(r"-Xmx(\d{1,15})([kKmMgGtT]?)"), "k"),
    ("NODE_OPTIONS", re.compile(r"--max[-_]old[-_]space[-_]size=(\d{1,15})()"), "m"),
    ("GOMEMLIMIT", re.compile(r"(\d{1,15})([KMGT]?)i?B"), ""),
)
_UNITS: Final = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_COUNTS: Final = (
    "GOMAXPROCS",
    "PYTHON_CPU_COUNT",
    "OMP_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "TOKIO_WORKER_THREADS",
)
_PERIODS, _OFTEN = 100, 0.1
_TIMES_TOO_MANY = 2


def limits_view(facts: Facts) -> Iterator[Finding | Unknown]:
    """CPUs and memory that the app sees against the control group's; throttling."""
    group = facts.group
    if group.hidden:
        yield Unknown("limits-view", group.hidden)
        return
    told = facts.environment.told if facts.environment else {}
    yield from _throttled(facts)
    if group.cpu_limit is not None:
        yield from _cpu_counts(facts, told, group.cpu_limit)
    if group.memory_limit is not None:
        yield from _memory_options(facts, told, group.memory_limit)


def _throttled(facts: Facts) -> Iterator[Finding]:
    group, earlier = facts.group, facts.earlier
    periods, throttled = group.periods or 0, group.throttled or 0
    if earlier is not None and earlier.periods is not None and earlier.throttled is not None:
        periods, throttled = periods - earlier.periods, throttled - earlier.throttled
    if periods >= _PERIODS and throttled >= periods * _OFTEN:
        limit = f" with {cpus(group.cpu_limit)}" if group.cpu_limit else ""
        yield Finding(
            "limits-view",
            WARNING,
            f"the container was stopped for its CPU limit in {throttled:,} of {periods:,} periods"
            f" ({throttled / periods:.0%}){limit}",
            "all its threads stand still until the next period of 100 ms: latency, health checks",
            {
                "docker": "--cpus higher, or fewer threads",
                "compose": "cpus, or deploy.resources.limits.cpus",
                "kubernetes": "resources.limits.cpu higher, or only requests.cpu",
            },
        )


def _cpu_counts(facts: Facts, told: dict[str, str], limit: float) -> Iterator[Finding]:
    advice = {
        "docker": "-e GOMAXPROCS, PYTHON_CPU_COUNT, … with the limit, or --cpuset-cpus",
        "compose": "environment, with the limit",
        "kubernetes": "env with resourceFieldRef: limits.cpu",
    }
    counts = {name: int(told[name]) for name in _COUNTS if told.get(name, "")[:9].isdigit()}
    for name, number in counts.items():
        if number >= max(1.0, limit) * _TIMES_TOO_MANY:
            yield Finding(
                "limits-view",
                WARNING,
                f"{name}={number}, and the limit is {cpus(limit)}",
                "more threads than CPUs use up the quota early in a period; then all stand still",
                advice,
            )
    if not counts and facts.cpus >= max(1.0, limit) * _TIMES_TOO_MANY:
        yield Finding(
            "limits-view",
            INFO,
            f"the app sees {cpus(facts.cpus)}, the limit is {cpus(limit)}, and no variable says so",
            "runtimes that do not read the control group (Python before 3.14, Go before 1.25,"
            " OpenMP, Node's pools) start a worker for each CPU they see",
            advice,
        )


def _memory_options(facts: Facts, told: dict[str, str], limit: int) -> Iterator[Finding]:
    for name, pattern, unit in _OPTIONS:
        found = pattern.search(told.get(name, ""))
        if found is None:
            continue
        own = found[2].lower()
        shift = _UNITS[own] if own or unit != "m" else _UNITS["m"]
        number = int(found[1]) << shift
        if number > limit:
            yield Finding(
                "limits-view",
                WARNING,
                f"{name} allows {size(number)}, the container {size(limit)}",
                f"{who(main(facts))} is killed before it begins to collect garbage in earnest",
                {
                    "docker": f"--memory higher, or {name} at three quarters of it",
                    "compose": f"mem_limit higher, or {name} lower",
                    "kubernetes": f"limits.memory higher, or {name} from resourceFieldRef",
                },
            )
