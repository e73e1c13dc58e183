"""Small apps that log, each in a Python of its own: what logs set up is global."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
import logging, os, signal, sys, threading, time, warnings
import structlog
from tinyinit import logs
"""
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
}


def command(code: str, *, head: str = HEAD) -> list[str]:
    """Return the command that runs the code of an app."""
    return [sys.executable, "-c", head + code]


def run(code: str, *, head: str = HEAD, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run an app to its end."""
    return subprocess.run(
        command(code, head=head),
        env={**ENVIRONMENT, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def events(text: str | bytes) -> list[dict[str, Any]]:
    """Return the events of lines of JSON; each line must be one."""
    return [json.loads(line) for line in text.splitlines()]


def logged(code: str, exit_code: int = 0, /, **environ: str) -> list[dict[str, Any]]:
    """Return the events of an app that calls `configure()` first and says nothing on stderr."""
    done = run(f"logs.configure()\n{code}", **environ)
    assert (exit_code, "") == (done.returncode, done.stderr)
    return events(done.stdout)


def said(code: str, **environ: str) -> list[str]:
    """Return only what the events say."""
    return [event["event"] for event in logged(code, 0, **environ)]
