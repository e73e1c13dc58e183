"""The types of variables: whether a text is a value of one, what it is, and how it compares.

`tinyinit/core/contract/type.c` and `json.c` are the same in C.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

_SPACES: Final = frozenset(map(chr, range(0x21))) | {"\x7f"}
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_ALPHA: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LABEL: Final = _ALPHA | frozenset("0123456789-")
_SCHEME: Final = _LABEL | frozenset("+.")

_INT_LEAST: Final = -(2**63)
_INT_MAX: Final = 2**63 - 1
_PORT_MAX: Final = 65535
_DURATION_MAX: Final = 100 * 365 * 86400 * 1000
#: In the order in which they are looked for: "m" begins "ms".
_DURATIONS: Final = (("ms", 1), ("s", 1000), ("m", 60000), ("h", 3600000), ("d", 86400000))
_SHIFTS: Final = {
    letter: 10 * power
    for power, letters in enumerate(("kK", "mM", "gG", "tT"), 1)
    for letter in letters
}
_TRUE: Final = frozenset(("true", "yes", "on", "1"))
_FALSE: Final = frozenset(("false", "no", "off", "0"))
#: The largest double: what is over it is infinite.
_FLOAT_MAX: Final = (309, "1797693134862315807")
#: With more of them no value is long enough for its digits to make up for it.
_EXPONENT_DIGITS: Final = 10
_JSON_DEPTH: Final = 64
#: More digits than int() takes from a text.
_DIGITS_MAX: Final = 4300


def fits(type: str, value: str) -> bool:  # noqa: A002  # what a contract calls it
    """Say whether `value`, which holds no surrogates, is one of `type`."""
    return TYPES[type][1](value)


def expects(type: str) -> str:  # noqa: A002
    """Return what a value of `type` is, as it follows "not"."""
    return TYPES[type][0]


def parse(type: str, value: str) -> object:  # noqa: A002
    """Return what a valid value means: a number, a truth, what JSON says; else the text.

    A duration is an int of milliseconds, a size one of bytes.
    """
    if type == "json":
        import json  # few need it

        return json.loads(value, parse_int=_json_int)
    if type == "float":
        return float(value)
    if type == "bool":
        return value.lower() in _TRUE
    read = _NUMBERS.get(type)
    return value if read is None else read(value)


def compare(type: str, left: str, right: str) -> int:  # noqa: A002
    """Return <0, 0 or >0 for two valid values; what has no order is compared byte by byte."""
    if type == "float":
        one, other = _read_float(left), _read_float(right)
        if one is None or other is None:
            return 0
        return one[0] - other[0] or one[0] * ((one > other) - (one < other))
    read = _NUMBERS.get(type)
    if read is None:
        a, b = left.encode("utf-8", "surrogateescape"), right.encode("utf-8", "surrogateescape")
        return (a > b) - (a < b)
    number, bound = read(left), read(right)
    return 0 if number is None or bound is None else (number > bound) - (number < bound)


def is_scheme(text: str) -> bool:
    """Say whether a URL may begin with it."""
    return text[:1] in _ALPHA and _SCHEME.issuperset(text)


# Numbers


def _is_digits(text: str) -> bool:
    return text.isdigit() and text.isascii()


def _read_digits(text: str) -> int | None:
    """Return a number that a C reader can hold too, else None."""
    if not _is_digits(text):
        return None
    # int() refuses thousands of digits, were they all zero.
    text = text.lstrip("0")
    if len(text) > 20:  # the digits of 2^64
        return None
    number = int(text or "0")
    return number if number < 2**64 else None


def _read_int(value: str) -> int | None:
    number = _read_digits(value[1:] if value[:1] in {"+", "-"} else value)
    if number is None:
        return None
    if value[0] == "-":
        number = -number
    return number if _INT_LEAST <= number <= _INT_MAX else None


def _read_port(value: str) -> int | None:
    number = _read_digits(value)
    return number if number is not None and 1 <= number <= _PORT_MAX else None


def _read_duration(value: str) -> int | None:
    number = _read_digits(value)
    if number is not None:
        return number * 1000 if number * 1000 <= _DURATION_MAX else None
    total, previous = 0, _DURATION_MAX
    while value:
        rest = value.lstrip("0123456789")
        number = _read_digits(value[: len(value) - len(rest)])
        unit = next((unit for unit in _DURATIONS if rest.startswith(unit[0])), None)
        # Each unit once, the larger first: "1m1h" is more likely a slip than meant.
        if number is None or unit is None or unit[1] >= previous:
            return None
        previous = unit[1]
        total += number * previous
        value = rest[len(unit[0]) :]
    return total if previous < _DURATION_MAX and total <= _DURATION_MAX else None


def _read_size(value: str) -> int | None:
    rest = value.lstrip("0123456789")
    number = _read_digits(value[: len(value) - len(rest)])
    if number is None:
        return None
    if rest[:1] in _SHIFTS:
        number <<= _SHIFTS[rest[0]]
        rest = rest[1:]
        if rest[:1] in {"i", "I"}:
            rest = rest[1:]
    return number if rest in {"", "b", "B"} and number <= _INT_MAX else None


def _read_float(value: str) -> tuple[int, int, str] | None:
    """Return sign, exponent and digits: 0.DIGITS times ten to the exponent. Zero has sign 0."""
    sign = -1 if value[:1] == "-" else 1
    mantissa, mark, power = value[value[:1] in {"+", "-"} :].replace("E", "e").partition("e")
    whole, _, part = mantissa.partition(".")
    digits = whole + part
    if not _is_digits(digits):
        return None
    exponent = 0
    if mark:
        negative = power[:1] == "-"
        power = power[power[:1] in {"+", "-"} :]
        if not _is_digits(power):
            return None
        power = power.lstrip("0")
        exponent = int(power[:_EXPONENT_DIGITS] or "0")
        exponent = -exponent if negative else exponent
    significant = digits.lstrip("0")
    if not significant:
        return 0, 0, ""
    return sign, exponent + len(whole) - len(digits) + len(significant), significant.rstrip("0")


def _is_float(value: str) -> bool:
    number = _read_float(value)
    return number is not None and number[1:] <= _FLOAT_MAX


def _is_bool(value: str) -> bool:
    value = value.lower()
    return value in _TRUE or value in _FALSE


# Names of hosts


def _is_ipv4(text: str) -> bool:
    parts = text.split(".", 4)
    return len(parts) == 4 and all(
        _is_digits(part) and len(part) <= 3 and int(part) <= 255 and (part[0] != "0" or part == "0")
        for part in parts
    )


def _groups(text: str, *, is_end: bool) -> int:
    """Return how many groups of an IPv6 address these are, more than 8 if they are none."""
    groups = text.split(":", 9) if text else []
    count = len(groups)
    if is_end and groups and "." in groups[-1] and _is_ipv4(groups[-1]):
        groups.pop()
        count += 1
    if all(0 < len(group) <= 4 and _HEX.issuperset(group) for group in groups):
        return count
    return 9


def _is_ipv6(text: str) -> bool:
    head, gap, tail = text.partition("::")
    count = _groups(head, is_end=not gap) + _groups(tail, is_end=True)
    return count < 8 if gap else count == 8


def _is_ip(value: str) -> bool:
    return _is_ipv4(value) or _is_ipv6(value)


def _is_hostname(value: str) -> bool:
    return len(value) <= 253 and all(
        0 < len(label) <= 63 and _LABEL.issuperset(label) and label[0] != "-" and label[-1] != "-"
        for label in value.split(".")
    )


def _is_bracketed(text: str) -> bool:
    return text[0] == "[" and text[-1] == "]" and _is_ipv6(text[1:-1])


def _is_hostport(value: str) -> bool:
    host, _, port = value.rpartition(":")
    return (
        host != "" and _read_port(port) is not None and (_is_bracketed(host) or _is_hostname(host))
    )


# Texts of several parts


def _is_url(value: str) -> bool:
    scheme, mark, rest = value.partition("://")
    if not mark or not is_scheme(scheme) or not _SPACES.isdisjoint(value):
        return False
    for mark in "/?#":
        rest = rest.partition(mark)[0]
    place = rest.rpartition("@")[2]
    host, colon, port = place.rpartition(":")
    if place[:1] == "[":
        host, bracket, port = place.partition("]")
        colon = port[:1]
        port = port[1:]
        if not bracket or not _is_ipv6(host[1:]) or colon not in {"", ":"}:
            return False
    elif not colon:
        return place != ""
    return host != "" and (not colon or _read_port(port) is not None)


def _is_email(value: str) -> bool:
    name, _, domain = value.partition("@")
    return name != "" and "@" not in domain and "." in domain[1:-1] and _SPACES.isdisjoint(value)


def _is_uuid(value: str) -> bool:
    return (
        len(value) == 36
        and all(value[at] == "-" for at in (8, 13, 18, 23))
        and value.count("-") == 4
        and _HEX.issuperset(value.replace("-", ""))
    )


def _json_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS_MAX else float(digits)


def _json_pairs(pairs: list[tuple[str, object]]) -> list[object]:
    return [value for _, value in pairs]


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _json_arrays(parts: list[object]) -> list[list[object]]:
    return [part for part in parts if isinstance(part, list)]


def _is_json(value: str) -> bool:
    """Take what RFC 8259 does, at most 64 deep; the module alone also takes NaN and Infinity."""
    import json

    try:
        whole: object = json.loads(
            value,
            object_pairs_hook=_json_pairs,
            parse_constant=_refuse,
            parse_float=str,
            parse_int=str,
        )
    except (ValueError, RecursionError):
        return False
    arrays = _json_arrays([whole])
    for _ in range(_JSON_DEPTH):
        arrays = [inner for array in arrays for inner in _json_arrays(array)]
    return not arrays


_NUMBERS: Final[dict[str, Callable[[str], int | None]]] = {
    "int": _read_int,
    "port": _read_port,
    "duration": _read_duration,
    "size": _read_size,
}
TYPES: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    "string": ("a string", lambda _: True),
    "int": ("an int", lambda value: _read_int(value) is not None),
    "float": ("a float", _is_float),
    "bool": ("a bool (true, false, yes, no, on, off, 1, 0)", _is_bool),
    "port": ("a port (1 to 65535)", lambda value: _read_port(value) is not None),
    "url": ("a URL (scheme://host)", _is_url),
    "ip": ("an IP address", _is_ip),
    "hostname": ("a hostname", _is_hostname),
    "hostport": ("a host and port (host:port)", _is_hostport),
    "email": ("an email address", _is_email),
    "uuid": ("a UUID", _is_uuid),
    "path": ("a path", bool),
    "duration": (
        "a duration (250ms, 30s, 1h30m, 2d)",
        lambda value: _read_duration(value) is not None,
    ),
    "size": ("a size (512, 10k, 64M, 2GiB)", lambda value: _read_size(value) is not None),
    "json": ("JSON", _is_json),
    "list": ("a list", lambda _: True),
}
