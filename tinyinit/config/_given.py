"""The report of values that code gives, not the environment."""

from __future__ import annotations

from tinyinit.contract.report import Report


class Given(Report):
    """The problems of values that a class or `replace` was given."""

    __slots__ = ()

    def message(self) -> str:
        """Return what the report says, in one sentence."""
        count = f"{len(self.problems)} problem{'' if len(self.problems) == 1 else 's'}"
        return f"the values given to {self.file} have {count}"
