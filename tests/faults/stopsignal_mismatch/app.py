"""Handles SIGTERM; its image says STOPSIGNAL SIGQUIT."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parent.parent / "app.py"))
