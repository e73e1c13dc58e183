"""A settings class of pydantic-settings: its fields as variables."""

from __future__ import annotations

import enum
import types
import typing
from typing import TYPE_CHECKING

from tinyinit.base.hidden import name_is_secret
from tinyinit.contract.importers.draft import Draft, SourceError
from tinyinit.contract.model import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeAlias, TypeGuard

    # Fields and types of pydantic, which need not be there when this is checked.
    Foreign: TypeAlias = Any

# By name: a contract can be read where no pydantic is, and its types are many.
_NAMED = {
    "str": "string",
    "int": "int",
    "float": "float",
    "Decimal": "float",
    "bool": "bool",
    "SecretStr": "string",
    "SecretBytes": "string",
    "EmailStr": "email",
    "UUID": "uuid",
    "Path": "path",
    "PosixPath": "path",
    "timedelta": "duration",
    "ByteSize": "size",
    "IPv4Address": "ip",
    "IPv6Address": "ip",
    "IPvAnyAddress": "ip",
    "dict": "json",
    "Json": "json",
}
_LISTS = (list, tuple, set, frozenset)
_MEANING = {
    "duration": "is ISO 8601 or seconds to pydantic; a contract takes 30s, 1h30m or seconds",
    "size": "has kB as 1000 to pydantic; 1024 to a contract",
    "list": "is a JSON array to pydantic-settings; a contract takes items with commas",
}


def read_pydantic(settings: type, source: str) -> Draft:
    """Return the contract that a subclass of pydantic's BaseSettings stands for."""
    reader = _Reader(settings, source)
    reader.fields(settings, reader.prefix)
    reader.validators(settings)
    return reader.draft.settled()


