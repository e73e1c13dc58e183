"""What `load` raises and warns with: the report of the contract's readers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyinit.contract.report import Report
    from tinyinit.formats.problem import Problem


class ConfigError(ValueError):
    """The environment does not meet the contract. Its text is the report, with all problems.

    `problems` has them one by one: each has the `variable` it is of (or None), its `text`,
    and the `file` and `line` it comes from (None and 0 for the process environment).
    `warnings` has what does not stop the app.
    """

    __module__ = "tinyinit.config"  # as tracebacks show it

    def __init__(self, report: Report) -> None:
        """Take the report."""
        super().__init__(report)
        self.problems: Sequence[Problem] = report.problems
        self.warnings: Sequence[Problem] = report.warnings

    def __str__(self) -> str:
        """Return the report, as `tinyinit` prints it."""
        report: Report = self.args[0]
        return report.text().rstrip("\n")


class ConfigWarning(UserWarning):
    """What `load` warns of: an older name that is still used, a variable that nothing reads."""

    __module__ = "tinyinit.config"


def problems_of_values(name: str, problems: Sequence[Problem]) -> ConfigError:
    """Return the error of a call that was given values with problems."""
    from tinyinit.config._given import Given

    return ConfigError(Given(name, problems))
