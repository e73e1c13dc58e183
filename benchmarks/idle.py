"""How often an init wakes while there is nothing to do."""

import time
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.model import Bench, Bound, Figure, Group, progress
from benchmarks.session import idle_session

_SECONDS = 3
_NAME = f"wake-ups while idle for {_SECONDS} s"


def measure(bench: Bench) -> Sequence[Figure]:
    """Count voluntary context switches of all inits at the same time, in one round."""
    progress("idle")
    with ExitStack() as stack:
        running = {
            init.name: stack.enter_context(idle_session(bench, init)) for init in bench.inits
        }
        before = {name: session.wakeups() for name, session in running.items()}
        time.sleep(_SECONDS)
        after = {name: session.wakeups() for name, session in running.items()}
    return [Figure(_NAME, "times", {name: [float(after[name] - before[name])] for name in running})]


GROUP = Group("idle", measure, [Bound(_NAME, 0)])
