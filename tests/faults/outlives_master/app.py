"""A master that ends on SIGTERM and leaves its worker to itself."""

import os
import signal
import sys
import time

if os.fork() == 0:
    while True:
        time.sleep(60)


def stop(*_: object) -> None:
    """End, and think of nobody else."""
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(60)