class _Reader:
    """What is said of the class as a whole, and the contract in the making."""

    def __init__(self, settings: type, source: str) -> None:
        self.draft = Draft(source)
        config: Foreign = getattr(settings, "model_config", None)
        if not hasattr(settings, "model_fields") or config is None:
            raise SourceError(f"{source} is not a settings class of pydantic")
        self.prefix: str = config.get("env_prefix") or ""
        self.delimiter: str = config.get("env_nested_delimiter") or ""
        self.exact: bool = bool(config.get("case_sensitive"))
        if self.prefix:
            self.draft.contract.prefix = self.name(self.prefix)
        folder = config.get("secrets_dir")
        if isinstance(folder, str):
            self.draft.contract.secrets = folder
        files = config.get("env_file")
        if files:
            several = files if _is_list(files) else [files]
            self.draft.contract.env_files = tuple(f"?{file}" for file in several)
        if not self.exact:
            self.draft.note(source, "reads names in any case; here they are upper case")

    def name(self, text: str) -> str:
        return text if self.exact else text.upper()

    def fields(self, model: Foreign, prefix: str) -> None:
        for field_name, field in model.model_fields.items():
            names = self.names(field_name, field, prefix)
            annotation, is_optional = _without_none(field.annotation)
            nested = getattr(annotation, "model_fields", None)
            if nested is not None and self.delimiter:
                self.fields(annotation, names[0] + self.delimiter)
                self.validators(annotation)
                continue
            variable = Variable(
                names[0],
                aliases=tuple(names[1:]),
                description=" ".join((field.description or "").split()),
            )
            self.annotation(variable, annotation)
            for rule in field.metadata:
                self.rule(variable, rule)
            self.default(variable, field, is_optional=is_optional)
            self.example(variable, field)
            if variable.type in _MEANING:
                self.draft.note(variable.name, _MEANING[variable.type])
            self.draft.add(variable)

    def names(self, field_name: str, field: Foreign, prefix: str) -> list[str]:
        """Return the variable's name and its aliases; an alias of the field has no prefix."""
        alias = field.validation_alias
        if alias is None:
            return [self.name(prefix + field_name)]
        choices = getattr(alias, "choices", [alias])
        texts = [self.name(choice) for choice in choices if isinstance(choice, str)]
        if len(texts) < len(choices):
            self.draft.note(self.name(prefix + field_name), "has an alias that is a path")
        return texts or [self.name(prefix + field_name)]

    def annotation(self, variable: Variable, annotation: Foreign) -> None:
        kind = _kind(annotation)
        origin = _origin(annotation) or annotation
        if kind is not None:
            variable.type = kind
            variable.secret = getattr(annotation, "__name__", "").startswith("Secret")
            variable.choices = _choices(annotation)
            variable.schemes = _schemes(annotation) if kind == "url" else ()
        elif origin in _LISTS:
            variable.type = "list"
            items = [item for item in typing.get_args(annotation) if item is not Ellipsis]
            inner = _kind(items[0]) if items else "string"
            variable.items = inner or "string"
            if inner is None or len(set(items)) > 1:
                self.draft.note(variable.name, "has items of a type that a contract has not")
        elif hasattr(annotation, "model_fields"):
            variable.type = "json"
            self.draft.note(variable.name, "is a model in JSON; a contract only asks for JSON")
        else:
            shown = getattr(annotation, "__name__", str(annotation))
            self.draft.note(variable.name, f"is of type {shown}; it is a string here")

    def rule(self, variable: Variable, rule: Foreign) -> None:
        """Carry over one constraint, or all that stand in one object."""
        if rule is None:
            return
        found = False
        for key in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern", "multiple_of"):
            limit = getattr(rule, key, None)
            if limit is not None:
                found = True
                self.limit(variable, key, limit)
        if (kind := getattr(rule, "path_type", None)) in {"file", "dir"}:
            found = True
            variable.must = kind
        # An empty Interval says nothing; what has none of the names is somebody's own.
        if not found and not hasattr(rule, "ge"):
            self.draft.note(
                variable.name, f"has {type(rule).__name__}; a contract has no such rule"
            )

    def limit(self, variable: Variable, key: str, limit: Foreign) -> None:
        edge = "min" if key in {"ge", "gt"} else "max"
        ordered = variable.type in {"int", "float"}
        if key in {"min_length", "max_length"} and variable.type in {"string", "list"}:
            setattr(variable, key, int(limit))
        elif key in {"ge", "le"} and ordered:
            setattr(variable, edge, _text(limit))
        elif key in {"gt", "lt"} and variable.type == "int" and isinstance(limit, int):
            setattr(variable, edge, str(limit + 1 if key == "gt" else limit - 1))
        elif key == "pattern" and isinstance(limit, str) and variable.type == "string":
            # pydantic searches, a contract matches the whole value.
            start, end = limit.startswith("^"), limit.endswith("$")
            inner = limit[1 if start else 0 : -1 if end else None]
            variable.pattern = ("" if start else ".*") + inner + ("" if end else ".*")
        else:
            self.draft.note(variable.name, f"has {key} {limit}; a contract cannot say that here")

    def default(self, variable: Variable, field: Foreign, *, is_optional: bool) -> None:
        if field.is_required():
            if is_optional:
                self.draft.note(variable.name, "may be None, but not missing; it is required here")
            return
        if field.default_factory is not None:
            variable.required = False
            self.draft.note(
                variable.name, "has a default that is made by code; it may be missing here"
            )
        elif field.default is None:
            variable.required = False
        elif variable.secret or name_is_secret(variable.name):
            variable.required = False
            self.draft.note(variable.name, "is a secret with a default; it was left out")
        else:
            self.text_default(variable, field.default)

    def text_default(self, variable: Variable, default: Foreign) -> None:
        total_seconds: Foreign = getattr(default, "total_seconds", None)
        if _is_list(default) and variable.type == "list":
            items = [_text(item) for item in default]
            if items and not any("," in item or not item.strip() for item in items):
                variable.default = ",".join(items)
                return
        elif total_seconds is not None:
            variable.default = f"{round(total_seconds() * 1000)}ms"
            return
        elif not isinstance(default, dict) and _text(default):
            variable.default = _text(default)
            return
        variable.required = False
        if default not in ([], (), set(), "", {}):
            self.draft.note(variable.name, "has a default that is not text; it may be missing here")

    def example(self, variable: Variable, field: Foreign) -> None:
        examples: Foreign = field.examples
        if examples and isinstance(examples[0], str | int | float):
            variable.example = _text(examples[0])

    def validators(self, model: Foreign) -> None:
        found: Foreign = getattr(model, "__pydantic_decorators__", None)
        for name, decorator in getattr(found, "field_validators", {}).items():
            for field in decorator.info.fields:
                self.draft.note(field, f"is checked by {name}(); a contract has no code")
        for name in getattr(found, "model_validators", {}):
            self.draft.note(model.__name__, f"is checked by {name}(); a contract has no code")


def _origin(annotation: Foreign) -> Foreign:
    return typing.get_origin(annotation)


def _is_list(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, _LISTS)


def _without_none(annotation: Foreign) -> tuple[Any, bool]:
    """Return what `X | None` is besides None."""
    if _origin(annotation) in {typing.Union, types.UnionType}:
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return annotation, False


def _kind(annotation: Foreign) -> str | None:
    """Return the type of a contract for a type that is not a list; None if there is none."""
    if _origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if choices := _choices(annotation):
        values = [value for value in _members(annotation) if isinstance(value, int)]
        return "int" if len(values) == len(choices) else "string"
    if hasattr(annotation, "_constraints"):
        return "url"
    origin = _origin(annotation) or annotation
    return _NAMED.get(getattr(origin, "__name__", ""))


def _members(annotation: Foreign) -> list[Foreign]:
    if _origin(annotation) is typing.Literal:
        return list(typing.get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [member.value for member in annotation]
    return []


def _choices(annotation: Foreign) -> tuple[str, ...]:
    members = _members(annotation)
    return tuple(map(_text, members)) if all(isinstance(m, str | int) for m in members) else ()


def _schemes(annotation: Foreign) -> tuple[str, ...]:
    return tuple(getattr(annotation._constraints, "allowed_schemes", None) or ())  # noqa: SLF001


def _text(value: Foreign) -> str:
    """Return a value as the environment has it."""
    if isinstance(value, enum.Enum):
        value = value.value
    return str(value).lower() if isinstance(value, bool) else str(value)
