"""Which values the options of PID 1 take, which is all that is asked of them here.

`setting.c` and the readers that it calls are the same in C, word for word.
"""

from __future__ import annotations

from tinyinit.contract.types import fits, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, TypeAlias

    #: The text that is not taken, and what was expected; None if all is well.
    Refusal: TypeAlias = "tuple[str, str] | None"

_SWITCHES: Final = ("quiet", "verbose", "group", "no-new-privs")
LISTS: Final = frozenset(("rewrite", "success", "ulimit"))
OPTIONS: Final = (
    *_SWITCHES,
    *("log", "rewrite", "drain", "stop-signal", "stop-timeout", "grace", "success"),
    *("parent-death", "stack", "ulimit", "user"),
)
_OFF: Final = frozenset(("false", "no", "off", "0"))
_NUMBERED: Final = frozenset(("success", "user"))

_A_SIGNAL: Final = "a signal (TERM, SIGTERM, RTMIN+1, or a number from 1 to 64)"
_FORWARDED: Final = "a signal that is forwarded (KILL, STOP and CHLD are not)"
_SIGNALS: Final = (
    *("HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2"),
    *("PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG"),
    *("XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"),
)
_NEVER_FORWARDED: Final = frozenset((9, 17, 19))
_OTHER_NAMES: Final = {"IOT": 6, "CLD": 17, "POLL": 29}
_RTMIN: Final = 34
_RTMAX: Final = 64
_LIMITS: Final = (
    *("core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc"),
    *("rss", "rtprio", "rttime", "sigpending", "stack", "as"),
)
_IN_BYTES: Final = frozenset(
    ("fsize", "data", "stack", "core", "rss", "memlock", "as", "msgqueue"),
)
_NUMBER_MAX: Final = 2**64 - 1
#: Bytes of an item and of a refused text that are looked at.
_ITEM: Final = 63
_STACK_LEAST: Final = 16 << 10
_STACK_MAX: Final = 8 << 20
_EXIT_CODE_MAX: Final = 255


def refusal(option: str, text: str, limits: set[str]) -> Refusal:
    """Return what `option` does not take of `text`, else None.

    `limits` are the names of those that the same list has set.
    """
    refused = _refusal(option, text, limits)
    return None if refused is None else (_cut(refused[0]), refused[1])


def _cut(text: str) -> str:
    return text.encode("utf-8", "surrogateescape")[:_ITEM].decode("utf-8", "surrogateescape")


def _refusal(option: str, text: str, limits: set[str]) -> Refusal:
    if option in _SWITCHES:
        return None if fits("bool", text) else (text, "on or off")
    if option == "log":
        return None if text in {"text", "json"} else (text, "text or json (to silence it: --quiet)")
    # "0" is off too, but for success it is an exit code and for user root.
    if text.lower() in _OFF and text.isascii() and not (text == "0" and option in _NUMBERED):
        return None
    if option not in LISTS:
        return _OPTIONS[option](text)
    seen = limits if option == "ulimit" else set[str]()
    refused = (_LISTS[option](item, seen) for item in map(_cut, text.split(",")))
    return next((found for found in refused if found is not None), None)


def _duration(text: str) -> Refusal:
    if fits("duration", text):
        return None
    return text, "a duration (250ms, 30s, 1h30m, 2d; a bare number is seconds)"


def _forwarded(text: str) -> Refusal:
    number = _signal(text)
    if number == 0:
        return text, _A_SIGNAL
    return (text, _FORWARDED) if number in _NEVER_FORWARDED else None


def _stack(text: str) -> Refusal:
    if text == "auto":
        return None
    size = _size(text)
    if size is None:
        return text, "auto, off or a size (8M, 512k)"
    if size > _STACK_MAX:
        return text, (
            "a size up to 8M, which is all that musl gives a thread (for main's stack "
            "alone: --ulimit stack=SIZE)"
        )
    if 0 < size < _STACK_LEAST:
        return text, "a size of at least 16k, which is the least for a thread"
    return None


def _user(text: str) -> Refusal:
    name, colon, group = text.partition(":")
    if name and (not colon or (group and ":" not in group)):
        return None
    return text, "NAME|UID[:GROUP|GID] (app, 1000:1000)"


def _rewrite(item: str, seen: set[str]) -> Refusal:
    first, colon, second = item.partition(":")
    if not colon:
        return item, "FROM:TO (like HUP:USR1; a TO of 0 drops the signal)"
    refused = _forwarded(first)
    if refused is None and second != "0" and _signal(second) == 0:
        refused = second, _A_SIGNAL
    if refused is None and str(_signal(first)) in seen:
        refused = first, "a signal that is rewritten once"
    seen.add(str(_signal(first)))
    return refused


def _success(item: str, _: set[str]) -> Refusal:
    number = _number(item)
    if number is not None and number <= _EXIT_CODE_MAX:
        return None
    return item, "an exit code (0 to 255; several: 1,143)"


def _limit(item: str, seen: set[str]) -> Refusal:
    name, equals, amounts = item.partition("=")
    soft, colon, hard = amounts.partition(":")
    if not equals:
        return item, "NAME=SOFT[:HARD] (nofile=1024:65536, core=unlimited)"
    if name not in _LIMITS:
        return item, f"a limit ({' '.join(_LIMITS)})"
    if name in seen:
        return item, "a limit that is set once"
    least, most = _amount(soft, name), _amount(hard if colon else soft, name)
    expected = None
    if least is None or most is None:
        expected = "a limit as a number or unlimited"
        if name in _IN_BYTES:
            expected = "a limit in bytes (8388608, 8M) or unlimited"
    elif least > most:
        expected = "a soft limit that is at most the hard one"
    else:
        seen.add(name)
    return None if expected is None else (item, expected)


def _amount(text: str, name: str) -> int | None:
    if text in {"unlimited", "-1"}:
        return _NUMBER_MAX
    number = _number(text)
    return _size(text) if number is None and name in _IN_BYTES else number


def _size(text: str) -> int | None:
    return int(str(parse("size", text))) if fits("size", text) else None


def _number(text: str) -> int | None:
    if not (text.isdigit() and text.isascii()):
        return None
    number = int(text)
    return number if number <= _NUMBER_MAX else None


def _signal(text: str) -> int:
    """Return the number of a signal, 0 if it is none."""
    number = _number(text)
    if number is not None:
        return number if number <= _RTMAX else 0
    name = text.upper() if text.isascii() else ""
    name = name.removeprefix("SIG")
    if name in _SIGNALS:
        return _SIGNALS.index(name) + 1
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    for beginning, sign, first, step in (("RTMIN", "+", _RTMIN, 1), ("RTMAX", "-", _RTMAX, -1)):
        if name.startswith(beginning):
            rest = name[len(beginning) :]
            offset = 0 if not rest else _number(rest[1:]) if rest[0] == sign else None
            if offset is not None and offset <= _RTMAX - _RTMIN:
                return first + step * offset
    return 0


_OPTIONS: Final[dict[str, Callable[[str], Refusal]]] = {
    "drain": _duration,
    "stop-signal": _forwarded,
    "stop-timeout": _duration,
    "grace": _duration,
    "parent-death": _forwarded,
    "stack": _stack,
    "user": _user,
}
_LISTS: Final[dict[str, Callable[[str, set[str]], Refusal]]] = {
    "rewrite": _rewrite,
    "success": _success,
    "ulimit": _limit,
}
