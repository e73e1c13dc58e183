"""What a class declares, and what its annotations mean: types, and what reads their texts.

Types of modules that cost time to import are recognised by their names: who annotates with one has
imported its module.
"""

from __future__ import annotations

import builtins
import sys

from tinyinit.config._convert import (
    READERS,
    from_choices,
    ip_reader,
    list_reader,
    secret_reader,
)
from tinyinit.config._url import Url
from tinyinit.config._values import Email, Hostname, HostPort, Json, Port, Secret, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from tinyinit.contract.model import Variable


#: No default: the environment must have a value.
MISSING: Final = object()


class Var:
    """What `var()` says of a field."""

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
        annotation: Any,
        default: object,
        names: dict[str, Any],
    ) -> None:
        """Take the annotation as it is; `names` are those around the class."""
        self.owner = owner
        self.annotation = annotation
        self.default = default
        self.names = names
        #: As a contract has it; then the annotation says only what to make of its value.
        self.variable: Variable | None = None


class Unresolved(Exception):  # noqa: N818  # not a failure: the name may come later
    """An annotation names something that is not there yet."""


class Kind:
    """The type of a variable in a contract, and what reads its text."""

    __slots__ = ("choices", "items", "may_refuse", "optional", "read", "secret", "type")

    def __init__(  # noqa: PLR0913
        self,
        type: str,  # noqa: A002
        read: Callable[[Any], Any],
        *,
        choices: tuple[str, ...] = (),
        items: str = "string",
        secret: bool = False,
        optional: bool = False,
        may_refuse: bool = False,
    ) -> None:
        """Take the type's name and what makes a value of a text that fits it.

        `may_refuse`: the annotation takes less than the type does.
        """
        self.type = type
        self.read = read
        self.choices = choices
        self.items = items
        self.secret = secret
        self.optional = optional
        self.may_refuse = may_refuse


def _plain(name: str) -> Kind:
    return Kind(name, READERS[name])


#: What most fields are annotated with.
PLAIN: Final[dict[Any, Kind]] = {
    str: _plain("string"),
    int: _plain("int"),
    float: _plain("float"),
    bool: _plain("bool"),
    Port: _plain("port"),
    Size: _plain("size"),
    Email: _plain("email"),
    Hostname: _plain("hostname"),
    HostPort: _plain("hostport"),
    Url: _plain("url"),
    Json: _plain("json"),
}
_NAMED: Final = {
    ("datetime", "timedelta"): _plain("duration"),
    ("pathlib", "Path"): _plain("path"),
    ("uuid", "UUID"): _plain("uuid"),
    ("ipaddress", "IPv4Address"): Kind("ip", ip_reader(4), may_refuse=True),
    ("ipaddress", "IPv6Address"): Kind("ip", ip_reader(6), may_refuse=True),
}
_ANY_IP: Final = _plain("ip")
_Union: Final[object] = type(int | str)


def kind_of(annotation: Any, look_up: Callable[[Any], Any]) -> Kind | None:  # noqa: PLR0911
    """Return what `annotation` means; None for one that cannot be a variable's type.

    `look_up` finds what texts inside of it name. `TypeError` says what is wrong with one that
    nearly is.
    """
    alias = look_up(annotation)
    try:
        if (kind := PLAIN.get(alias)) is not None:
            return kind
    except TypeError:  # unhashable, such as Literal[[]]
        return None
    origin: object = getattr(alias, "__origin__", None)
    arguments: tuple[Any, ...] = getattr(alias, "__args__", ())
    if origin is None and type(alias) is not _Union:
        value = getattr(alias, "__value__", None)  # type Level = …
        return _of_class(alias) if value is None else kind_of(value, look_up)
    if type(alias) is _Union or origin is _typing("Union"):
        return _of_union(arguments, look_up)
    if origin is list or origin is tuple:
        return _of_list(origin, arguments, look_up)
    if origin is Secret:
        return _of_secret(arguments[0], look_up)
    return _of_literal(arguments) if origin is _typing("Literal") else None


def _typing(name: str) -> object:
    # None is no annotation's origin once it is compared with `is` to a real one.
    return getattr(sys.modules.get("typing"), name, _typing)


