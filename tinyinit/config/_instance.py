"""What all settings can do: compare, be shown without secrets, be copied with changes, travel."""

from __future__ import annotations

from tinyinit.base.hidden import HIDDEN
from tinyinit.config._annotations import MISSING
from tinyinit.config._errors import problems_of_values
from tinyinit.config._schema import definition_of, schema_of
from tinyinit.config._values import is_secret
from tinyinit.formats.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Never

    from tinyinit.config._schema import Field, Schema
    from tinyinit.contract.source import Value


class LeftOut(AttributeError):  # noqa: N818  # it is what hasattr() asks for
    """A field that has no value: a secret after a pickle, or one that has a problem."""


class _Signature:
    """The signature of a class of settings, made when someone asks: `inspect` is slow to load."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type) -> object:
        from inspect import Parameter, Signature

        parameters: list[Parameter] = []
        for name, field in schema_of(owner).fields.items():
            default = MISSING if field.nested else field.default()
            parameters.append(
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if default is MISSING else default,
                )
            )
        return Signature(parameters)


class Settings:
    """The base of all classes that `define` makes."""

    __slots__ = ("__weakref__", "_made")

    __signature__ = _Signature()
    #: With which names its variables have, and where its values come from, by field.
    _made: tuple[Schema, dict[str, Value | str | None]]

    def __init__(self, /, **values: object) -> None:
        """Check and take values, or texts as in the environment.

        `ConfigError` tells all that is wrong with them, `TypeError` that one is missing.
        """
        schema = schema_of(type(self))
        for name in values:
            if name not in schema.fields:
                raise TypeError(f"{type(self).__qualname__}() has no field {name!r}")
        fill(self, schema, values, {}, {})

    def __repr__(self) -> str:
        """Show all fields; `<hidden>` for those whose values no report would show."""
        fields = schema_of_instance(self).fields.values()
        shown = ", ".join(f"{field.name}={_shown(self, field)}" for field in fields)
        return f"{type(self).__qualname__}({shown})"

    def __eq__(self, other: object) -> bool:
        """Compare all fields of two instances of one class."""
        if not isinstance(other, Settings) or type(other) is not type(self):
            return NotImplemented
        return _values(self) == _values(other)

    def __hash__(self) -> int:
        """Hash all fields; lists like tuples."""
        return hash(tuple(map(_hashable, _values(self).values())))

    def __setattr__(self, name: str, value: object) -> Never:
        """Refuse: settings do not change."""
        raise AttributeError(f"{type(self).__qualname__} does not change; use config.replace()")

    def __delattr__(self, name: str) -> Never:
        """Refuse: settings do not change."""
        raise AttributeError(f"{type(self).__qualname__} does not change")

    if not TYPE_CHECKING:  # or checkers would take any attribute for one

        def __getattr__(self, name: str) -> object:
            """Say why a field has no value."""
            if name in definition_of(type(self)).declared:
                raise LeftOut(f"{name} has no value here: secrets are left out of pickles")
            raise AttributeError(f"{type(self).__qualname__!r} object has no attribute {name!r}")

    def __replace__(self, /, **changes: object) -> Settings:
        """Return a copy with some values changed and checked, as `config.replace`."""
        schema = schema_of_instance(self)
        for name in changes:
            if name not in schema.fields:
                raise TypeError(f"{type(self).__qualname__} has no field {name!r}")
        made = object.__new__(type(self))
        # A secret that was left out of a pickle is left out again, not made its default.
        kept = {name: getattr(self, name, MISSING) for name in schema.fields if name not in changes}
        fill(made, schema, changes, kept, sources_of(self))
        return made

    def __copy__(self) -> Settings:
        """Return the instance itself: it does not change."""
        return self

    def __deepcopy__(self, memo: object) -> Settings:
        """Return the instance itself: it does not change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle all but the fields that `repr` hides."""
        schema = schema_of_instance(self)
        values = {
            name: value for name, value in _values(self).items() if not schema.fields[name].hidden
        }
        definition = definition_of(type(self))
        if definition.made_of is None:
            return (restored, (type(self), values))
        from tinyinit.contract.model import without_secrets

        return (definition.remake, (without_secrets(definition.made_of), values))


def fill(
    made: object,
    schema: Schema,
    given: dict[str, object],
    kept: dict[str, object],
    sources: dict[str, Value | str | None],
) -> None:
    """Give an instance its values; `ConfigError` tells all that is wrong with those given."""
    problems: list[Problem] = []
    missing: list[str] = []
    sources = {**sources, **dict.fromkeys(given, "code")}
    for name, field in schema.fields.items():
        if name in kept:
            value = kept[name]
            if value is MISSING:
                continue
        elif name in given:
            try:
                value = _taken(field, given[name])
            except ValueError as error:
                problems.append(Problem(str(error), variable=name))
                continue
        else:
            value = _absent(field)
            if value is MISSING:
                missing.append(name)
                continue
        object.__setattr__(made, name, value)
    if missing:
        raise TypeError(f"{schema.owner.__qualname__}() misses {', '.join(missing)}")
    object.__setattr__(made, "_made", (schema, sources))
    for problem in own_check(made, schema):
        problem.variable = next(p for p, f in schema.walk() if f.variable.name == problem.variable)
        problems.append(problem)
    if problems:
        raise problems_of_values(schema.owner.__qualname__, problems)


def own_check(made: Any, schema: Schema) -> Iterator[Problem]:
    """Yield what the class's own `check()` says, as far as it gets without missing values."""
    check = getattr(schema.owner, "check", None)
    if check is None:
        return
    names = {path: field.variable.name for path, field in schema.walk()}
    try:
        for path, text in check(made) or ():
            if path not in names:
                raise ValueError(f"{schema.owner.__qualname__}.check(): there is no field {path!r}")
            yield Problem(str(text), variable=names[path])
    except LeftOut:
        return


def _taken(field: Field, value: object) -> Any:
    if field.nested is None:
        return field.value_of(value)
    if not isinstance(value, field.nested.owner):
        expected = field.nested.owner.__qualname__
        raise ValueError(f"is a {type(value).__name__}, not a {expected}")  # noqa: TRY004
    return value


def _absent(field: Field) -> Any:
    if field.nested is None:
        return field.default()
    inner = field.nested
    if any(_absent(each) is MISSING for each in inner.fields.values()):
        return MISSING
    return inner.owner()


def schema_of_instance(settings: Settings) -> Schema:
    """Return the contract of an instance: a nested one's variables have its owner's prefix."""
    return settings._made[0]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def sources_of(settings: Settings) -> dict[str, Value | str | None]:
    """Return where values come from, by field; one that is not there was not given."""
    return settings._made[1]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _values(settings: Settings) -> dict[str, Any]:
    names = schema_of_instance(settings).fields
    return {name: getattr(settings, name) for name in names if has_value(settings, name)}


def has_value(settings: Settings, name: str) -> bool:
    """Say whether a field has a value: a secret has none after a pickle."""
    try:
        object.__getattribute__(settings, name)
    except AttributeError:
        return False
    return True


def _shown(settings: Settings, field: Field) -> str:
    if not has_value(settings, field.name):
        return HIDDEN
    value: object = getattr(settings, field.name)
    if value is None or field.nested is not None or not field.hidden or is_secret(value):
        return repr(value)
    return HIDDEN


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def restored(cls: type[Settings], values: dict[str, object]) -> Settings:
    """Return an instance with the values that came out of a pickle."""
    made = object.__new__(cls)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    schema = schema_of(cls)
    object.__setattr__(made, "_made", (schema, dict.fromkeys(schema.fields, "a pickle")))
    return made
