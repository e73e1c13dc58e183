"""Sizes of thread stacks: what may be asked for, and how a size is read and shown."""

from tinyinit.base.text import quote

LEAST = 16 << 10
"""Bytes. Less than PTHREAD_STACK_MIN leaves no room for a thread's own data."""

MUSL_DEFAULT = 128 << 10
"""Bytes a thread gets from musl 1.1.21 and later when nothing asks for more (80 KiB before).
Source: musl `src/internal/pthread_impl.h`, `DEFAULT_STACK_SIZE`."""

MUSL_MAX = 8 << 20
"""Bytes musl gives at most for a PT_GNU_STACK, however large that is.
Source: musl `src/internal/pthread_impl.h`, `DEFAULT_STACK_MAX`."""

_UNITS = {
    unit + end: bits
    for unit, bits in (("k", 10), ("m", 20), ("g", 30), ("t", 40))
    for end in ("", "b", "ib")
} | {"": 0, "b": 0}
_DIGITS_MAX = 18
_SHOWN_MAX = 60


def parse(text: str) -> int:
    """Return the bytes that `text` means: `8388608`, `512k`, `8M`, `8MB`, `1MiB`.

    Units are powers of 1024, as docker reads them, in any case. Raises ValueError, worded for
    people, for what is not a size and for what no thread on musl can have.
    """
    shown = quote(text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…")
    number = text.rstrip("bBiIkKmMgGtT")
    unit = text[len(number) :].lower()
    if not (number.isascii() and number.isdigit()) or unit not in _UNITS:
        raise ValueError(f"{shown} is not a size; expected bytes or a unit: 512k, 8M, 1MiB")
    # A number of thousands of digits is over the limit, and int() refuses it in other words.
    size = int(number) << _UNITS[unit] if len(number) <= _DIGITS_MAX else MUSL_MAX + 1
    if size > MUSL_MAX:
        raise ValueError(
            f"{shown} is more than 8 MiB, the most that musl gives a thread for this header;"
            " a program that needs more has to ask with pthread_attr_setstacksize"
        )
    if size < LEAST:
        raise ValueError(f"{shown} is less than 16 KiB, too small for a thread")
    return size


def show(size: int) -> str:
    """Return `size` bytes for people: `8 MiB`, `132 KiB`, `100001 bytes`; nothing is rounded."""
    for bits, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size >= 1 << bits and size % (1 << bits) == 0:
            return f"{size >> bits} {unit}"
    return f"{size} bytes"
