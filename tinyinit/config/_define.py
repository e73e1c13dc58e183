"""`define` and `var`: from a class with annotations to one whose instances are settings."""

from __future__ import annotations

import os
import sys

from tinyinit.config._annotations import MISSING, Declared, Unresolved, Var
from tinyinit.config._instance import Settings
from tinyinit.config._schema import MARK, Definition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta
    from typing import (
        Any,
        Final,
        Literal,
        TypedDict,
        TypeVar,
        Unpack,
        dataclass_transform,
        overload,
    )

    from tinyinit.contract.model import Contract

    T = TypeVar("T")

    class Keys(TypedDict, total=False):
        """What `var()` takes beside a default."""

        name: str
        description: str
        example: str
        aliases: Iterable[str]
        secret: bool
        choices: Iterable[str] | Iterable[int]
        min: float | str | timedelta
        max: float | str | timedelta
        min_length: int
        max_length: int
        pattern: str
        schemes: Iterable[str]
        must: Literal["exists", "file", "dir", "writable"]
        separator: str
        required_if: str

else:

    def overload(function: object) -> object:
        """Do nothing: only checkers read overloads."""
        return function

    def dataclass_transform(**_: object) -> object:
        """Do nothing: only checkers ask."""
        return overload


_KEYS: Final = (
    "name",
    "description",
    "example",
    "aliases",
    "secret",
    "choices",
    "min",
    "max",
    "min_length",
    "max_length",
    "pattern",
    "schemes",
    "must",
    "separator",
    "required_if",
)
_caller: Final = sys._getframe  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no other way
_STATE: Final = ("__init__", "__new__", "__slots__", "__setattr__", "__delattr__", "__post_init__")
_UNKNOWN: Final = ("warn", "error", "ignore")
_UNSAID: Final[dict[str, Any]] = {
    "prefix": "",
    "unknown": "warn",
    "secrets": None,
    "env_files": (),
}


@overload
def var(default: str | tuple[object, ...], **keys: Unpack[Keys]) -> Any: ...
@overload
def var(default: T, **keys: Unpack[Keys]) -> T: ...  # noqa: F811
@overload
def var(**keys: Unpack[Keys]) -> Any: ...  # noqa: F811
def var(default: object = MISSING, **keys: Any) -> Any:  # noqa: F811
    """Say more of a field than its annotation does.

    `default` is a value or its text, `"30s"` for a `timedelta`; it must meet the rules.
    Without one the environment must have the variable. `name` is the variable's whole name, if it
    is not the prefix and the field's name in capitals. `aliases` are older names, whole too;
    using one warns. With `secret` no message, `repr` or pickle shows the value.

    The rules: `choices`; `min` and `max`, inclusive; `min_length` and `max_length` in
    characters, or items of a list; `pattern`, which the whole value must match; the `schemes`
    of a URL; what a path `must` be; the `separator` of a list. One that does not fit the type
    is a `TypeError` when the class is defined. `required_if` is `"field"` or
    `"field=value"`: the variable may be missing unless that is set. `description` and
    `example` are for people.
    """
    for key in keys:
        if key not in _KEYS:
            raise TypeError(f"var() has no {key!r}; it has {', '.join(_KEYS)}")
    return Var(default, keys.pop("name", None), keys)


