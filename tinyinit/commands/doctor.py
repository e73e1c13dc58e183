"""Look at a running container: what will go wrong, when, and what to do.

Reads the arguments, takes facts, has them judged, prints what was found.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from tinyinit.base.codes import CANNOT_RUN, DIFFERS
from tinyinit.commands import command
from tinyinit.commands.command import Failure, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.commands.command import Arguments
    from tinyinit.doctor.facts import Asked, Facts
    from tinyinit.findings import Result

_HELP: Final = """\
usage: tinyinit doctor [OPTION…] [PID]      a process of the container; in a container: its PID 1
       tinyinit doctor [OPTION…] --docker NAME | --podman NAME | --docker-all
       tinyinit doctor [OPTION…] -          facts from standard input, of --facts elsewhere
       tinyinit doctor --explain ID

Looks at signals, zombies, stacks, limits, memory, files; changes nothing. In images without Python:
from the host, or docker run --pid container:NAME, or kubectl debug --target, with tinyinit's image.

--format text|json|sarif|github
--fail-on error|warning|info|never  exit 1 if something of this severity is found (default: warning)
--facts          write what was seen as JSON, and judge nothing; no secret is in it
--watch          look once a second until Ctrl-C; --for 30s ends by itself
--probe          make an orphan and see if it is reaped (harmless, takes up to 7 s)
--tools FILE     tools that may be in the image, a path a line; another one is an error
--sbom FILE      write the image's packages as CycloneDX; - is standard output
--config FILE    what to ignore, each with a reason (default: .tinyinit.toml here)

examples: docker run --init app; tinyinit doctor --docker app
          tinyinit doctor --facts > facts.json; tinyinit doctor - < facts.json

