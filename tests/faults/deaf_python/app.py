"""Has no handler: as PID 1 it does not even die."""

import time

print("ready", flush=True)
while True:
    time.sleep(60)
