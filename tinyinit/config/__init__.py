"""Typed settings from the environment, checked as the file `tinyinit` checks them."""

from __future__ import annotations

from tinyinit.config._define import define, var
from tinyinit.config._errors import ConfigError, ConfigWarning
from tinyinit.config._load import load, load_or_exit
from tinyinit.config._url import Url
from tinyinit.config._values import Email, Hostname, HostPort, Json, Port, Secret, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tinyinit.config._explain import Explanation, Origin, as_dict, explain, replace
    from tinyinit.config._from_contract import from_contract, to_contract

__all__ = [
    "ConfigError",
    "ConfigWarning",
    "Email",
    "Explanation",
    "HostPort",
    "Hostname",
    "Json",
    "Origin",
    "Port",
    "Secret",
    "Size",
    "Url",
    "as_dict",
    "define",
    "explain",
    "from_contract",
    "load",
    "load_or_exit",
    "replace",
    "to_contract",
    "var",
]

_LATER = {
    "Explanation": "_explain",
    "Origin": "_explain",
    "as_dict": "_explain",
    "explain": "_explain",
    "replace": "_explain",
    "from_contract": "_from_contract",
    "to_contract": "_from_contract",
}


if not TYPE_CHECKING:  # or checkers would take any name for one

    def __getattr__(name: str) -> object:
        """Import what few programs need when they need it."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
