"""Which values no text may show."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tinyinit.contract._model import Variable

_ANYWHERE = ("SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL", "PRIVATE")
_LAST = ("KEY", "DSN")


def looks_secret(name: str) -> bool:
    """Say whether a variable of this name is taken for a secret, whatever its contract says."""
    upper = name.upper()
    if upper.rpartition("_")[2] in _LAST:
        return True
    for word in _ANYWHERE:  # noqa: SIM110  # any() takes three times as long, for each variable
        if word in upper:
            return True
    return False


def hides(variable: Variable) -> bool:
    """Say whether the values of a variable are hidden: one of its names may say so."""
    if variable.secret or looks_secret(variable.name):
        return True
    return bool(variable.aliases) and any(map(looks_secret, variable.aliases))


def without_password(variable: Variable) -> str:
    """Return the default of a variable, a URL's without its password."""
    return cut_password(variable.default or "")


def cut_password(value: str) -> str:
    """Return a value without what is between a name's colon and the last at sign.

    Not only of valid URLs: a slip in one must not show its password.
    """
    at = value.rfind("@")
    colon = value.find(":")
    if colon >= 0 and value.startswith("://", colon):
        colon = value.find(":", colon + 1)
    return f"{value[: colon + 1]}…{value[at:]}" if 0 <= colon < at else value
