"""Needs a second to start, and has no handler until then."""

import runpy
import time
from pathlib import Path

time.sleep(1)
runpy.run_path(str(Path(__file__).parent.parent / "app.py"))
