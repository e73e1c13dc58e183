"""A class as a contract: its fields, the variables they read, what is wrong with them."""

from __future__ import annotations

from tinyinit.config._annotations import PLAIN, Unresolved, kind_of, resolved
from tinyinit.config._convert import Refused, json_text, text_of
from tinyinit.config._values import revealed
from tinyinit.contract._hidden import hides
from tinyinit.contract._model import Contract, Variable
from tinyinit.contract._problems import quote
from tinyinit.contract._rules import complaint, finish, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from tinyinit.config._annotations import Kind
    from tinyinit.contract._problems import Problem

MARK: Final = "__tinyinit__"
NAME_LIMIT: Final = 255
#: No default: the environment must have a value.
MISSING: Final = object()


class Var:
    """What ``var()`` says of a field."""

    __slots__ = ("default", "keys", "name")

    def __init__(self, default: object, name: str | None, keys: dict[str, Any]) -> None:
        """Take the keys as they were given, without those that were not."""
        self.default = default
        self.name = name
        self.keys = keys


class Declared:
    """A field as the class declares it."""

    __slots__ = ("annotation", "default", "names", "owner", "variable")

    def __init__(
        self,
        owner: type,
        annotation: Any,  # noqa: ANN401
        default: object,
        names: dict[str, Any],
    ) -> None:
        """Take the annotation as it is; ``names`` are those around the class."""
        self.owner = owner
        self.annotation = annotation
        self.default = default
        self.names = names
        #: As a contract has it; then the annotation says only what to make of its value.
        self.variable: Variable | None = None


class Field:
    """A field: of one variable, or of a nested class."""

    __slots__ = ("absent", "hidden", "kind", "name", "nested", "variable")

    variable: Variable
    kind: Kind

    def __init__(self, name: str) -> None:
        """Begin a field; ``Schema`` fills it in."""
        self.name = name
        self.nested: Schema | None = None
        #: What there is without a value: None, or MISSING if there must be one.
        self.absent: object = MISSING
        self.hidden = False

    def read(self, text: str) -> Any:  # noqa: ANN401
        """Make a value of a text that meets the rules.

        ``ValueError``, as in ``value_of``, if the annotation takes less than they do.
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

    def default(self) -> Any:  # noqa: ANN401
        """Return the value if the environment has none; MISSING if it must have one."""
        if self.variable.default is not None:
            return self.read(self.variable.default)
        return self.absent

    def value_of(self, value: object) -> Any:  # noqa: ANN401
        """Check a value that code gives, and make of it what ``load`` would.

        ``ValueError`` is what is wrong, as it follows a name in the report.
        """
        if value is None and self.absent is None:
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

    __slots__ = ("_names", "contract", "fields", "owner")

    def __init__(self, definition: Definition, prefix: str, parents: tuple[type, ...] = ()) -> None:
        """Make all fields.

        ``TypeError`` tells all that is wrong, ``Unresolved`` that a name is not there yet.
        """
        self.owner = definition.owner
        self.fields: dict[str, Field] = {}
        self._names: set[str] = set()
        self.contract = Contract(
            definition.made_of.file if definition.made_of else title(definition.owner),
            init=definition.made_of.init if definition.made_of else None,
            env_files=definition.env_files,
            secrets=definition.secrets,
            prefix=prefix or None,
            unknown=definition.unknown,
        )
        wrong: list[str] = []
        for name, declared in definition.declared.items():
            try:
                self.fields[name] = field = _field(name, declared, prefix, (*parents, self.owner))
            except TypeError as error:
                wrong.append(f"{self.owner.__qualname__}.{name}: {error}")
            else:
                wrong += self._add(field)
        if wrong:
            raise TypeError("\n".join(wrong))
        _translate_conditions(self)

    def _add(self, field: Field) -> Iterator[str]:
        inner = field.nested.contract.variables.values() if field.nested else (field.variable,)
        for variable in inner:
            for name in (variable.name, *variable.aliases):
                if name in self._names:
                    yield f"{self.owner.__qualname__}.{field.name}: {name} is another field's name"
                self._names.add(name)
            self.contract.variables[variable.name] = variable

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Yield all fields that have a variable, with their paths, as in ``db.host``."""
        for name, field in self.fields.items():
            if field.nested is None:
                yield name, field
            else:
                for path, inner in field.nested.walk():
                    yield f"{name}.{path}", inner


