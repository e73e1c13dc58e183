"""A migration that could be rolled back."""

import signal
import sys
import time


def roll_back(*_: object) -> None:
    """Undo what was done."""
    sys.exit("rolled back")


signal.signal(signal.SIGTERM, roll_back)
time.sleep(1.5)
