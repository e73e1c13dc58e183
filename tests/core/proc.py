"""What the kernel says about main, in /proc as the init's namespace shows it."""

from pathlib import Path

from tests.namespaces import Run

LIMITS = {
    "core": "Max core file size",
    "cpu": "Max cpu time",
    "data": "Max data size",
    "fsize": "Max file size",
    "locks": "Max file locks",
    "memlock": "Max locked memory",
    "msgqueue": "Max msgqueue size",
    "nice": "Max nice priority",
    "nofile": "Max open files",
    "nproc": "Max processes",
    "rss": "Max resident set",
    "rtprio": "Max realtime priority",
    "rttime": "Max realtime timeout",
    "sigpending": "Max pending signals",
    "stack": "Max stack size",
}
"""The limits as docker names them, and as /proc/PID/limits does."""


def main_file(run: Run, name: str) -> str:
    """Return the text of a file in /proc/PID of the payload, which must be one process."""
    (main,) = run.find("payload")
    return Path(f"/proc/{run.first}/root/proc/{main.pid}/{name}").read_text()


def main_status(run: Run, field: str) -> str:
    """Return one field of the payload's status."""
    lines = main_file(run, "status").splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"{field}:"))
