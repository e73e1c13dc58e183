"""Texts that fit their type made into values, and values into texts."""

from __future__ import annotations

import sys

from tinyinit.base.hidden import hide_value
from tinyinit.config._url import Url, written_password
from tinyinit.config._values import HostPort, Secret, revealed
from tinyinit.contract import types
from tinyinit.formats.problem import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final


_DIGITS: Final = 640
SPACES: Final = " \t\n\v\f\r"


class Refused(Exception):  # noqa: N818  # it becomes a problem of the environment
    """A text that its contract takes and its annotation does not."""

    def __init__(self, text: str, expected: str, place: str = "") -> None:
        """Take the text, what is expected instead, and which item of a list it is."""
        super().__init__(expected)
        self.text = text
        self.expected = expected
        self.place = place


def _bool(text: str) -> bool:
    return text.lower() in ("true", "yes", "on", "1")


def _duration(text: str) -> object:
    from datetime import timedelta  # imported by who annotates with it

    return timedelta(milliseconds=_number("duration", text))


def _path(text: str) -> object:
    from pathlib import Path

    return Path(text)


def _uuid(text: str) -> object:
    from uuid import UUID

    return UUID(text)


def _ip(text: str) -> object:
    from ipaddress import ip_address

    return ip_address(text)


def _json(text: str) -> object:
    return types.parse("json", text)


def _number(type: str, text: str) -> Any:  # noqa: A002
    return types.parse(type, text)


def _int(text: str) -> object:
    # int() refuses thousands of digits, were they all zero.
    return int(text) if len(text) < _DIGITS else _number("int", text)


def _size(text: str) -> object:
    return _number("size", text)


#: By the names of types in a contract.
READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "string": str,
    "int": _int,
    "float": float,
    "bool": _bool,
    "port": _int,
    "url": Url,
    "ip": _ip,
    "hostname": str,
    "hostport": HostPort,
    "email": str,
    "uuid": _uuid,
    "path": _path,
    "duration": _duration,
    "size": _size,
    "json": _json,
}


def ip_reader(version: int) -> Callable[[str], Any]:
    """Return what reads addresses of one version only."""

    def read(text: str) -> object:
        address: Any = _ip(text)
        if address.version != version:
            raise Refused(text, f"an IPv{version} address")
        return address

    return read


def from_choices(
    read: Callable[[str], Any], members: dict[Any, Any], choices: tuple[str, ...]
) -> Callable[[str], Any]:
    """Return what finds the member of an Enum or a Literal, whose texts are `choices`."""

    def find(text: str) -> object:
        try:
            return members[read(text)]
        except KeyError:
            names = ", ".join(quote(str(choice).encode()) for choice in choices)
            raise Refused(text, f"one of {names}") from None

    return find


def list_reader(origin: type, read: Callable[[str], Any]) -> Callable[[list[str]], Any]:
    """Return what makes a list or tuple of the texts of its items."""

    def read_all(items: list[str]) -> object:
        values: list[Any] = []
        for number, item in enumerate(items, 1):
            try:
                values.append(read(item))
            except Refused as error:
                raise Refused(item, error.expected, f"item {number} ") from None
        return values if origin is list else tuple(values)

    return read_all


def secret_reader(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what hides the value of another reader."""

    def hide(text: object) -> object:
        return Secret(read(text))

    return hide


def remember(text: str, value: Any, *, hidden: bool) -> None:
    """Keep what no log may show of a value that was loaded: all of it, or a URL's password."""
    if hidden and text:
        hide_value(text)
    plain: object = revealed(value)
    if isinstance(plain, Url) and plain.password is not None:
        for password in (plain.password.reveal(), written_password(text)):
            if password:
                hide_value(password)


def type_of(value: object) -> type:
    """Return the type of a value that checkers know nothing of."""
    return type(value)


def text_of(value: Any, separator: str = ",") -> str:  # noqa: PLR0911
    """Write `value` as in the environment; `TypeError` if it cannot be a variable's value."""
    value = revealed(value)
    kind = type_of(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is float:
        return repr(value)
    if isinstance(value, Url):
        return text_of(value.reveal(), separator)
    if kind is list or kind is tuple:
        return _list_text([text_of(item) for item in value], separator)
    for module, name, write in _WRITERS:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and isinstance(value, known):
            return write(value)
    if isinstance(value, (int, str, HostPort)):
        return str(value)
    raise TypeError(f"a {kind.__name__} cannot be a variable's value")


def json_text(value: object) -> str:
    """Write `value` as JSON; a text is taken for JSON already."""
    if isinstance(value, str):
        return value
    from json import dumps

    return dumps(value)


def _list_text(items: list[str], separator: str) -> str:
    if any(not item or item != item.strip(SPACES) or separator in item for item in items):
        raise TypeError(f"an item that is empty or has a space around it or {separator!r} in it")
    return separator.join(items)


def _duration_text(value: Any) -> str:
    micros = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
    if micros % 1000 or micros < 0:
        raise TypeError("a duration has whole milliseconds and is not negative")
    return f"{micros // 1000}ms" if micros % 1_000_000 else f"{micros // 1_000_000}s"


_WRITERS: Final[tuple[tuple[str, str, Callable[[Any], str]], ...]] = (
    ("enum", "Enum", lambda value: str(value.value)),
    ("datetime", "timedelta", _duration_text),
    ("pathlib", "Path", str),
    ("uuid", "UUID", str),
    ("ipaddress", "IPv4Address", str),
    ("ipaddress", "IPv6Address", str),
)
