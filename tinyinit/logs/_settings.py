"""What the environment says about logs."""

from __future__ import annotations
import os


def read(level, format, environ):
    environ = os.environ if environ is None else environ
    return environ.get("LOG_LEVEL", level).lower(), environ.get("LOG_FORMAT", format).lower()
