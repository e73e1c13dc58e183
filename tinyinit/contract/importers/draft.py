"""A contract in the making, and what of its source could not be carried over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tinyinit.base.hidden import name_is_secret
from tinyinit.base.text import is_name
from tinyinit.contract.model import Contract, Variable
from tinyinit.contract.rules import finish
from tinyinit.contract.types import fits

if TYPE_CHECKING:
    from tinyinit.formats.problem import Problem

# Tried in this order on a whole value; what fits none is a string. 10m is minutes to some and
# megabytes to others, so it is neither here.
_FORMS = (
    ("int", re.compile(r"-?(0|[1-9][0-9]{0,17})")),
    ("float", re.compile(r"-?[0-9]+\.[0-9]+")),
    ("bool", re.compile(r"true|false|yes|no|on|off", re.IGNORECASE)),
    ("url", re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+\S*")),
    ("email", re.compile(r"[^\s@:/]+@[^\s@:/]+\.[A-Za-z]+")),
    ("uuid", re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)),
    ("ip", re.compile(r"((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(?!$)|$)){4}")),
    ("duration", re.compile(r"([0-9]+h)?([0-9]+m)?[0-9]+(ms|s)|[0-9]+[dh]([0-9]+[hm])?")),
    ("size", re.compile(r"[0-9]+([kKMGT]i?B|[kKMGT])")),
    ("path", re.compile(r"/[^\s:]*")),
)
_PORT_MAX = 65535


class SourceError(Exception):
    """The source cannot be read at all; the text is one line."""


class Draft:
    """The contract and the notes, in the order of the source."""

    def __init__(self, source: str) -> None:
        """Begin an empty contract; `source` is what messages call it."""
        self.contract = Contract(source)
        self.notes: list[tuple[str, str]] = []

    def add(self, variable: Variable) -> None:
        """Add a variable; one that is there already, or whose name no environment has, is noted."""
        if not is_name(variable.name):
            self.note(variable.name, "cannot be the name of a variable")
        elif variable.name in self.contract.variables:
            self.note(variable.name, "is there twice; the first was taken")
        else:
            self.contract.variables[variable.name] = variable

    def add_sample(
        self, name: str, value: str, *, description: str = "", is_default: bool = False
    ) -> None:
        """Add a variable of which one value is known: its example or its default.

        The value of a secret stays where it is.
        """
        kind = guess(name, value)
        variable = Variable(name, type=kind, description=description)
        if is_secret(name, value):
            variable.secret = True
            variable.type = kind if kind == "url" else "string"
            if is_default:
                variable.required = False
            if value:
                self.note(name, "looks like a secret; its value was not imported")
        elif is_default and value:
            variable.default = value
        else:
            variable.example = value
            variable.required = False if is_default else None
        self.add(variable)

    def settled(self) -> Draft:
        """Return this draft as a contract that the readers take; what they would not is noted."""
        variables = self.contract.variables
        taken = set(variables)
        for variable in variables.values():
            for alias in variable.aliases:
                if not is_name(alias) or alias in taken:
                    self.note(variable.name, f"cannot have the older name {alias}")
                    variable.aliases = tuple(name for name in variable.aliases if name != alias)
                taken.add(alias)
            self._settle(variable)
        return self

    def _settle(self, variable: Variable) -> None:
        plain = Variable(variable.name)
        while True:
            problems: list[Problem] = []
            finish(variable, problems, self.contract.file)
            if not problems:
                return
            # Each begins with "[var.NAME] KEY "; without the key, nothing is wrong with it.
            key, _, what = problems[0].text.partition("] ")[2].partition(" ")
            self.note(variable.name, f"has a {key} that {what}; it was left out")
            setattr(variable, key, getattr(plain, key))
            if key == "default":
                variable.required = False

    def note(self, where: str, text: str) -> None:
        """Say what could not be carried over; `text` follows `where`, a name or a line."""
        self.notes.append((where, text))


def guess(name: str, value: str) -> str:
    """Return the type that a value of this variable suggests."""
    for kind, form in _FORMS:
        if form.fullmatch(value) and fits(kind, value):
            is_port = kind == "int" and name.upper().endswith("PORT")
            return "port" if is_port and 1 <= int(value) <= _PORT_MAX else kind
    return "string"


def is_secret(name: str, value: str) -> bool:
    """Say whether a variable is a secret: by its name, or as a URL with a password."""
    _, mark, rest = value.partition("://")
    user, at, _ = re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")
    return name_is_secret(name) or bool(mark and at and ":" in user)
