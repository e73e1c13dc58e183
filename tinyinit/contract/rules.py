"""What a contract says of one variable's value: its type and the keys that limit it.

`tinyinit/core/contract/rules.c` and `meet.c` are the same in C, word for word.
"""

from __future__ import annotations

import os
import stat

from tinyinit.base.hidden import without_password
from tinyinit.contract.model import hides as is_hidden
from tinyinit.contract.types import TYPES, compare, expects, fits, is_scheme
from tinyinit.formats.problem import Problem, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from tinyinit.contract.model import Variable
    from tinyinit.formats.toml import TomlValue

_ORDERED: Final = frozenset(("int", "float", "port", "duration", "size"))
#: Kind and types of each key, in the order in which they are checked.
KEYS: Final = {
    "min": ("a number", _ORDERED),
    "max": ("a number", _ORDERED),
    "min_length": ("a whole number", frozenset(("string", "list"))),
    "max_length": ("a whole number", frozenset(("string", "list"))),
    "pattern": ("a string", frozenset(("string",))),
    "choices": ("an array of strings", frozenset(("string", "int"))),
    "schemes": ("an array of strings", frozenset(("url",))),
    "must": ("a string", frozenset(("path",))),
    "separator": ("a string", frozenset(("list",))),
    "items": ("a string", frozenset(("list",))),
    "type": ("a string", frozenset(TYPES)),
}
_RULES: Final = tuple(key for key in KEYS if key != "type")
_MUST: Final = frozenset(("exists", "file", "dir", "writable"))
_DEFAULTS: Final = {"items": "string", "separator": ","}
#: Bytes of a min or max, which are shown whole, and of a separator.
_TEXT_MAX: Final = 64
_NAME_SHOWN: Final = 200
#: So that a complaint fits a line.
_CHOICES_SHOWN: Final = 10
_SPACES: Final = " \t\n\v\f\r"


__all__ = ("KEYS", "complaint", "finish", "is_hidden", "set_key", "split")


def set_key(
    variable: Variable, key: str, value: TomlValue, problems: list[Problem], file: str
) -> bool:
    """Take one key of a `[var.NAME]` table. False if it is none of a rule's (another's key)."""
    if key not in KEYS:
        return False
    kind = KEYS[key][0]
    report = _Report(variable, problems, file, value.line)
    if not _is_of_kind(kind, value):
        report.key(key, "must be ", kind)
        return True
    text = value.text
    if key == "type":
        variable.type = text
    expected = _expected(key, text)
    if expected:
        report.value(key, text, expected)
    elif kind == "an array of strings":
        setattr(variable, key, tuple(item.text for item in value.items))
    else:
        setattr(variable, key, int(text) if kind == "a whole number" else text)
    return True


def finish(variable: Variable, problems: list[Problem], file: str) -> None:
    """Check a variable when all keys are there; what is wrong with it goes to `problems`."""
    if variable.type not in TYPES:
        return
    before = len(problems)
    given = _given(variable)
    if given:
        _finish_keys(variable, given, _Report(variable, problems, file, variable.line))
    if variable.default is not None and len(problems) == before:
        # A path that must be there must be where the contract is met, not where it is read.
        text = _complaint(variable, variable.default, hidden=is_hidden(variable), must=None)
        if text is not None:
            _Report(variable, problems, file, variable.line).key("default", text, "")


def complaint(variable: Variable, value: str, *, hidden: bool) -> str | None:
    """Return what is wrong with a value, as it follows the variable's name, or None.

    The variable passes `finish`. With `hidden` the text does not show the value.
    """
    return _complaint(variable, value, hidden=hidden, must=variable.must)


# The contract


class _Report:
    """Where what is wrong with a variable's keys goes."""

    __slots__ = ("file", "line", "name", "problems")

    def __init__(self, variable: Variable, problems: list[Problem], file: str, line: int) -> None:
        name = variable.name
        self.name = name if len(name) <= _NAME_SHOWN else name[:_NAME_SHOWN] + "…"
        self.problems = problems
        self.file = file
        self.line = line

    def key(self, key: str, what: str, detail: str) -> None:
        text = f"[var.{self.name}] {key} {what}{detail}"
        self.problems.append(Problem(text, file=self.file, line=self.line))

    def value(self, key: str, value: str, expected: str) -> None:
        verb = "has" if key in {"choices", "schemes"} else "is"
        self.key(key, f"{verb} {_quoted(value)}, not ", expected)


def _is_of_kind(kind: str, value: TomlValue) -> bool:
    if kind == "a string":
        return value.kind == "string"
    if kind == "a number":
        return value.kind in {"string", "integer", "float"}
    if kind == "a whole number":
        return value.kind == "integer" and value.text[:1].isdigit() and fits("int", value.text)
    return (
        value.kind == "array"
        and len(value.items) > 0
        and all(item.kind in {"string", "integer"} for item in value.items)
    )


def _expected(key: str, text: str) -> str | None:
    """Return what a key is expected to be if `text` is not, whatever the type."""
    if key == "type" and text not in TYPES:
        return "one of " + " ".join(TYPES)
    if key == "items" and (text == "list" or text not in TYPES):
        return "one of " + " ".join(name for name in TYPES if name != "list")
    if key == "must" and text not in _MUST:
        return "exists, file, dir or writable"
    if key == "separator" and not 0 < len(_bytes(text)) <= _TEXT_MAX:
        return "1 to 64 bytes"
    return None


def _given(variable: Variable) -> dict[str, str]:
    """Return the keys that a variable has other than by default. Of several texts the first."""
    given: dict[str, str] = {}
    for key in _RULES:
        value = getattr(variable, key)
        if value is not None and value != () and value != _DEFAULTS.get(key):
            given[key] = value[0] if isinstance(value, tuple) else str(value)
    return given