def _of_class(annotation: Any) -> Kind | None:
    if not isinstance(annotation, type):
        return None
    module = sys.modules.get("enum")
    if module is not None and issubclass(annotation, module.Enum):
        return _of_enum(annotation)
    for (name, attribute), kind in _NAMED.items():
        if annotation is getattr(sys.modules.get(name), attribute, None):
            return kind
    return None


def _of_enum(annotation: Any) -> Kind:
    members = list(annotation)
    values = [member.value for member in members]
    if not members or not _same_type(values):
        raise TypeError("the values of an Enum must be all texts or all integers")
    return _choice(dict(zip(values, members, strict=True)))


def _of_literal(values: tuple[Any, ...]) -> Kind:
    if not _same_type(values):
        raise TypeError("a Literal must have texts only, or integers only")
    return _choice(dict(zip(values, values, strict=True)))


def _same_type(values: Any) -> bool:
    return {type(value) for value in values} in ({str}, {int})


def _choice(members: dict[Any, Any]) -> Kind:
    type_ = "int" if isinstance(next(iter(members)), int) else "string"
    texts = tuple(map(str, members))
    return Kind(type_, from_choices(READERS[type_], members, texts), choices=texts)


def _of_union(arguments: tuple[Any, ...], look_up: Callable[[Any], Any]) -> Kind | None:
    rest = [argument for argument in arguments if argument is not type(None)]
    if len(rest) == 1:
        kind = kind_of(rest[0], look_up)
    elif len(rest) == 2 and all(kind_of(argument, look_up) in _IPS for argument in rest):
        kind = _ANY_IP
    else:
        return None
    if kind is None or len(rest) == len(arguments):
        return kind
    return _changed(kind, optional=True)


_IPS: Final = (_NAMED["ipaddress", "IPv4Address"], _NAMED["ipaddress", "IPv6Address"])


def _of_list(
    origin: type, arguments: tuple[Any, ...], look_up: Callable[[Any], Any]
) -> Kind | None:
    if origin is tuple and (len(arguments) != 2 or arguments[1] is not ...):
        raise TypeError("a tuple must be tuple[T, ...]: a list has any number of items")
    item = kind_of(arguments[0], look_up)
    if item is None:
        return None
    if item.type == "list" or item.secret or item.optional:
        raise TypeError("the items of a list must be plain: no list, no Secret, no None")
    return Kind(
        "list",
        list_reader(origin, item.read),
        items=item.type,
        may_refuse=item.may_refuse or item.choices != (),
    )


def _of_secret(argument: Any, look_up: Callable[[Any], Any]) -> Kind | None:
    kind = kind_of(argument, look_up)
    if kind is None:
        return None
    if kind.secret or kind.optional:
        raise TypeError("write Secret[T] | None for a secret that may be missing")
    return _changed(kind, read=secret_reader(kind.read), secret=True)


def _changed(kind: Kind, **changes: Any) -> Kind:
    values = {name: getattr(kind, name) for name in Kind.__slots__}
    return Kind(**{**values, **changes})


def resolved(annotation: Any, owner: type, names: dict[str, Any], where: str) -> Any:
    """Return what an annotation is if it is a text, else the annotation.

    `names` are those around and in the class `owner`; then come those of its module.
    `Unresolved`: there is no such name yet.
    """
    text = getattr(annotation, "__forward_arg__", annotation)
    if not isinstance(text, str):
        return annotation
    module = sys.modules.get(owner.__module__)
    try:
        try:
            found = _look_up(text, names, vars(module) if module else {})
        except NameError:
            # From Python 3.14 on an annotation knows the names where it stands.
            evaluate = getattr(annotation, "evaluate", None)
            if evaluate is None:
                raise
            found = evaluate()
    except NameError as error:
        raise Unresolved(f"{where}: {error}; is it imported for type checkers only?") from None
    except Exception as error:  # noqa: BLE001  # whatever the text of an annotation does
        raise TypeError(f"{text!r} is not an annotation: {error}") from None
    return resolved(found, owner, names, where)


def _look_up(text: str, names: dict[str, Any], module: dict[str, Any]) -> Any:
    # Names are most of all annotations, and compiling one costs more than all else here.
    first, *attributes = text.split(".")
    found: Any = None
    if text.replace(".", "").isidentifier():
        found = names.get(first, module.get(first, getattr(builtins, first, None)))
    if found is None:
        return eval(text, module, names)  # noqa: S307  # the class's own annotation
    for attribute in attributes:
        found = getattr(found, attribute)
    return found