exit: 0 nothing at --fail-on or worse, 1 findings, 64 wrong usage, 126 it cannot look
"""
_VALUED: Final = (
    "--docker",
    "--podman",
    "--format",
    "--fail-on",
    "--for",
    "--tools",
    "--sbom",
    "--explain",
    "--config",
)
_FLAGS: Final = ("--docker-all", "--facts", "--watch", "--probe")
_FACTS_LIMIT = 64 << 20
_LIST_LIMIT = 1 << 20
_LONGEST = 86400 * 7


def main(argv: Sequence[str], root: str = "/") -> int:
    """Run the command with the arguments `argv`, /proc read under `root`; return the exit code."""
    return command.run(lambda argv: _run(argv, root), argv, _HELP)


def _run(argv: Sequence[str], root: str) -> int:
    given = command.parse(argv, "doctor", valued=_VALUED, flags=_FLAGS)
    if given.has("--explain"):
        return _explain(given.value("--explain") or "")
    form = given.choice("--format", ["text", "json", "sarif", "github"]) or "text"
    fail_on = given.choice("--fail-on", ["error", "warning", "info", "never"]) or "warning"
    _refuse_nonsense(given)
    tools = _tools(given.value("--tools"))
    if given.words == ["-"]:
        every = [_from_input()]
    else:
        if not hasattr(os, "readlink") or sys.platform != "linux":
            raise Failure("doctor looks at Linux; run it in the container, or on its host")
        asked = _targets(given, root)
        if given.has("--sbom"):
            return _sbom(asked[0], given.value("--sbom") or "-")
        every = _facts(given, asked)
    if given.has("--facts"):
        from tinyinit.doctor.facts.as_json import to_json  # most want findings

        command.write("".join(to_json(facts) for facts in every))
        return 0
    results = [_judged(facts, tools, given.value("--config")) for facts in every]
    command.write(_shown(results, form, several=given.has("--docker-all")))
    return _code(results, fail_on)


def _refuse_nonsense(given: Arguments) -> None:
    ways = [name for name in ("--docker", "--podman", "--docker-all") if given.has(name)]
    ways += given.words
    if len(ways) > 1:
        raise UsageError(f"one target at a time; {' and '.join(ways[:3])} were given")
    word = given.words[0] if given.words else ""
    if word and word != "-" and not (word.isascii() and word.isdigit() and 0 < len(word) <= 9):
        from tinyinit.base.text import quote  # beside its only use

        raise UsageError(f"{quote(word)} is not a PID; expected a number, - or --docker NAME")
    live = [name for name in ("--watch", "--probe", "--sbom") if given.has(name)]
    if word == "-" and live:
        raise UsageError(f"{live[0]} needs the container itself, not facts of it")
    if given.has("--docker-all") and any(given.has(one) for one in ("--watch", "--sbom")):
        raise UsageError("--docker-all looks once at each; --watch and --sbom take one container")
    if given.has("--for") and not given.has("--watch"):
        raise UsageError("--for says how long to --watch; give that too")


def _targets(given: Arguments, root: str) -> list[Asked]:
    from tinyinit.doctor.facts import Asked  # --help and --explain need none

    name = given.value("--docker") or given.value("--podman")
    if name is None and not given.has("--docker-all"):
        pid = int(given.words[0]) if given.words else 1
        return [Asked(pid=pid, root=root, probe=given.has("--probe"))]
    from tinyinit.doctor import targets  # only for containers
    from tinyinit.engine import EngineError, find  # the same

    try:
        engine = find("podman" if given.has("--podman") else "docker")
        if name is None:
            every = targets.of_all(engine, root=root)
        else:
            every = [targets.of_container(engine, name, root=root)]
    except EngineError as error:
        raise Failure(str(error)) from error
    return [one._replace(probe=given.has("--probe")) for one in every]


def _facts(given: Arguments, asked: Sequence[Asked]) -> list[Facts]:
    from tinyinit.doctor.facts import ProcessError, gather  # see _targets

    found: list[Facts] = []
    for one in asked:
        try:
            found.append(_watched(given, one) if given.has("--watch") else gather(one))
        except ProcessError as error:
            # Of many, one may end while the others are looked at.
            if len(asked) == 1:
                raise Failure(str(error)) from error
            command.warn(f"{one.target}: {error}")
    return found


def _watched(given: Arguments, asked: Asked) -> Facts:
    from tinyinit.doctor import watch  # only for --watch

    seconds = _seconds(given.value("--for"))
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    last: list[Facts] = []

    def draw(facts: Facts) -> None:
        last[:] = [facts]
        if terminal:
            columns, lines = os.get_terminal_size(sys.stdout.fileno())
            command.write(watch.screen(facts, columns, lines, colour=_colour(terminal=True)))
        elif not given.has("--facts"):
            command.write(watch.one_line(facts) + "\n")

    if terminal:
        # A screen of its own: what was there comes back at the end.
        command.write("\x1b[?1049h\x1b[?25l")
    try:
        return watch.watch(asked, draw, seconds)
    except KeyboardInterrupt:
        if not last:
            raise
        return last[0]
    finally:
        if terminal:
            command.write("\x1b[?25h\x1b[?1049l")


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    number = text.removesuffix("s")
    try:
        seconds = float(number)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= _LONGEST:
        from tinyinit.base.text import quote  # beside its only use

        raise UsageError(f"--for is {quote(text)}; expected seconds, such as 30s")
    return seconds


def _from_input() -> Facts:
    from tinyinit.doctor.facts.as_json import FactsError, from_json  # only for -

    try:
        data = sys.stdin.buffer.read(_FACTS_LIMIT + 1)
        return from_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Failure("standard input is not UTF-8; expected the JSON of --facts") from error
    except FactsError as error:
        raise Failure(f"standard input {error}") from error
    except OSError as error:
        raise Failure(f"standard input cannot be read: {error.strerror}") from error


def _tools(path: str | None) -> frozenset[str] | None:
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  # pathlib costs more than all else here
            lines = file.read(_LIST_LIMIT).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is not UTF-8"
        raise Failure(f"--tools {path}: {why}; expected a file with a path on each line") from error
    return frozenset(line.strip() for line in lines if line.strip() and line[0] != "#")


def _judged(facts: Facts, tools: frozenset[str] | None, config: str | None) -> Result:
    from tinyinit.doctor.checks import CHECKS, examine  # --facts judges nothing

    result = examine(facts, tools=tools)
    if config is None and not os.path.exists(".tinyinit.toml"):  # noqa: PTH110  # see _tools
        return result
    import datetime as dt  # only where something is ignored
    from pathlib import Path  # the same

    from tinyinit.findings import ignores  # the same

    try:
        found = ignores.read(Path(config or ignores.FILE), CHECKS, must_exist=config is not None)
    except ignores.IgnoreError as error:
        raise Failure(str(error)) from error
    today = dt.datetime.now(tz=dt.UTC).date()
    return ignores.apply(result, found, today)


def _shown(results: Sequence[Result], form: str, *, several: bool) -> str:
    from tinyinit import findings  # --help needs none

    terminal = sys.stdout.isatty()
    if form == "text" and several:
        lines = findings.show_lines(results, colour=_colour(terminal=terminal))
        return lines or "no container is running\n"
    return findings.show(results, form, tool="tinyinit doctor", colour=_colour(terminal=terminal))


def _colour(*, terminal: bool) -> bool:
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _code(results: Sequence[Result], fail_on: str) -> int:
    from tinyinit.findings import at_least  # see _shown

    if fail_on == "never":
        return 0
    return DIFFERS if any(at_least(one.findings, fail_on) for one in results) else 0


def _sbom(asked: Asked, path: str) -> int:
    from tinyinit.doctor import sbom  # only for --sbom
    from tinyinit.doctor.facts import ProcessError, first_of  # the same

    try:
        pid = first_of(asked)
        text = sbom.to_json(sbom.read(pid, asked.root), asked.target or f"process {pid}")
        if path == "-":
            command.write(text)
        else:
            with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123  # see _tools
                file.write(text)
    except (sbom.SbomError, ProcessError) as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"--sbom {path} cannot be written: {error.strerror}") from error
    if path != "-":
        command.write(
            f"{path}: CycloneDX 1.5; read by osv-scanner --sbom, grype sbom:, trivy sbom,"
            " Dependency-Track\n"
        )
    return 0


def _explain(name: str) -> int:
    from tinyinit.doctor.checks import CHECKS  # beside its only use
    from tinyinit.doctor.explain import page  # the same

    if name not in CHECKS:
        from tinyinit.base.text import quote  # the same

        raise UsageError(f"no finding is called {quote(name)}; {command.expected(name, [*CHECKS])}")
    text = page(name)
    if text is None:
        command.complain(f"the page of {name} is not in this installation; see docs/findings")
        return CANNOT_RUN
    command.write(text)
    return 0
