"""What the recorder of `tinyinit rehearse` sees and costs: `python -m benchmarks.rehearse`.

Prints how far its times are from those a program logs itself, and how much longer a stop takes
while it is recorded: of one process, of a wrapper with an app, of a tree of 1,000 processes.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tinyinit.rehearse._local import Stage

_ROUNDS = 7
_PATIENCE = 60

# Each process waits for its own signal; the first stops the others one by one and logs the times.
PROGRAM = """
import os, signal, sys, time
count = int(sys.argv[1])
log = open(sys.argv[2], "w")
children = []
for _ in range(count - 1):
    child = os.fork()
    if child == 0:
        log.close()
        signal.pause()
    children.append(child)
def stop(*_):
    begun = time.monotonic()
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    time.sleep(0.2)
    log.write(f"{begun} {time.monotonic()}")
    log.close()
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(60)
"""


class Stop(NamedTuple):
    """One stop, in milliseconds: what the program logged, and how far off the recorder was."""

    took: float
    begin_off: float
    end_off: float


def alone(count: int) -> float:
    """Return how long a tree of processes says that its stop took, nobody looking on."""
    with tempfile.NamedTemporaryFile("r") as log:
        words = [sys.executable, "-c", PROGRAM, str(count), log.name]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:  # noqa: S603  # ours
            if process.stdout:
                process.stdout.readline()
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_PATIENCE)
        begun, ended = (float(word) for word in Path(log.name).read_text().split())
    return (ended - begun) * 1000


def recorded(count: int) -> Stop:
    """Return the same of a stop that is recorded."""
    with tempfile.NamedTemporaryFile("r") as log:
        stage = Stage([sys.executable, "-c", PROGRAM, str(count), log.name])
        try:
            stage.output.wait_for(b"ready\n", _PATIENCE)
            time.sleep(0.5)
            tape = stage.recording
            tape.mark()
            stage.kill(signal.SIGTERM)
            sent = time.monotonic()
            tape.ended(_PATIENCE)
            run = tape.finish(exit_code=stage.wait())
        finally:
            stage.close()
        begun, ended = (float(word) for word in Path(log.name).read_text().split())
    end = run.root.end.ms if run.root.end else 0.0
    return Stop((ended - begun) * 1000, (begun - sent) * 1000, end - (ended - sent) * 1000)


def main() -> int:
    """Measure and print."""
    sys.stdout.write(
        f"{'processes':>9} {'stop alone':>12} {'recorded':>12} {'longer':>10}"
        f" {'signal off':>12} {'end off':>12}\n"
    )
    for count in (1, 2, 1000):
        plain = [alone(count) for _ in range(_ROUNDS)]
        seen = [recorded(count) for _ in range(_ROUNDS)]
        longer = median(one.took for one in seen) - median(plain)
        sys.stdout.write(
            f"{count:9} {median(plain):9.1f} ms {median(one.took for one in seen):9.1f} ms"
            f" {longer:7.1f} ms {max(abs(one.begin_off) for one in seen):9.2f} ms"
            f" {max(abs(one.end_off) for one in seen):9.2f} ms\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
