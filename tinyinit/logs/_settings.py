"""What the environment says about logs: a contract of two variables."""

from __future__ import annotations

import os

from tinyinit.contract.checking import check
from tinyinit.contract.model import Contract, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

_CHOICES: Final = {
    "LOG_LEVEL": ("debug", "info", "warning", "error", "critical"),
    "LOG_FORMAT": ("auto", "json", "text"),
}


def read(level: str, format: str, environ: Mapping[str, str] | None) -> tuple[str, str]:  # noqa: A002
    """Return level and format: the environment's, or else these."""
    variables: dict[str, Variable] = {}
    given = dict(os.environ if environ is None else environ)
    for (name, choices), default in zip(_CHOICES.items(), (level, format), strict=True):
        if default not in choices:
            raise ValueError(f"{default!r} is none of {', '.join(choices)}")
        variables[name] = Variable(name, choices=choices, default=default)
        # Written either way by other tools; a wrong one is reported as it was written.
        if given.get(name, "").lower() in choices:
            given[name] = given[name].lower()
    result = check(Contract("tinyinit.logs", variables=variables), given)
    if result.problems:
        from tinyinit.config import ConfigError
        from tinyinit.contract.report import Report

        raise ConfigError(Report(result.file, result.problems, result.warnings))
    found = (result.values.get(name) for name in _CHOICES)
    level, format = (value.data.decode() if value else "" for value in found)  # noqa: A001
    return level, format
