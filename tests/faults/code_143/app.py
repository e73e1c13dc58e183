"""Stops as it should, and then says 143, which orchestrators take for a failure."""

import signal
import sys
import time


def stop(*_: object) -> None:
    """Flush, and end with the code that shells give to SIGTERM."""
    time.sleep(0.2)
    sys.exit(143)


signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(60)
