"""See a program's shutdown: run it, stop it, and say who was cut off and why."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tinyinit.base.codes import CANNOT_WORK, DIFFERS
from tinyinit.base.text import quote
from tinyinit.commands import command
from tinyinit.commands.command import Arguments, Failure, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.rehearse.model import Run
    from tinyinit.rehearse.plan import Plan

_HELP = """\
usage: tinyinit rehearse [OPTION…] -- PROGRAM [ARGUMENT…]
       tinyinit rehearse [OPTION…] --docker IMAGE [-- ARGUMENT…]

Runs the program in a PID namespace of its own, stops it as an engine would, and says who got which
signal when, who was cut off and why. No root needed where users may have user namespaces.

--init INIT        tinyinit, none, tini, dumb-init, catatonit or a path (image: none)
--compare          without an init and with each that is here, side by side
--stop SIGNAL      the stop signal (TERM, or the image's STOPSIGNAL)
--grace 10s        time until SIGKILL
--ready-port N     ready once it accepts on this port; --ready-line TEXT: once it writes this
--ready-after 2s   ready after this time, or this long after the port or line
--during startup   stop it 0.1 s and 0.5 s after its start, and while work before main runs
--runs N           as often as that
--load URL         count the requests in flight that the stop loses
--docker IMAGE     an image in place of a program; --engine docker|podman
--format FORMAT    text, json, svg or html; --output FILE: there, not on standard output

example:
  tinyinit rehearse --compare --ready-port 8000 -- ./entrypoint.sh gunicorn app:app

exit: 0 clean, 1 not clean, 64 wrong usage, 125 the rehearsal cannot take place
"""

_VALUED = (
    "--init",
    "--stop",
    "--grace",
    "--ready-port",
    "--ready-line",
    "--ready-after",
    "--during",
    "--runs",
    "--load",
    "--docker",
    "--engine",
    "--format",
    "--output",
)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_LARGEST_PORT = 65535
_MOST_RUNS = 1000


def main(argv: Sequence[str]) -> int:
    """Rehearse what `argv` says; return the exit code."""
    return command.run(_work, argv, _HELP)


def _work(argv: Sequence[str]) -> int:
    given = command.parse(argv, "rehearse", valued=_VALUED, flags=["--compare"], program=True)
    plan = _plan(given)
    form = given.choice("--format", ["text", "json", "svg", "html"]) or "text"
    if sys.platform != "linux":
        raise Failure(
            "rehearse needs Linux; run it in a container or on a server", code=CANNOT_WORK
        )
    from tinyinit.rehearse.conduct import rehearse  # slow, and Linux only
    from tinyinit.rehearse.plan import CannotError

    output = _Output(given.value("--output"))
    runs: list[Run] = []
    try:
        runs.extend(rehearse(plan, _progress))
    except CannotError as error:
        raise Failure(str(error), code=CANNOT_WORK) from error
    finally:
        _progress("")
    output.write(runs, form, _drain())
    return 0 if all(run.clean for run in runs) else DIFFERS


def _plan(given: Arguments) -> Plan:
    from tinyinit.rehearse.plan import Plan  # only here

    image = given.value("--docker")
    if not given.words and image is None:
        raise UsageError(
            "rehearse needs a program: tinyinit rehearse -- PROGRAM, or --docker IMAGE"
        )
    if given.has("--engine") and image is None:
        raise UsageError("--engine goes with --docker IMAGE")
    if given.has("--compare") and given.has("--init"):
        raise UsageError("--compare takes every init that is here; leave --init out")
    if given.has("--load") and not (given.value("--load") or "").startswith(
        ("http://", "https://")
    ):
        raise UsageError(
            f"--load is {quote(given.value('--load') or '')}; expected http://HOST/PATH"
        )
    given.choice("--during", ["startup"])
    given.choice("--engine", ["docker", "podman"])
    return Plan(
        program=tuple(given.words),
        init=given.value("--init") or "",
        stop=_signal(given.value("--stop")),
        grace=_seconds(given, "--grace") or 10.0,
        ready_after=_seconds(given, "--ready-after"),
        ready_port=_number(given, "--ready-port", _LARGEST_PORT),
        ready_line=given.value("--ready-line"),
        during=given.value("--during") or "",
        runs=_number(given, "--runs", _MOST_RUNS) or 1,
        load=given.value("--load"),
        image=image,
        engine=given.value("--engine"),
        compare=given.has("--compare"),
    )


def _signal(text: str | None) -> str:
    if text is None:
        return ""
    from tinyinit.rehearse import signals  # only here

    number = signals.number_of(text)
    if number is None:
        raise UsageError(f"--stop is {quote(text)}; expected a signal such as TERM, QUIT or 15")
    return signals.name(number)


def _seconds(given: Arguments, name: str) -> float | None:
    text = given.value(name)
    if text is None:
        return None
    found = _DURATION.fullmatch(text)
    if not found:
        raise UsageError(f"{name} is {quote(text)}; expected a time such as 10s, 500ms or 1m")
    return float(found[1]) * _UNITS[found[2] or "s"]


def _number(given: Arguments, name: str, most: int) -> int | None:
    text = given.value(name)
    if text is None:
        return None
    number = int(text[:9]) if text.isascii() and text.isdigit() else 0
    if not 0 < number <= most:
        raise UsageError(f"{name} is {quote(text)}; expected a number from 1 to {most}")
    return number


def _drain() -> float:
    found = _DURATION.fullmatch(os.environ.get("TINYINIT_DRAIN", ""))
    return float(found[1]) * _UNITS[found[2] or "s"] if found else 0.0


def _progress(text: str) -> None:
    """Say on a terminal what goes on; the line is written over by the next."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


class _Output:
    """Where the report goes: a file is opened before the rehearsal, so that it is not in vain."""

    def __init__(self, name: str | None) -> None:
        self._path = Path(name) if name else None
        if self._path:
            try:
                self._path.open("a").close()
            except OSError as error:
                raise Failure(
                    f"cannot write {quote(name or '')}: {error.strerror}", code=CANNOT_WORK
                ) from error

    def write(self, runs: list[Run], form: str, drain: float) -> None:
        from tinyinit.rehearse import show  # only here

        if self._path is None and form == "text":
            command.write(show.for_terminal(runs, drain))
            return
        text = show.as_form(runs, form, drain)
        if self._path is None:
            command.write(text)
            return
        try:
            self._path.write_text(text)
        except OSError as error:
            raise Failure(
                f"cannot write {self._path}: {error.strerror}", code=CANNOT_WORK
            ) from error
