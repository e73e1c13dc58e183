"""The contract of an environment: read, check, report, as the file does it before an app starts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tinyinit.contract.checking import Result, Value, check
    from tinyinit.contract.contract import read, read_file
    from tinyinit.contract.model import Contract, Variable
    from tinyinit.contract.report import Report
    from tinyinit.formats.problem import Problem

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
        "Contract": "contract.model",
        "Problem": "formats.problem",
        "Report": "contract.report",
        "Result": "contract.checking",
        "Value": "contract.checking",
        "Variable": "contract.model",
        "check": "contract.checking",
        "read": "contract.contract",
        "read_file": "contract.contract",
    }.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # costs a bare import nothing

    return getattr(import_module(f"tinyinit.{module}"), name)
