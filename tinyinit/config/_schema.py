"""A class as a contract: its fields, the variables they read, what is wrong with them."""

from __future__ import annotations

from tinyinit.base.text import NAME_LENGTH_MAX, is_name
from tinyinit.config._annotations import (
    MISSING,
    PLAIN,
    Declared,
    Unresolved,
    Var,
    kind_of,
    resolved,
)
from tinyinit.config._convert import Refused, json_text, text_of
from tinyinit.config._values import revealed
from tinyinit.contract.model import Contract, Variable, hides
from tinyinit.contract.rules import complaint, finish, split
from tinyinit.formats.problem import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Final

    from tinyinit.config._annotations import Kind
    from tinyinit.formats.problem import Problem

MARK: Final = "__tinyinit__"
_KEYS: Final = {
    **dict.fromkeys(("description", "example", "must", "pattern", "required_if", "separator"), str),
    **dict.fromkeys(("max_length", "min_length"), int),
    "secret": bool,
}


class Field:
    """A field: of one variable, or of a nested class."""

    __slots__ = ("absent", "hidden", "kind", "name", "nested", "variable")

    variable: Variable
    kind: Kind

    def __init__(self, name: str) -> None:
        """Begin a field; `Schema` fills it in."""
        self.name = name
        self.nested: Schema | None = None
        #: What there is without a value: None, or MISSING if there must be one.
        self.absent: object = MISSING
        self.hidden = False

    def read(self, text: str) -> Any:
        """Make a value of a text that meets the rules.

        `ValueError`, as in `value_of`, if the annotation takes less than they do.
        """
        try:
            if self.variable.type == "list":
                return self.kind.read(split(self.variable, text))
            return self.kind.read(text)
        except Refused as error:
            if self.hidden:
                text = f"{error.place}is not {error.expected} (value hidden)"
            else:
                text = f"{error.place}is {quote(error.text.encode())}, not {error.expected}"
            raise ValueError(text) from None

    def default(self) -> Any:
        """Return the value if the environment has none; MISSING if it must have one."""
        if self.variable.default is not None:
            return self.read(self.variable.default)
        return self.absent

    def value_of(self, value: object) -> Any:
        """Check a value that code gives, and make of it what `load` would.

        `ValueError` is what is wrong, as it follows a name in the report.
        """
        if value is None and self.kind.optional:
            return None
        try:
            text = _written(self.kind, value, self.variable.separator)
        except TypeError as error:
            raise ValueError(f"cannot be written: {error}") from None
        if wrong := complaint(self.variable, text, hidden=self.hidden):
            raise ValueError(wrong)
        return self.read(text)


