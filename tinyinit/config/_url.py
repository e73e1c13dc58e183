"""A URL in its parts, whose password is hidden wherever it is shown."""

from __future__ import annotations

from tinyinit.base.hidden import without_password
from tinyinit.config._values import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final, Never

_HEX: Final = frozenset(b"0123456789abcdefABCDEF")


class Url:
    """A URL in its parts; `str` and `repr` hide the password, `reveal()` writes all of it.

    It is not a `str`, so that no log line and no message shows the password by accident.
    `scheme` is in lower case; `user` and `password` (a `Secret`) are `%xx` decoded, None
    if there is none; `host` has no brackets; `port` is None if it is not given; `path`,
    `query` and `fragment` are as written, without `?` and `#`.
    """

    __slots__ = (
        "_shown",
        "_text",
        "fragment",
        "host",
        "password",
        "path",
        "port",
        "query",
        "scheme",
        "user",
    )

    scheme: str
    user: str | None
    password: Secret[str] | None
    host: str
    port: int | None
    path: str
    query: str
    fragment: str
    _text: str
    _shown: str

    def __init__(self, text: str) -> None:
        """Take apart `text`; `ValueError` if it is not `scheme://host…`."""
        scheme, mark, rest = text.partition("://")
        if not mark or not scheme:
            raise ValueError("not a URL")
        before, _, fragment = rest.partition("#")
        before, _, query = before.partition("?")
        authority, slash, path = before.partition("/")
        login, at, place = authority.rpartition("@")
        user, colon, password = login.partition(":")
        host, port = _place(place)
        _fill(
            self,
            scheme=scheme.lower(),
            user=_decoded(user) if at else None,
            password=Secret(_decoded(password)) if colon else None,
            host=host,
            port=port,
            path=slash + path,
            query=query,
            fragment=fragment,
            _shown=without_password(text),
            _text=text,
        )

    def reveal(self) -> str:
        """Return the whole URL with its password; `LookupError` if a pickle left that out."""
        try:
            return self._text
        except AttributeError:
            raise LookupError("this URL's password was left out when it was pickled") from None

    def __str__(self) -> str:
        """Write it with `…` for the password."""
        return self._shown

    def __repr__(self) -> str:
        """Write it with `…` for the password."""
        return f"Url({self._shown!r})"

    def __format__(self, spec: str) -> str:
        """Format what `str` shows."""
        return format(self._shown, spec)

    def __eq__(self, other: object) -> bool:
        """Compare the texts, with their passwords."""
        if not isinstance(other, Url):
            return NotImplemented
        if not hasattr(self, "_text") or not hasattr(other, "_text"):
            return self is other
        return self._text == other._text

    def __hash__(self) -> int:
        """Hash what is shown."""
        return hash(self._shown)

    def __setattr__(self, name: str, value: object) -> Never:
        """Refuse: it does not change."""
        raise AttributeError("a Url does not change")

    def __delattr__(self, name: str) -> Never:
        """Refuse: it does not change."""
        raise AttributeError("a Url does not change")

    def __copy__(self) -> Url:
        """Return the URL itself: it does not change."""
        return self

    def __deepcopy__(self, memo: object) -> Url:
        """Return the URL itself: it does not change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the URL; its password is left out."""
        if self.password is None:
            return (Url, (self._text,))
        parts = {name: getattr(self, name) for name in self.__slots__ if name != "_text"}
        return (_restored, (parts,))


def written_password(text: str) -> str:
    """Return the password of a URL as it is written there."""
    return _login(text.partition("://")[2]).partition(":")[2]


def _login(rest: str) -> str:
    for mark in "#?/":
        rest = rest.partition(mark)[0]
    return rest.rpartition("@")[0]


def _fill(url: Url, **parts: object) -> None:
    for name, value in parts.items():
        object.__setattr__(url, name, value)


def _restored(parts: dict[str, object]) -> Url:
    url = Url.__new__(Url)
    _fill(url, **parts)
    return url


def _place(place: str) -> tuple[str, int | None]:
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, port = place, ""
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    if port and not (port.isascii() and port.isdigit()):
        raise ValueError("not a port")
    return host, int(port) if port else None


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    first, *rest = text.encode().split(b"%")
    decoded = first
    for piece in rest:
        if len(piece) > 1 and _HEX.issuperset(piece[:2]):
            decoded += bytes((int(piece[:2], 16),)) + piece[2:]
        else:  # a per cent sign
            decoded += b"%" + piece
    return decoded.decode("utf-8", "surrogateescape")
