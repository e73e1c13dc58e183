"""Values that settings are made of: secrets, URLs, and names for what a number or text means."""

from __future__ import annotations

from tinyinit.base.hidden import HIDDEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, Never, TypeAlias, TypeVar

    T_co = TypeVar("T_co", covariant=True)

    Port: TypeAlias = int
    Size: TypeAlias = int
    Email: TypeAlias = str
    Hostname: TypeAlias = str
    Json: TypeAlias = Any
else:
    T_co = None

    class Generic:
        """What `typing.Generic` is to checkers, without the cost of importing it."""

        __slots__ = ()
        __class_getitem__ = classmethod(type(list[int]))

    class Port(int):
        """A TCP or UDP port, 1 to 65535. The value is an `int`."""

        __slots__ = ()

    class Size(int):
        """A number of bytes, written `512`, `64M`, `2GiB`. The value is an `int`."""

        __slots__ = ()

    class Email(str):
        """An address with one `@` and a dot in its domain. The value is a `str`."""

        __slots__ = ()

    class Hostname(str):
        """The name of a host, without a port. The value is a `str`."""

        __slots__ = ()

    class Json:
        """Well-formed JSON. The value is what `json.loads` makes of it."""

        __slots__ = ()


class Secret(Generic[T_co]):
    """A value that is shown nowhere: `repr`, `str`, formats, logs and pickles hide it.

    It is not a `str` and has no length. `reveal()` gives the value. One that comes out of a pickle
    has none: secrets do not travel in pickles.
    """

    __slots__ = ("__weakref__", "_value")

    _value: T_co

    def __init__(self, value: T_co) -> None:
        """Keep `value`."""
        object.__setattr__(self, "_value", value)

    def reveal(self) -> T_co:
        """Return the value; `LookupError` if it was left out of a pickle."""
        try:
            return self._value
        except AttributeError:
            raise LookupError("this secret was left out when it was pickled") from None

    def __repr__(self) -> str:
        """Tell the type only."""
        return f"Secret({HIDDEN})"

    def __format__(self, spec: str) -> str:
        """Format what `str` shows, so that a width works and the value stays hidden."""
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        """Compare the values of two secrets."""
        if type(other) is not type(self):
            return NotImplemented
        missing = object()  # two secrets that lost their values are not known to be equal
        mine, its = getattr(self, "_value", missing), getattr(other, "_value", None)
        return self is other or bool(mine == its)

    def __hash__(self) -> int:
        """Hash the value."""
        return hash(("Secret", getattr(self, "_value", None)))

    def __setattr__(self, name: str, value: object) -> Never:
        """Refuse: a secret does not change."""
        raise AttributeError("a Secret does not change")

    def __delattr__(self, name: str) -> Never:
        """Refuse: a secret does not change."""
        raise AttributeError("a Secret does not change")

    def __copy__(self) -> Secret[T_co]:
        """Return the secret itself: it does not change."""
        return self

    def __deepcopy__(self, memo: object) -> Secret[T_co]:
        """Return the secret itself: it does not change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle a secret without its value."""
        return (emptied, ())


def is_secret(value: object) -> bool:
    """Say whether `value` is a `Secret`, without making checkers ask of what."""
    return isinstance(value, Secret)


def revealed(value: Any) -> Any:
    """Return what a secret says, anything else as it is."""
    return value.reveal() if is_secret(value) else value


def emptied() -> Any:
    """Return a secret without a value, as it comes out of a pickle."""
    return Secret.__new__(Secret)  # pyright: ignore[reportUnknownVariableType]  # of nothing


class HostPort:
    """A host and a port, written `host:port` or `[::1]:port`."""

    __slots__ = ("_host", "_port")
    __match_args__ = ("host", "port")

    _host: str
    _port: int

    def __init__(self, text: str) -> None:
        """Take apart `host:port`; `ValueError` if `text` is none."""
        host, colon, port = text.rpartition(":")
        if not host or not colon or not (port.isascii() and port.isdigit()):
            raise ValueError("not host:port")
        if host[0] == "[" and host[-1] == "]":
            host = host[1:-1]
        object.__setattr__(self, "_host", host)
        object.__setattr__(self, "_port", int(port))

    @property
    def host(self) -> str:
        """The host, without brackets."""
        return self._host

    @property
    def port(self) -> int:
        """The port."""
        return self._port

    def __str__(self) -> str:
        """Write it as in the environment."""
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    def __repr__(self) -> str:
        """Write the call that makes it."""
        return f"HostPort({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        """Compare host and port."""
        if not isinstance(other, HostPort):
            return NotImplemented
        return str(self) == str(other)

    def __hash__(self) -> int:
        """Hash host and port."""
        return hash(str(self))

    def __setattr__(self, name: str, value: object) -> Never:
        """Refuse: it does not change."""
        raise AttributeError("a HostPort does not change")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the text."""
        return (HostPort, (str(self),))
