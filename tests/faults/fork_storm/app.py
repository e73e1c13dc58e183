"""Starts two hundred jobs on SIGTERM, to clean up, and does not wait for them."""

import os
import signal
import sys
import time


def stop(*_: object) -> None:
    """Fork on and on, and end."""
    for _job in range(200):
        if os.fork() == 0:
            time.sleep(2)
            os._exit(0)
    time.sleep(0.2)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(60)
