"""Signals its process group on SIGTERM, but its child is in a session of its own."""

import os
import signal
import sys
import time
from pathlib import Path

if os.fork() == 0:
    os.setsid()
    os.execvp("python3", ["python3", str(Path(__file__).parent.parent / "app.py")])


def stop(*_: object) -> None:
    """Tell the group, and end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
while True:
    time.sleep(60)
