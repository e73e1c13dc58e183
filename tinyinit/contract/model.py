"""A contract as it was read: its variables, where their values come from, the options of PID 1."""

from __future__ import annotations

from tinyinit.base.hidden import name_is_secret, without_password


class Variable:
    """What a contract says of one variable. Texts are as written; a list of them is a tuple."""

    __slots__ = (
        "aliases",
        "choices",
        "default",
        "description",
        "example",
        "items",
        "line",
        "max",
        "max_length",
        "min",
        "min_length",
        "must",
        "name",
        "pattern",
        "required",
        "required_if",
        "schemes",
        "secret",
        "separator",
        "type",
    )

    def __init__(  # noqa: PLR0913  # one for each key
        self,
        name: str,
        *,
        type: str = "string",  # noqa: A002  # the key's name
        default: str | None = None,
        required: bool | None = None,
        required_if: str | None = None,
        secret: bool = False,
        description: str = "",
        example: str = "",
        aliases: tuple[str, ...] = (),
        choices: tuple[str, ...] = (),
        min: str | None = None,  # noqa: A002
        max: str | None = None,  # noqa: A002
        min_length: int | None = None,
        max_length: int | None = None,
        pattern: str | None = None,
        schemes: tuple[str, ...] = (),
        must: str | None = None,
        items: str = "string",
        separator: str = ",",
        line: int = 0,
    ) -> None:
        """Take the keys of `[var.NAME]`; `line` is the table's, 0 if there is no file."""
        self.name = name
        self.type = type
        self.default = default
        #: None: required unless there is a default or a `required_if`.
        self.required = required
        self.required_if = required_if
        self.secret = secret
        self.description = description
        self.example = example
        self.aliases = aliases
        self.choices = choices
        self.min = min
        self.max = max
        self.min_length = min_length
        self.max_length = max_length
        self.pattern = pattern
        self.schemes = schemes
        self.must = must
        self.items = items
        self.separator = separator
        self.line = line


class Contract:
    """A contract: variables in their order, sources, options of PID 1."""

    __slots__ = ("env_files", "file", "init", "prefix", "secrets", "unknown", "variables")

    def __init__(  # noqa: PLR0913
        self,
        file: str,
        *,
        variables: dict[str, Variable] | None = None,
        init: dict[str, str | tuple[str, ...]] | None = None,
        env_files: tuple[str, ...] = (),
        secrets: str | None = None,
        prefix: str | None = None,
        unknown: str = "warn",
    ) -> None:
        """Take what the tables say; `file` is what reports call the contract."""
        self.file = file
        self.variables = {} if variables is None else variables
        self.init = {} if init is None else init
        self.env_files = env_files
        self.secrets = secrets
        self.prefix = prefix
        self.unknown = unknown


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
