"""What a test gets: of a container that was stopped, and of one that ended by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tinyinit.testing._problems import problems as problems_in

if TYPE_CHECKING:
    from tinyinit.rehearse import Run, Verdict

LINES_OF_THE_LOG = 20


class ContainerError(Exception):
    """A container was not what a test needs: it never ran, was never ready, or goes on for ever.

    The text is one line. It is an error of the test, never a pass.
    """


@dataclass(frozen=True)
class Result:
    """A container that ended by itself: `image.run()`.

    `exit_code` is PID 1's, 128 and the signal's number if one killed it; `seconds` it took from
    the start of `docker run`; `output` is what it wrote to both streams.
    """

    exit_code: int
    seconds: float
    output: str = field(repr=False)

    @property
    def problems(self) -> dict[str, str]:
        """What the contract refused, by variable: `{"PORT": "is missing"}`; empty if nothing.

        A problem of a file has `FILE:LINE` for a name. Secret values are hidden, as in the log.
        """
        return problems_in(self.output)


@dataclass(frozen=True)
class Report:
    """A stop: `container.stop()`.

    `exit_code` is PID 1's, 128 and the signal's number if one killed it. `seconds` is the time
    from the stop signal to the end of PID 1. `killed`: the engine had to end it with SIGKILL.
    `zombies`: how many processes had ended unreaped before the stop. `log`: all it wrote.
    """

    exit_code: int
    seconds: float
    killed: bool
    zombies: int
    log: str = field(repr=False)
    run: Run | None = field(repr=False)
    """The recording, as `tinyinit rehearse` has it; None where /proc has not the container."""

    @property
    def clean(self) -> bool:
        """Nobody cut off, nobody deaf, no leftovers, no zombies, no odd exit code.

        Raises ContainerError where the container's processes are on another machine.
        """
        return self._seen().clean and not self.zombies

    @property
    def cut_off(self) -> list[str]:
        """The processes that were killed at work: `["app (pid 9)"]`.

        Raises ContainerError where the container's processes are on another machine.
        """
        return [process.label for process in self._seen().cut_off]

    @property
    def verdicts(self) -> list[Verdict]:
        """What is to be said of the stop: each with `id`, `process`, `cause` and `advice`.

        The ids are those of `tinyinit rehearse`. Raises ContainerError as `clean` does.
        """
        return self._seen().verdicts

    @property
    def timeline(self) -> str:
        """Who got which signal when and who ended how, as text; empty where nobody saw it."""
        from tinyinit.rehearse import as_text  # only if a test failed

        return as_text(self.run) if self.run else ""

    def __repr__(self) -> str:
        """Say it on one line: what an assertion that fails shows."""
        words = [f"exit_code={self.exit_code}", f"seconds={self.seconds:.2f}"]
        if self.run is not None:
            words.insert(0, f"clean={self.clean}")
            words += [f"{one.id}: {one.cause}" for one in self.verdicts if one.id != "clean"]
        if self.zombies:
            words.append(f"zombies={self.zombies}")
        return f"<Report {', '.join(words)}>"

    def _seen(self) -> Run:
        if self.run is None:
            raise ContainerError(
                "nobody saw the stop: the container's processes are not in this machine's /proc; "
                "run the tests where the engine's daemon runs"
            )
        return self.run


def end_of(log: str) -> str:
    """Return the last lines of a log."""
    lines = log.splitlines()
    left_out = len(lines) - LINES_OF_THE_LOG
    first = [f"… {left_out} lines before"] if left_out > 0 else []
    return "\n".join([*first, *lines[-LINES_OF_THE_LOG:]])


def last_line(log: str) -> str:
    """Return the last line of a log that says anything, in quotes, or that there is none."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return f"its last line: {lines[-1]}" if lines else "it wrote nothing"