class Definition:
    """What ``define`` keeps with a class."""

    __slots__ = (
        "_schema",
        "declared",
        "env_files",
        "made_of",
        "owner",
        "prefix",
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
        self._schema: Schema | None = None

    def schema(self) -> Schema:
        """Return the class as a contract, with its own prefix."""
        if self._schema is None:
            schema = Schema(self, self.prefix)
            _check_conditions(schema)
            self._schema = schema
        return self._schema


def definition_of(cls: type) -> Definition:
    """Return what ``define`` kept with ``cls``; ``TypeError`` if it is not decorated."""
    found = vars(cls).get(MARK) if hasattr(cls, "__dict__") else None
    if not isinstance(found, Definition):
        name = getattr(cls, "__qualname__", None) or repr(cls)
        raise TypeError(f"{name} is not decorated with @config.define")
    return found


def schema_of(cls: type) -> Schema:
    """Return ``cls`` as a contract; ``TypeError`` if one of its annotations names nothing."""
    definition = definition_of(cls)
    try:
        return definition.schema()
    except Unresolved as error:
        raise TypeError(str(error)) from None


def title(cls: type) -> str:
    """Return what reports call a class: ``app.settings:Settings``."""
    return f"{cls.__module__}:{cls.__qualname__}"


def _field(name: str, declared: Declared, prefix: str, parents: tuple[type, ...]) -> Field:
    annotation = declared.annotation
    kind = PLAIN.get(annotation) if isinstance(annotation, type) else None
    if kind is None:
        where = f"{declared.owner.__qualname__}.{name}"
        annotation = resolved(annotation, declared.owner, declared.names, where)
        inner = getattr(annotation, "__dict__", {}).get(MARK)
        if isinstance(inner, Definition):
            return _nested_field(name, declared, inner, prefix, parents)
        kind = kind_of(
            annotation, lambda text: resolved(text, declared.owner, declared.names, where)
        )
    if kind is None:
        raise TypeError(_no_type(annotation))
    field = Field(name)
    field.kind = kind
    if declared.variable is not None:
        field.variable = declared.variable
        if kind.optional:
            field.absent = None
    else:
        field.variable = _variable(field, declared.default, prefix)
    field.hidden = hides(field.variable)
    _check_rules(field, plain=not isinstance(declared.default, Var))
    return field


def _check_rules(field: Field, *, plain: bool) -> None:
    variable = field.variable
    if plain:  # without rules only the default can be wrong; this is most fields
        wrong = variable.default and complaint(variable, variable.default, hidden=field.hidden)
        if wrong:
            raise TypeError(f"default {wrong}")
    else:
        problems: list[Problem] = []
        finish(variable, problems, "")
        if problems:
            table = f"[var.{variable.name}] "
            raise TypeError("; ".join(problem.text.removeprefix(table) for problem in problems))
    if variable.default is not None and field.kind.may_refuse:
        try:
            field.read(variable.default)
        except ValueError as error:
            raise TypeError(f"default {error}") from None


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
        f"{shown} is no type of a variable; a class of your own needs @config.define, "
        "anything else may be config.Json"
    )


def _arguments(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__args__", ())


def _variable(field: Field, default: object, prefix: str) -> Variable:
    kind = field.kind
    if not isinstance(default, Var):
        name = _checked_name(prefix + field.name.upper())
        variable = Variable(
            name, type=kind.type, items=kind.items, choices=kind.choices, secret=kind.secret
        )
        _set_default(field, variable, default)
        return variable
    keys = dict(default.keys)
    name = _checked_name(default.name or prefix + field.name.upper())
    for bound in ("min", "max"):
        if bound in keys:
            keys[bound] = text_of(keys[bound])
    for several in ("choices", "aliases", "schemes"):
        if several in keys:
            if isinstance(keys[several], str):
                raise TypeError(f"{several} is a list of texts, not one text")
            keys[several] = tuple(map(text_of, keys[several]))
    if kind.choices:
        if "choices" in keys:
            raise TypeError("choices are given by the annotation already")
        keys["choices"] = kind.choices
    keys["secret"] = kind.secret or keys.get("secret", False)
    variable = Variable(name, type=kind.type, items=kind.items, **keys)
    _set_default(field, variable, default.default)
    return variable


def _set_default(field: Field, variable: Variable, default: object) -> None:
    if default is None and not field.kind.optional:
        raise TypeError("the default is None; annotate it with | None")
    if default is None or default is MISSING:
        if field.kind.optional:
            field.absent = None
            if variable.required_if is None:
                variable.required = False
        elif variable.required_if is not None:
            raise TypeError("required_if: it may be missing; annotate it with | None")
        return
    variable.default = _written(field.kind, default, variable.separator)


def _written(kind: Kind, value: Any, separator: str) -> str:  # noqa: ANN401
    value = revealed(value)
    if kind.type == "json":
        return json_text(value)
    if kind.type == "string" and not kind.choices and not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} is no text")
    return text_of(value, separator)


def _checked_name(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise TypeError(f"{name!r} is no variable's name: letters A to Z, digits and _ only")
    if len(name) > NAME_LIMIT:
        raise TypeError(f"the variable's name is longer than {NAME_LIMIT} bytes")
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
