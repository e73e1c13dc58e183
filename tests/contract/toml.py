"""The Python reader's answer, as the C reader's program gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit.formats.toml import Entry, TomlValue, read

if TYPE_CHECKING:
    from tinyinit.formats.problem import Problem


def _text(text: str) -> str:
    return text.encode().hex() or "-"


def _value(value: TomlValue) -> str:
    items = "".join(_value(item) for item in value.items)
    return f" {value.kind} {value.line} {len(value.items)} {_text(value.text)}{items}"


def _entry(entry: Entry) -> str:
    table = "".join(f" {_text(part)}" for part in entry.table[:3])
    line = f"{entry.line} {len(entry.table)}{table}"
    if entry.key is not None:
        assert entry.value is not None
        line += f" = {_text(entry.key)}{_value(entry.value)}"
    return line


def answer(data: bytes) -> bytes:
    """Return what the program of the C reader answers, for what the Python reader finds."""
    problems: list[Problem] = []
    lines = [_entry(entry) for entry in read(data, "file", problems)]
    lines += [f"{problem.line}: {problem.text}" for problem in problems]
    return "".join(f"{line}\n" for line in lines).encode()
