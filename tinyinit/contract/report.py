"""Problems and warnings as people, programs and GitHub read them."""

from __future__ import annotations

from tinyinit.base.text import json_string
from tinyinit.formats.problem import Problem, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Report:
    """The problems and warnings of one contract or environment."""

    __slots__ = ("file", "of_contract", "problems", "warnings")

    def __init__(
        self,
        file: str,
        problems: Sequence[Problem],
        warnings: Sequence[Problem] = (),
        *,
        of_contract: bool = False,
    ) -> None:
        """Take what was found; `of_contract`: in the file, not in the environment."""
        self.file = file
        self.problems = problems
        self.warnings = warnings
        self.of_contract = of_contract

    def message(self) -> str:
        """Return what the report says, in one sentence."""
        file = plain(self.file)
        count = f"{len(self.problems)} problem{'' if len(self.problems) == 1 else 's'}"
        if self.of_contract:
            return f"the contract {file} has {count}"
        if not self.problems:
            return f"the environment meets {file}"
        return f"the environment does not meet {file}: {count}"

    def text(self, *, quiet: bool = False) -> str:
        """Return the lines for standard error; `quiet` leaves the warnings out."""
        lines: list[str] = []
        if self.problems:
            lines.append(f"tinyinit: {self.message()}\n")
            lines.extend(_block(self.problems))
        if self.warnings and not quiet:
            lines.append("tinyinit: warning:\n")
            lines.extend(_block(self.warnings))
        return "".join(lines)

    def json(self) -> str:
        """Return one object on one line."""
        level = "error" if self.problems else "warning" if self.warnings else "info"
        event = "contract" if self.of_contract else "environment"
        return (
            f'{{"level": "{level}", "event": "{event}", "message": {_string(self.message())}, '
            f'"problems": [{_objects(self.problems)}], "warnings": [{_objects(self.warnings)}]}}\n'
        )

    def github(self) -> str:
        """Return one annotation for each problem and warning, as GitHub's workflows read them."""
        return "".join(_annotation(problem) for problem in (*self.problems, *self.warnings))


def _left(problem: Problem) -> str:
    if problem.variable is not None:
        return plain(problem.variable)
    file = plain(problem.file or "")
    return f"{file}:{problem.line}" if problem.line else file


def _block(problems: Sequence[Problem]) -> Iterable[str]:
    width = max(len(_left(problem)) for problem in problems)
    for problem in problems:
        yield f"  {_left(problem):<{width}}  {problem.text}\n"


def _string(text: str | None) -> str:
    return "null" if text is None else json_string(text)


def _objects(problems: Sequence[Problem]) -> str:
    return ", ".join(
        f'{{"variable": {_string(problem.variable)}, "source": {_string(problem.file)}, '
        f'"line": {problem.line or "null"}, "problem": {_string(problem.text)}}}'
        for problem in problems
    )


def _annotation(problem: Problem) -> str:
    place = "" if problem.file is None else f" file={_property(plain(problem.file))}"
    line = f",line={problem.line}" if problem.line else ""
    name = "" if problem.variable is None else f"{plain(problem.variable)} "
    text = f"{name}{problem.text}".replace("%", "%25")
    return f"::{'warning' if problem.warning else 'error'}{place}{line}::{text}\n"


def _property(text: str) -> str:
    return text.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