class Schema:
    """A class as a contract, with the prefix under which its variables stand."""

    __slots__ = ("_names", "contract", "fields", "has_conditions", "owner")

    def __init__(self, definition: Definition, prefix: str, parents: tuple[type, ...] = ()) -> None:
        """Make all fields.

        `TypeError` tells all that is wrong, `Unresolved` that a name is not there yet.
        """
        self.owner = definition.owner
        self.fields: dict[str, Field] = {}
        self._names: set[str] = set()
        self.has_conditions = False
        self.contract = Contract(
            definition.made_of.file if definition.made_of else title(definition.owner),
            init=definition.made_of.init if definition.made_of else None,
            env_files=definition.env_files,
            secrets=definition.secrets,
            prefix=prefix or None,
            unknown=definition.unknown,
        )
        wrong: list[str] = []
        parents = (*parents, self.owner)
        for name, declared in definition.declared.items():
            try:
                self.fields[name] = field = _field(name, declared, prefix, parents)
                if field.nested is None:
                    self._add(field.variable)
                else:
                    for variable in field.nested.contract.variables.values():
                        self._add(variable)
            except TypeError as error:
                wrong.append(f"{self.owner.__qualname__}.{name}: {error}")
        if wrong:
            raise TypeError("\n".join(wrong))
        if self.has_conditions and definition.made_of is None:
            _translate_conditions(self)

    def _add(self, variable: Variable) -> None:
        for name in (variable.name, *variable.aliases):
            if name in self._names:
                raise TypeError(f"{name} is another field's name")
            self._names.add(name)
        if variable.required_if is not None:
            self.has_conditions = True
        self.contract.variables[variable.name] = variable

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Yield all fields that have a variable, with their paths, as in `db.host`."""
        for name, field in self.fields.items():
            if field.nested is None:
                yield name, field
            else:
                for path, inner in field.nested.walk():
                    yield f"{name}.{path}", inner


class Definition:
    """What `define` keeps with a class."""

    __slots__ = (
        "_schema",
        "declared",
        "env_files",
        "made_of",
        "owner",
        "prefix",
        "remake",
        "secrets",
        "unknown",
    )

    def __init__(
        self,
        owner: type,
        *,
        prefix: str,
        secrets: str | None,
        env_files: tuple[str, ...],
        unknown: str,
    ) -> None:
        """Take what the decorator says; the fields come later."""
        self.owner = owner
        self.prefix = prefix
        self.secrets = secrets
        self.env_files = env_files
        self.unknown = unknown
        self.declared: dict[str, Declared] = {}
        #: The contract that the class was made of, which is then no class of a module.
        self.made_of: Contract | None = None
        # Makes the class again from its contract, when an instance comes out of a pickle.
        self.remake: Callable[[Contract, dict[str, object]], Any] | None = None
        self._schema: Schema | None = None

    def schema(self) -> Schema:
        """Return the class as a contract, with its own prefix."""
        if self._schema is None:
            schema = Schema(self, self.prefix)
            if schema.has_conditions:
                _check_conditions(schema)
            self._schema = schema
        return self._schema


def definition_of(cls: type) -> Definition:
    """Return what `define` kept with `cls`; `TypeError` if it is not decorated."""
    found = vars(cls).get(MARK) if hasattr(cls, "__dict__") else None
    if not isinstance(found, Definition):
        name = getattr(cls, "__qualname__", None) or repr(cls)
        raise TypeError(f"{name} is not decorated with @config.define")
    return found


def schema_of(cls: type) -> Schema:
    """Return `cls` as a contract; `TypeError` if one of its annotations names nothing."""
    definition = definition_of(cls)
    try:
        return definition.schema()
    except Unresolved as error:
        raise TypeError(str(error)) from None


def title(cls: type) -> str:
    """Return what reports call a class: `app.settings:Settings`."""
    return f"{cls.__module__}:{cls.__qualname__}"


def _field(name: str, declared: Declared, prefix: str, parents: tuple[type, ...]) -> Field:
    annotation = declared.annotation
    kind = PLAIN.get(annotation) if isinstance(annotation, type) else None
    if kind is None:
        meant = _meant(name, declared)
        if isinstance(meant, Definition):
            return _nested_field(name, declared, meant, prefix, parents)
        kind = meant
    field = Field(name)
    field.kind = kind
    if declared.variable is None:
        field.variable = variable = _variable(field, declared.default, prefix)
    else:
        field.variable = variable = declared.variable
        if kind.optional:
            field.absent = None
    field.hidden = hides(variable)
    if declared.variable is not None or isinstance(declared.default, Var):
        _check_rules(variable)
    elif variable.default is not None and (kind.type != "string" or kind.choices):
        # Without rules only a default can be wrong.
        wrong = complaint(variable, variable.default, hidden=field.hidden)
        if wrong:
            raise TypeError(f"default {wrong}")
    if kind.may_refuse:
        _check_read(field)
    return field


def _meant(name: str, declared: Declared) -> Kind | Definition:
    owner, names = declared.owner, declared.names
    where = f"{owner.__qualname__}.{name}"
    annotation = resolved(declared.annotation, owner, names, where)
    inner = getattr(annotation, "__dict__", {}).get(MARK)
    if isinstance(inner, Definition):
        return inner
    kind = kind_of(annotation, lambda text: resolved(text, owner, names, where))
    if kind is None:
        raise TypeError(_no_type(annotation))
    return kind


def _check_read(field: Field) -> None:
    if field.variable.default is not None:
        try:
            field.read(field.variable.default)
        except ValueError as error:
            raise TypeError(f"default {error}") from None


def _check_rules(variable: Variable) -> None:
    problems: list[Problem] = []
    finish(variable, problems, "")
    if problems:
        table = f"[var.{variable.name}] "
        raise TypeError("; ".join(problem.text.removeprefix(table) for problem in problems))


def _nested_field(
    name: str, declared: Declared, inner: Definition, prefix: str, parents: tuple[type, ...]
) -> Field:
    if inner.owner in parents:
        raise TypeError(f"{inner.owner.__qualname__} is nested in itself")
    if declared.default is not MISSING:
        raise TypeError("a nested class has no default and no var(): its own fields have them")
    field = Field(name)
    field.nested = Schema(inner, f"{prefix}{name.upper()}_", parents)
    return field


def _no_type(annotation: object) -> str:
    shown = annotation.__qualname__ if isinstance(annotation, type) else str(annotation)
    if any(MARK in getattr(argument, "__dict__", ()) for argument in _arguments(annotation)):
        return f"{shown}: a nested class is always there; only its fields may be missing"
    return (
        f"{shown} cannot be the type of a variable; a class of your own needs @config.define, "
        "anything else may be config.Json"
    )


def _arguments(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__args__", ())


def _variable(field: Field, default: object, prefix: str) -> Variable:
    kind = field.kind
    name = prefix + field.name.upper()
    if isinstance(default, Var):
        name = default.name or name
        keys = _keys(default.keys)
        if kind.choices and "choices" in keys:
            raise TypeError("choices are given by the annotation already")
        default = default.default
    else:
        keys = {}
    if kind.choices:
        keys["choices"] = kind.choices
    if kind.secret:
        keys["secret"] = True
    variable = Variable(_checked_name(name), type=kind.type, items=kind.items, **keys)
    if default is not MISSING or kind.optional or variable.required_if is not None:
        _set_default(field, variable, default)
    return variable


def _keys(given: dict[str, Any]) -> dict[str, Any]:
    keys = dict(given)
    for key, expected in _KEYS.items():
        if key in keys and type(keys[key]) is not expected:
            raise TypeError(f"{key} is a {type(keys[key]).__name__}, not a {expected.__name__}")
    for bound in ("min", "max"):
        if bound in keys:
            keys[bound] = text_of(keys[bound])
    for several in ("choices", "aliases", "schemes"):
        if several in keys:
            if isinstance(keys[several], str):
                raise TypeError(f"{several} is a list of texts, not one text")
            keys[several] = tuple(map(text_of, keys[several]))
    for alias in keys.get("aliases", ()):
        _checked_name(alias)
    return keys


def _set_default(field: Field, variable: Variable, default: object) -> None:
    optional = field.kind.optional
    if default is None and not optional and variable.type != "json":
        raise TypeError("the default is None; annotate it with | None")
    if default is None or (default is MISSING and optional):
        field.absent = None
        if variable.required_if is None:
            variable.required = False
    elif default is not MISSING:
        variable.default = _written(field.kind, default, variable.separator)
    elif variable.required_if is not None:
        raise TypeError("required_if: it may be missing; annotate it with | None")


def _written(kind: Kind, value: Any, separator: str) -> str:
    value = revealed(value)
    if kind.type == "json":
        return json_text(value)
    if kind.type == "string" and not kind.choices and not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} is not a text")
    return text_of(value, separator)


def _checked_name(name: str) -> str:
    if not is_name(name):
        raise TypeError(
            f"{name!r} cannot be a variable's name: letters A to Z, digits and _, no digit first,"
            f" at most {NAME_LENGTH_MAX} bytes"
        )
    return name


def _translate_conditions(schema: Schema) -> None:
    for field in schema.fields.values():
        if field.nested is None and field.variable.required_if is not None:
            name, mark, value = field.variable.required_if.partition("=")
            other = schema.fields.get(name)
            if other is not None and other.nested is None:
                field.variable.required_if = f"{other.variable.name}{mark}{value}"


def _check_conditions(schema: Schema) -> None:
    variables = schema.contract.variables
    for path, field in schema.walk():
        name = (field.variable.required_if or "").partition("=")[0]
        if name and name not in variables:
            raise TypeError(f"{schema.owner.__qualname__}.{path}: required_if: no field {name}")
