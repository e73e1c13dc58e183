"""`python -m tests.doctor.cost`: time and memory of a look at 50 and at 1,000 processes.

Over Python's own start, medians of five, in a PID namespace with so many sleeping processes. On a
busy machine the figures are larger: run it on a quiet one.
"""

import statistics
import subprocess
import sys
import time

from tests.namespaces import stage
from tinyinit.doctor.facts import Asked, gather

BOUNDS = {50: (0.150, 25 << 10), 1000: (1.0, None)}
_CODE = """
import sys
from tinyinit.commands.doctor import main
main([sys.argv[1], "--fail-on", "never"])
status = open("/proc/self/status").read()  # getrusage has the parent's before exec, too
sys.stderr.write(status.partition("VmHWM:")[2].split()[0])
"""


def _seconds(*words: str) -> tuple[float, str]:
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    return time.perf_counter() - begin, done.stderr.decode()


def measure(processes: int, rounds: int = 5) -> tuple[float, int]:
    """Return the seconds over Python's start, and the most memory in kB, of a look."""
    script = (
        f"trap 'exit 0' TERM; i=0; while [ $i -lt {processes - 2} ]; do sleep 1000 & i=$((i+1))"
    )
    with stage(["/bin/sh", "-c", f"{script}; done; wait"]) as run:
        run.until(lambda: len(gather(Asked(pid=run.pid)).processes) >= processes - 1)
        looks = [_seconds("-c", _CODE, str(run.pid)) for _ in range(rounds)]
        starts = [_seconds("-c", "pass")[0] for _ in range(rounds)]
    over = statistics.median(look for look, _ in looks) - statistics.median(starts)
    return over, max(int(kilobytes) for _, kilobytes in looks)


def main() -> int:
    """Print a line for each number of processes; 1 if a bound is not met."""
    missed = 0
    for processes, (seconds, kilobytes) in BOUNDS.items():
        over, most = measure(processes)
        met = over <= seconds and (kilobytes is None or most <= kilobytes)
        missed += not met
        limit = f"{seconds * 1000:,.0f} ms" + (f", {kilobytes:,} kB" if kilobytes else "")
        sys.stdout.write(
            f"{processes:>5,} processes: {over * 1000:,.0f} ms over Python's start, {most:,} kB"
            f" (bound {limit}: {'met' if met else 'MISSED'})\n"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
