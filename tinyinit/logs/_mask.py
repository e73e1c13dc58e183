"""Takes the values of secrets out of whatever is logged."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import cast
from urllib.parse import quote, quote_plus, unquote

from tinyinit.base.hidden import HIDDEN, hidden_values, hide_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Final, TypeAlias

    Container: TypeAlias = Mapping[object, object] | Iterable[object]
    Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

# Under 4 characters it is hidden where it stands alone: inside words it would tell itself by what
# is missing, and take the sense out of every line.
_SHORT: Final = 4
_LINE: Final = 8
_DEEPEST: Final = 32
# Their `str` says what they are, their `repr` how to make them.
_SPEAKING: Final = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "uuid"})

_cache: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def hide(*values: str) -> None:
    """Hide these texts in everything that is logged from now on, for as long as the app runs.

    The values of every `Secret` that `tinyinit.config` has loaded are hidden without it.
    """
    for value in values:
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"hide takes texts, not {type(value).__name__}")
        hide_value(value)


def hide_secrets(
    _logger: object, _name: str, event: MutableMapping[str, object]
) -> dict[str, object]:
    """Replace secrets in an event: a processor for a structlog configuration of your own.

    It goes after what formats exceptions, right before the renderer; values become plain data.
    """
    return {mask(key): plain(value) for key, value in event.items()}


def mask(text: str) -> str:
    """Return `text` without secrets."""
    spans: list[tuple[int, int]] = []
    for form in _forms():
        start = text.find(form)
        while start >= 0:
            end = start + len(form)
            if len(form) >= _SHORT or _alone(text, start, end):
                spans.append((start, end))
            start = text.find(form, start + 1)
    if not spans:
        return text
    spans.sort()
    parts: list[str] = []
    done = 0
    first, last = spans[0]
    for start, end in [*spans[1:], (len(text) + 1, 0)]:
        if start > last:
            parts += [text[done:first], HIDDEN]
            first, done = start, last
        last = max(last, end)
    return "".join([*parts, text[done:]])


def plain(value: object, clean: Callable[[str], str] = mask, above: tuple[int, ...] = ()) -> Plain:
    """Return `value` as JSON has it, every text in it gone through `clean`; never fails."""
    try:
        return _plain(value, clean, above)
    except Exception:  # noqa: BLE001  # any code of the app's may run in a repr or a mapping
        return f"<{type(value).__name__} that cannot be shown>"


def _plain(value: object, clean: Callable[[str], str], above: tuple[int, ...]) -> Plain:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(str.__str__(value))  # of an enum that is a str: its value
    if isinstance(value, int | float):
        number = int(value) if isinstance(value, int) else float(value)
        text = repr(number)
        cleaned = clean(text)
        return number if cleaned == text and math.isfinite(number) else cleaned
    if isinstance(value, bytes | bytearray):
        return clean(value.decode("utf-8", "backslashreplace"))
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return _container(cast("Container", value), clean, above)
    speaking = type(value).__module__.partition(".")[0].lstrip("_") in _SPEAKING
    return clean(str(value) if speaking else repr(value))


def _container(value: Container, clean: Callable[[str], str], above: tuple[int, ...]) -> Plain:
    if id(value) in above or len(above) == _DEEPEST:
        return "…"
    above = (*above, id(value))
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {str(plain(key, clean, above)): plain(item, clean, above) for key, item in pairs}
    return [plain(item, clean, above) for item in value]


def _alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


def _forms() -> tuple[str, ...]:
    """Return every text to look for."""
    global _cache  # noqa: PLW0603  # made anew when another secret is loaded
    values = tuple(hidden_values)
    known, forms = _cache
    if values != known:
        forms = tuple({form: None for value in values for form in _forms_of(value)})
        _cache = (values, forms)
    return forms


def _forms_of(value: str) -> Iterator[str]:
    """Return how a value looks in texts: as it is, in a repr, in JSON, in a URL."""
    for part in _parts_of(value):
        if not part.strip():
            continue
        raw = part.encode("utf-8", "surrogateescape")
        yield part
        yield repr(part)[1:-1]
        yield repr(raw)[2:-1]
        yield raw.decode("utf-8", "backslashreplace")
        yield json.dumps(part)[1:-1]
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        yield quote(raw)
        yield quote(raw, safe="")
        yield quote_plus(raw)


def _parts_of(value: str) -> Iterator[str]:
    """Return the value, the lines of a key in PEM, the password of a URL: what is logged alone."""
    yield value
    if "\n" in value:
        yield from (line for line in value.splitlines() if len(line) >= _LINE)
    _, found, rest = value.partition("://")
    authority = rest.partition("/")[0]
    if found and "@" in authority:
        password = authority.rpartition("@")[0].partition(":")[2]
        yield password
        yield unquote(password)
