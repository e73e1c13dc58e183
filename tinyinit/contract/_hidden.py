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
    return upper.rpartition("_")[2] in _LAST or any(word in upper for word in _ANYWHERE)


def hides(variable: Variable) -> bool:
    """Say whether the values of a variable are hidden."""
    return variable.secret or looks_secret(variable.name)


def without_password(variable: Variable) -> str:
    """Return the default of a variable, a URL's without its password."""
    text = variable.default or ""
    scheme, mark, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    name, colon, _ = user.partition(":")
    return f"{scheme}{mark}{name}:…@{host}{slash}{path}" if mark and at and colon else text