@overload
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(var,))
def define(cls: type[T], /) -> type[T]: ...
@overload
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(var,))
def define(  # noqa: F811
    *,
    prefix: str | None = None,
    unknown: Literal["warn", "error", "ignore"] | None = None,
    secrets: str | os.PathLike[str] | None = None,
    env_files: Iterable[str | os.PathLike[str]] = (),
) -> Callable[[type[T]], type[T]]: ...
def define(  # noqa: F811
    cls: type[T] | None = None,
    /,
    *,
    prefix: str | None = None,
    unknown: Literal["warn", "error", "ignore"] | None = None,
    secrets: str | os.PathLike[str] | None = None,
    env_files: Iterable[str | os.PathLike[str]] = (),
) -> Any:
    """Make a class of settings: each annotated field is a variable of the environment.

    The variable's name is `prefix` and the field's name in capitals. `unknown` is what to do
    with a variable that has the prefix and that no field reads. `secrets` is a folder where the
    file `NAME` or `name` holds a value; `env_files` are env files, the last one first to be
    asked, a leading `?` means that it may be missing. What is not given comes from the class that
    this one inherits from.

    `TypeError` tells all that is wrong with the class: an annotation that cannot be a variable's
    type, a default that fails its own rules, two fields with one name, state of its own.
    """
    if isinstance(env_files, str):
        raise TypeError("env_files is a list of files, not one text")
    if unknown is not None and unknown not in _UNKNOWN:
        raise TypeError(f"unknown is {unknown!r}, not one of {', '.join(_UNKNOWN)}")
    given = {
        "prefix": prefix,
        "unknown": unknown,
        "secrets": None if secrets is None else os.fspath(secrets),
        "env_files": tuple([os.fspath(file) for file in env_files]) or None,
    }
    if cls is not None:
        return _defined(cls, given, _caller(1).f_locals)

    def decorate(cls: type[T]) -> type[T]:
        made: type[T] = _defined(cls, given, _caller(1).f_locals)
        return made

    return decorate


def _defined(cls: Any, given: dict[str, Any], around: dict[str, Any]) -> Any:
    if not isinstance(cls, type):
        raise TypeError(f"define() makes settings of a class, not of {cls!r}")
    inherited = [base.__dict__[MARK] for base in cls.__mro__[1:] if MARK in base.__dict__]
    annotations = _annotations_of(cls)
    namespace = dict(cls.__dict__)
    own = _declare(cls, annotations, namespace, around)
    _refuse_state(cls, namespace, own, annotations)
    for base in inherited:
        for name in base.declared.keys() & namespace.keys():
            raise TypeError(
                f"{cls.__qualname__}.{name}: it is a field of {base.owner.__qualname__}"
            )
    made = _with_slots(cls, namespace, own, inherited)
    definition = Definition(made, **_said(given, inherited))
    for base in reversed(inherited):
        definition.declared.update(base.declared)
    for declared in own.values():
        declared.owner = made
    definition.declared.update(own)
    return _finished(made, definition)


def make(
    contract: Contract,
    declared: dict[str, Declared],
    remake: Callable[[Contract, dict[str, object]], Any],
) -> Any:
    """Make a class of a contract and its fields; `remake` makes its instances out of pickles."""
    names: dict[str, object] = {
        "__annotations__": {name: field.annotation for name, field in declared.items()},
        "__doc__": f"What {contract.file} needs from the environment.",
        "__module__": __name__,
        "__slots__": tuple(declared),
    }
    made = type("Settings", (Settings,), names)
    definition = Definition(
        made,
        prefix=contract.prefix or "",
        unknown=contract.unknown,
        secrets=contract.secrets,
        env_files=contract.env_files,
    )
    definition.made_of = contract
    definition.remake = remake
    for field in declared.values():
        field.owner = made
    definition.declared = declared
    return _finished(made, definition)


def _said(given: dict[str, Any], inherited: list[Definition]) -> dict[str, Any]:
    if not inherited:
        return {key: _UNSAID[key] if value is None else value for key, value in given.items()}
    said: dict[str, Any] = {}
    for key, value in given.items():
        values = (value, *(getattr(base, key) for base in inherited), _UNSAID[key])
        said[key] = next(each for each in values if each is not None or each is values[-1])
    return said


def _finished(made: Any, definition: Definition) -> Any:
    setattr(made, MARK, definition)
    setattr(made, "__match_args__", tuple(definition.declared))  # noqa: B010  # mypy: read-only
    try:  # noqa: SIM105  # contextlib is slow to load
        definition.schema()
    except Unresolved:
        pass  # a class that comes later; whoever loads this one will see
    return made


