"""An app that is in order: on SIGTERM it flushes for a moment, then ends with 0."""

import signal
import sys
import time


def flush(*_: object) -> None:
    """Write what is in memory, as a database would."""
    time.sleep(0.3)
    sys.exit(0)


signal.signal(signal.SIGTERM, flush)
print("ready", flush=True)
while True:
    time.sleep(60)
