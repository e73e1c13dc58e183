"""Asks to be told twice, as interactive programs do."""

import signal
import sys
import time


def once(*_: object) -> None:
    """Note the first signal, and end on the next."""
    print("send it again to stop", flush=True)
    signal.signal(signal.SIGTERM, twice)


def twice(*_: object) -> None:
    """End."""
    sys.exit(0)


signal.signal(signal.SIGTERM, once)
print("ready", flush=True)
while True:
    time.sleep(0.05)