def _annotations_of(cls: type) -> dict[str, Any]:
    try:
        return dict(cls.__annotations__)
    except Exception:  # noqa: BLE001  # Python 3.14 evaluates them now; one names what comes later
        import annotationlib  # type: ignore[import-not-found,unused-ignore]  # pyright: ignore[reportMissingImports]

        later: Any = annotationlib
        return dict(later.get_annotations(cls, format=later.Format.FORWARDREF))


def _declare(
    cls: type, annotations: dict[str, Any], namespace: dict[str, Any], around: dict[str, Any]
) -> dict[str, Declared]:
    names: dict[str, Any] = {}
    if any(map(_may_name, annotations.values())):
        # Texts may name what stands around or in the class. A copy: a frame is not to be kept.
        nested = {name: value for name, value in namespace.items() if isinstance(value, type)}
        outer = {} if around.get("__name__") == cls.__module__ else around
        names = {**outer, **nested}
    own: dict[str, Declared] = {}
    for name, annotation in annotations.items():
        if not isinstance(annotation, type) and _is_class_variable(annotation):
            continue
        if name.startswith("_"):
            raise TypeError(f"{cls.__qualname__}.{name}: a field's name begins with a letter")
        own[name] = Declared(cls, annotation, namespace.pop(name, MISSING), names)
    return own


def _may_name(annotation: Any) -> bool:
    # Whether there is a text in it, which means what a name means where the class is.
    if isinstance(annotation, type):
        return False
    arguments = getattr(annotation, "__args__", None)
    return arguments is None or any(map(_may_name, arguments))


def _is_class_variable(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.partition("[")[0].rpartition(".")[2] == "ClassVar"
    class_var = getattr(sys.modules.get("typing"), "ClassVar", None)
    return class_var is not None and class_var in (
        annotation,
        getattr(annotation, "__origin__", None),
    )


def _refuse_state(
    cls: type, namespace: dict[str, Any], own: dict[str, Declared], annotated: dict[str, Any]
) -> None:
    for name in _STATE:
        if name in namespace:
            raise TypeError(
                f"{cls.__qualname__}.{name}: settings have no state of their own; "
                "use a property or a function"
            )
    for name, value in namespace.items():
        if name.startswith("_") or name in annotated or isinstance(value, type):
            continue
        if isinstance(value, Var) or not (callable(value) or hasattr(value, "__get__")):
            raise TypeError(
                f"{cls.__qualname__}.{name}: it has no annotation; write {name}: <type> = … for a "
                "variable, ClassVar for a constant"
            )
        if type(value).__name__ == "cached_property":
            raise TypeError(f"{cls.__qualname__}.{name}: settings have no state; use a property")
    if "check" in own:
        raise TypeError(f"{cls.__qualname__}.check: a field cannot be named as the method check()")


def _with_slots(
    cls: type, namespace: dict[str, Any], own: dict[str, Declared], inherited: list[Definition]
) -> Any:
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    there = {name for base in inherited for name in base.declared}
    namespace["__slots__"] = tuple(name for name in own if name not in there)
    bases = tuple(base for base in cls.__bases__ if base is not object)
    if not inherited:
        bases = (*bases, Settings)
    made = type(cls)(cls.__name__, bases, namespace)
    _move_cells(namespace, cls, made)
    return made


def _move_cells(namespace: dict[str, Any], old: type, new: type) -> None:
    # super() and __class__ in a method mean the class that was read, not the one that was made.
    for value in namespace.values():
        for function in _functions_of(value):
            for cell in getattr(function, "__closure__", None) or ():
                try:
                    if cell.cell_contents is old:
                        cell.cell_contents = new
                        return
                except ValueError:  # an empty cell
                    continue


def _functions_of(value: object) -> Iterator[object]:
    while value is not None:
        yield value
        for part in ("fget", "fset", "fdel", "__func__"):
            if hasattr(value, part):
                yield getattr(value, part)
        value = getattr(value, "__wrapped__", None)