def _finish_keys(variable: Variable, given: dict[str, str], report: _Report) -> None:
    type_ = variable.type
    for key in [key for key in given if type_ not in KEYS[key][1]]:
        report.key(key, "is not for type ", type_)
        del given[key]
    _finish_bounds(given, "min", "max", type_, report)
    _finish_bounds(given, "min_length", "max_length", "int", report)
    _finish_texts(variable, given, report)
    if "pattern" in given:
        _finish_pattern(given["pattern"], report)


def _finish_bounds(
    given: dict[str, str], least: str, most: str, type_: str, report: _Report
) -> None:
    bounds: list[str] = []
    for key in (least, most):
        text = given.get(key)
        if text is None:
            continue
        if len(_bytes(text)) > _TEXT_MAX or not fits(type_, text):
            report.value(key, text, expects(type_))
        else:
            bounds.append(text)
    if len(bounds) == 2 and compare(type_, *bounds) > 0:
        report.key(least, "is greater than ", most)


def _finish_texts(variable: Variable, given: dict[str, str], report: _Report) -> None:
    for key in ("must", "separator", "items"):
        expected = _expected(key, given[key]) if key in given else None
        if expected:
            report.value(key, given[key], expected)
    for item in variable.choices if "choices" in given else ():
        if not fits(variable.type, item):
            report.value("choices", item, expects(variable.type))
    for item in variable.schemes if "schemes" in given else ():
        if not is_scheme(item):
            report.value("schemes", item, "a scheme")


def _finish_pattern(pattern: str, report: _Report) -> None:
    from tinyinit.formats.pattern import translate

    try:
        translate(pattern)
    except ValueError as error:
        report.key("pattern", str(error), "")


# A value


def _complaint(variable: Variable, value: str, *, hidden: bool, must: str | None) -> str | None:
    type_ = variable.type
    what: str | None
    if not value.isascii() and not _is_utf8(value):
        return None if _is_free(variable) else _text("not UTF-8", value, hidden=hidden)
    if type_ != "string" and not fits(type_, value):
        what = f"not {expects(type_)}"
    elif type_ == "list":
        return _list_complaint(variable, value, hidden=hidden)
    else:
        what = _broken(variable, value, hidden=hidden) or (
            _must_complaint(must, value) if must else None
        )
    return None if what is None else _text(what, value, hidden=hidden)


def _broken(variable: Variable, value: str, *, hidden: bool) -> str | None:
    """Return what a value of the type is not, or begin with a verb: what it does not."""
    type_ = variable.type
    if variable.pattern is not None:
        from tinyinit.formats.pattern import matches  # few have one

        if not matches(variable.pattern, value):
            return "does not match its pattern"
    choices, schemes = variable.choices, variable.schemes
    if choices and not any(compare(type_, value, choice) == 0 for choice in choices):
        # The choices of a secret are secrets.
        return "not one of " + ("its choices" if hidden else _choices(choices))
    if schemes:
        scheme = value.partition(":")[0].lower()
        if all(scheme != choice.lower() for choice in schemes):
            return "not a URL of scheme " + _choices(schemes)
    least, most = variable.min, variable.max
    if (least is not None and compare(type_, value, least) < 0) or (
        most is not None and compare(type_, value, most) > 0
    ):
        return _range(least, most, "")
    return _broken_count(variable, len(value), " characters")


def _broken_count(variable: Variable, count: int, unit: str) -> str | None:
    least, most = variable.min_length, variable.max_length
    if (least is not None and count < least) or (most is not None and count > most):
        return _range(least, most, unit)
    return None


def _range(least: object, most: object, unit: str) -> str:
    if least is None:
        return f"not at most {most}{unit}"
    return f"not {least} or more{unit}" if most is None else f"not {least} to {most}{unit}"


def _choices(choices: tuple[str, ...]) -> str:
    shown = ", ".join(_quoted(choice) for choice in choices[:_CHOICES_SHOWN])
    return shown + ", …" if len(choices) > _CHOICES_SHOWN else shown


def _must_complaint(must: str, value: str) -> str | None:
    path = _bytes(value)
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  # pathlib is slow to import
    except (OSError, ValueError):
        return "does not exist"
    if must == "file" and not stat.S_ISREG(mode):
        return "not a file"
    if must == "dir" and not stat.S_ISDIR(mode):
        return "not a directory"
    if must == "writable" and not os.access(path, os.W_OK):
        return "not writable"
    return None


def split(variable: Variable, value: str) -> list[str]:
    """Return the items of a list: trimmed; a trailing separator adds none."""
    items = [item.strip(_SPACES) for item in value.split(variable.separator)]
    if not items[-1]:
        items.pop()
    return items


def _list_complaint(variable: Variable, value: str, *, hidden: bool) -> str | None:
    items = split(variable, value)
    type_ = variable.items
    if type_ != "string":
        check = TYPES[type_][1]
        for number, item in enumerate(items, 1):
            if not check(item):
                return f"item {number} {_text(f'not {expects(type_)}', item, hidden=hidden)}"
    what = _broken_count(variable, len(items), " items")
    return None if what is None else _text(what, value, hidden=hidden)


def _text(what: str, value: str, *, hidden: bool) -> str:
    is_not = what.startswith("not ")
    if hidden:
        return f"{'is ' if is_not else ''}{what} (value hidden)"
    return f"is {_quoted(without_password(value))}, {'' if is_not else 'which '}{what}"


def _is_free(variable: Variable) -> bool:
    """Return whether a value need not be UTF-8: a text that nothing is said of."""
    return variable.type in {"string", "path"} and not _given(variable)


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _quoted(text: str) -> str:
    return quote(_bytes(text))
