"""A contract as it was read: its variables, where their values come from, the options of PID 1."""

from __future__ import annotations


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
        """Take the keys of ``[var.NAME]``; ``line`` is the table's, 0 if there is no file."""
        self.name = name
        self.type = type
        self.default = default
        #: None: required unless there is a default or a ``required_if``.
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
        """Take what the tables say; ``file`` is what reports call the contract."""
        self.file = file
        self.variables = {} if variables is None else variables
        self.init = {} if init is None else init
        self.env_files = env_files
        self.secrets = secrets
        self.prefix = prefix
        self.unknown = unknown
