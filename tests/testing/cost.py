"""What the fixtures take beside docker's own time: `python -m tests.testing.cost [RUNS]`.

One test starts, stops and removes a container; the same four commands are run by hand. Prints the
median of both. Run it on a quiet machine: it is a difference of two times.
"""

from __future__ import annotations

import statistics
import sys
import time

from tinyinit import engine as engines
from tinyinit.testing import Image

BASE = "alpine:3.23"
COMMAND = ("sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done")


def by_hand(engine: engines.Engine) -> float:
    """Return the seconds that docker takes to run, stop, show and remove a container."""
    begin = time.monotonic()
    name = engine.call("run", "--detach", BASE, *COMMAND).out
    while "ready" not in engine.call("logs", name).out:
        time.sleep(0.02)
    engine.call("stop", "-t", "5", name)
    engine.call("logs", name)
    engine.call("rm", "--force", name)
    return time.monotonic() - begin


def by_fixture(engine: engines.Engine) -> float:
    """Return the seconds that the same takes with a report."""
    begin = time.monotonic()
    with Image(engine, BASE).start(args=COMMAND) as container:
        container.wait_ready(line="ready")
        report = container.stop(within=5)
    seconds = time.monotonic() - begin
    if not report.clean:
        raise SystemExit(report.timeline)
    return seconds


def main() -> int:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    engine = engines.find()
    times = [(by_hand(engine), by_fixture(engine)) for _ in range(runs)]
    hand, fixture = (statistics.median(each) * 1000 for each in zip(*times, strict=True))
    sys.stdout.write(
        f"{runs} runs: docker {hand:.0f} ms, with the fixture {fixture:.0f} ms, "
        f"so {fixture - hand:.0f} ms over docker's own time\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
