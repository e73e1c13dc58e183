"""All cases, each a function of an init whose docstring is its row in the table."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import TypeAlias

from tests.peers import codes, ending, memory, reaping, signals, starting
from tests.peers.inits import Init

Case: TypeAlias = Callable[[Init], None]


def _of(module: ModuleType) -> list[Case]:
    functions = inspect.getmembers_static(module, inspect.isfunction)
    own = [
        one for name, one in functions if one.__module__ == module.__name__ and is_case(name, one)
    ]
    return sorted(own, key=lambda case: case.__code__.co_firstlineno)


def is_case(name: str, function: Case) -> bool:
    """Whether a function is a case: public, and of one init."""
    return not name.startswith("_") and list(inspect.signature(function).parameters) == ["init"]


CASES = [
    case for module in (starting, signals, reaping, ending, codes, memory) for case in _of(module)
]


def sentence(case: Case) -> str:
    """Return what must hold, as the table says it."""
    return (case.__doc__ or "").strip()
