"""The contract of an environment: read, check, report, as the file does it before an app starts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tinyinit.contract._check import Result, Value, check
    from tinyinit.contract._contract import read, read_file
    from tinyinit.contract._model import Contract, Variable
    from tinyinit.contract._problems import Problem
    from tinyinit.contract._report import Report

__all__ = [
    "Contract",
    "Problem",
    "Report",
    "Result",
    "Value",
    "Variable",
    "check",
    "read",
    "read_file",
]


def __getattr__(name: str) -> object:
    """Import what is asked for, when it is asked for: a start pays for nothing else."""
    module = {
        "Contract": "_model",
        "Problem": "_problems",
        "Report": "_report",
        "Result": "_check",
        "Value": "_check",
        "Variable": "_model",
        "check": "_check",
        "read": "_contract",
        "read_file": "_contract",
    }.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # costs a bare import nothing

    return getattr(import_module(f"{__name__}.{module}"), name)
