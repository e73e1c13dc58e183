"""Which variables of a contract have values that no text may show."""

from __future__ import annotations

from tinyinit.base.hidden import name_is_secret, without_password

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tinyinit.contract.model import Contract, Variable


def hides(variable: Variable) -> bool:
    """Say whether the values of a variable are hidden: one of its names may say so."""
    if variable.secret or name_is_secret(variable.name):
        return True
    return bool(variable.aliases) and any(map(name_is_secret, variable.aliases))


def shown_default(variable: Variable) -> str:
    """Return the default of a variable, a URL's without its password."""
    return without_password(variable.default or "")


def without_secrets(contract: Contract) -> Contract:
    """Return a contract that has no secret for a default, to be pickled."""
    hidden = {
        name: variable
        for name, variable in contract.variables.items()
        if variable.default is not None and hides(variable)
    }
    if not hidden:
        return contract
    from copy import copy

    bare = copy(contract)
    bare.variables = dict(contract.variables)
    for name, variable in hidden.items():
        bare.variables[name] = changed = copy(variable)
        changed.default = None
        changed.required = False
    return bare
