"""Passes SIGTERM on and waits; but its child is stopped."""

import os
import signal
import sys
import time

child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        time.sleep(60)


os.waitpid(child, os.WUNTRACED)  # it is stopped before anybody is told to stop


def stop(*_: object) -> None:
    """Stop the child first."""
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(60)
