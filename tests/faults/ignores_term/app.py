"""Ignores SIGTERM, as programs do that once wanted to survive a terminal."""

import signal
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
while True:
    time.sleep(60)
