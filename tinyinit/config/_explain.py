"""Where values come from, and instances as dicts and with changes."""

from __future__ import annotations

from tinyinit.base.hidden import HIDDEN, without_password
from tinyinit.config._convert import json_text, text_of
from tinyinit.config._instance import Settings, has_value, schema_of_instance, sources_of
from tinyinit.config._url import Url
from tinyinit.config._values import Secret, emptied
from tinyinit.formats.problem import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeVar

    from tinyinit.config._schema import Field, Schema
    from tinyinit.contract.source import Value

    T = TypeVar("T")


class Origin:
    """Where the value of one field comes from.

    `field` is its path, as in `db.host`; `variable` the variable's name; `value` the value
    as text, `<hidden>` if no report would show it. `source` is `the environment`, an older
    name, a file, `the default`, `nothing` (it is missing and may be), `code` or `a pickle`.
    `file` and `line` say which file, and the line of an env file (else None and 0).
    """

    __slots__ = ("field", "file", "line", "source", "value", "variable")

    def __init__(  # noqa: PLR0913, PLR0917
        self, field: str, variable: str, value: str, source: str, file: str | None, line: int
    ) -> None:
        """Take all of it."""
        self.field = field
        self.variable = variable
        self.value = value
        self.source = source
        self.file = file
        self.line = line

    @property
    def place(self) -> str:
        """The source, with the line of an env file."""
        return f"{self.source}:{self.line}" if self.line else self.source

    def __repr__(self) -> str:
        """Show it without the value."""
        return f"Origin({self.field!r}, {self.variable!r}, {self.place!r})"


class Explanation(tuple[Origin, ...]):
    """One `Origin` for each field; as text a table."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return a line for each field: variable, value, source."""
        names = max((len(origin.variable) for origin in self), default=0)
        values = max((len(origin.value) for origin in self), default=0)
        return "\n".join(
            f"{origin.variable:<{names}}  {origin.value:<{values}}  {origin.place}"
            for origin in self
        )


def explain(settings: object) -> Explanation:
    """Say for each value of `settings` where it came from; secrets stay hidden."""
    settings = _settings(settings)
    return Explanation(_origins(settings, schema_of_instance(settings), ""))


def as_dict(settings: object) -> dict[str, Any]:
    """Return the values by the names of their fields; nested settings are dicts too.

    What `repr` hides is wrapped in a `Secret`, so that the dict may be logged.
    """
    settings = _settings(settings)
    values: dict[str, Any] = {}
    for name, field in schema_of_instance(settings).fields.items():
        value = getattr(settings, name) if has_value(settings, name) else emptied()
        if field.nested is not None:
            value = as_dict(value)
        elif field.hidden and value is not None and not isinstance(value, Secret):
            value = Secret(value)
        values[name] = value
    return values


def replace(settings: T, /, **changes: object) -> T:
    """Return a copy of `settings` with some values changed.

    Changes are checked like all values that code gives: a `ConfigError` tells what is wrong,
    `TypeError` that there is no such field.
    """
    copy: Any = _settings(settings).__replace__(**changes)
    made: T = copy
    return made


def _settings(settings: object) -> Settings:
    if not isinstance(settings, Settings):
        raise TypeError(f"this is a {type(settings).__name__}, not settings")
    return settings


def _origins(settings: Settings, schema: Schema, before: str) -> Iterator[Origin]:
    sources = sources_of(settings)
    for name, field in schema.fields.items():
        if field.nested is not None:
            yield from _origins(getattr(settings, name), field.nested, f"{before}{name}.")
            continue
        shown = _shown(field, getattr(settings, name)) if has_value(settings, name) else HIDDEN
        place = _place(field, sources.get(name))
        yield Origin(before + name, field.variable.name, shown, *place)


def _shown(field: Field, value: object) -> str:
    if value is None:
        return ""
    if field.hidden:
        return HIDDEN
    if field.kind.type == "json":
        return plain(json_text(value))
    text = str(value) if isinstance(value, Url) else text_of(value, field.variable.separator)
    return plain(without_password(text))


def _place(field: Field, source: Value | str | None) -> tuple[str, str | None, int]:
    if isinstance(source, str):
        return source, None, 0
    if source is None:
        return "nothing" if field.variable.default is None else "the default", None, 0
    if source.source is None:
        return "the environment", None, 0
    return plain(source.source), source.file, source.line
