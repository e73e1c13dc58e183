"""From a contract's file to the contract: what its tables and keys mean."""

from __future__ import annotations

from tinyinit.base.distance import nearest
from tinyinit.base.file import FILE_MAX, STRING_MAX, read_whole
from tinyinit.base.text import is_name
from tinyinit.contract import rules
from tinyinit.contract.model import Contract, Variable, hides
from tinyinit.formats import toml
from tinyinit.formats.limits import VARIABLES_MAX
from tinyinit.formats.problem import Problem, plain, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

_TABLES: Final = "[init], [env] or [var.NAME]"
#: What the values of keys must be.
_ONE: Final = "one value"
_SWITCH: Final = "true or false"
_STRING: Final = "a string"
_STRINGS: Final = "an array of strings"
_NAMES: Final = "an array of names"
_UNKNOWN: Final = "warn, error or ignore"
_ENV_KEYS: Final = {
    "files": _STRINGS,
    "secrets": _STRING,
    "prefix": _STRING,
    "unknown": _UNKNOWN,
}
_VARIABLE_KEYS: Final = {
    "default": _ONE,
    "required": _SWITCH,
    "secret": _SWITCH,
    "required_if": _STRING,
    "description": _STRING,
    "example": _STRING,
    "aliases": _NAMES,
}


def read_file(path: str) -> tuple[Contract, list[Problem]]:
    """Read the contract at `path`; a file that cannot be read is a problem too."""
    data = read_whole(path, FILE_MAX)
    if isinstance(data, str):
        return Contract(path), [Problem(f"cannot be read: {data}", file=path)]
    return read(data, path)


def read(data: bytes, file: str) -> tuple[Contract, list[Problem]]:
    """Return the contract that `data` says, and what is wrong with it.

    `file` is what reports call it. With problems the contract has what could be understood.
    """
    reader = _Reader(file)
    for entry in toml.read(data, file, reader.problems):
        reader.take(entry)
    reader.finish()
    return reader.contract, reader.problems


class _Reader:
    """What was understood so far."""

    __slots__ = ("_before", "_default", "_table", "_variable", "contract", "problems")

    def __init__(self, file: str) -> None:
        self.contract = Contract(file)
        self.problems: list[Problem] = []
        self._variable: Variable | None = None
        self._table = ""
        self._default: toml.TomlValue | None = None
        self._before = 0

    def _tell(self, line: int, text: str) -> None:
        self.problems.append(Problem(text, file=self.contract.file, line=line))

    # ---- tables ----

    def take(self, entry: toml.Entry) -> None:
        """Take the head of a table or one of its keys."""
        if entry.value is None or entry.key is None:
            self._finish_variable()
            self._begin(entry)
        elif entry.table == ("init",):
            self._take_init(entry.key, entry.value)
        elif entry.table == ("env",):
            self._take_env(entry.key, entry.value)
        elif entry.table in {(), ("var",)}:
            self._tell(entry.line, f"has a key outside {_TABLES}")
        elif self._variable is not None:
            self._take_of_variable(self._variable, entry.key, entry.value)

    def _begin(self, entry: toml.Entry) -> None:
        table = entry.table
        self._table = f"[{table[0]}]"
        if table in {("init",), ("env",), ("var",)}:
            return
        if len(table) != 2 or table[0] != "var":  # var and a name
            self._tell(entry.line, f"has an unknown table; expected {_TABLES}")
            return
        name = table[1]
        if not is_name(name):
            self._tell(
                entry.line,
                f"has the variable {quote(name.encode())}, "
                "not a name (letters, digits, _; up to 255)",
            )
        elif len(self.contract.variables) == VARIABLES_MAX:
            self._tell(entry.line, "has more than 1,000 variables")
        else:
            self._table = f"[{plain(f'var.{name}')}]"
            self._variable = Variable(name, line=entry.line)
            self._default = None
            self._before = len(self.problems)
            self.contract.variables[name] = self._variable

    # ---- values ----

    def _fits(self, key: str, value: toml.TomlValue, known: dict[str, str]) -> bool:
        """Say whether `key` is known and its value what it must be, after telling if not."""
        expected = known.get(key)
        if expected is not None and not _is_of_kind(value, expected):
            self._tell(value.line, f"{self._table} {key} must be {expected}")
        return expected is not None and _is_of_kind(value, expected)

    def _unknown(self, key: str, line: int, known: Iterable[str]) -> None:
        near = nearest(key, known)
        advice = "" if near is None else f"; did you mean {near}?"
        self._tell(line, f"{self._table} has an unknown key {quote(key.encode())}{advice}")

    # ---- [init], [env] ----

    def _take_init(self, key: str, value: toml.TomlValue) -> None:
        from tinyinit.contract import setting  # few contracts have the table

        items = value.items if value.kind == "array" else (value,)
        if key not in setting.OPTIONS:
            self._unknown(key, value.line, setting.OPTIONS)
        elif value.kind == "array" and key not in setting.LISTS:
            self._tell(value.line, f"{self._table} {key} must be {_ONE}")
        else:
            limits: set[str] = set()
            for item in items:
                refused = setting.refusal(key, item.text, limits)
                if refused is not None:
                    text = quote(refused[0].encode("utf-8", "surrogateescape"))
                    self._tell(item.line, f"{self._table} {key} is {text}, not {refused[1]}")
        texts = tuple(item.text for item in items)
        self.contract.init[key] = texts if value.kind == "array" else value.text

    def _take_env(self, key: str, value: toml.TomlValue) -> None:
        contract = self.contract
        if key not in _ENV_KEYS:
            self._unknown(key, value.line, _ENV_KEYS)
        elif self._fits(key, value, _ENV_KEYS):
            if key == "files":
                contract.env_files = _texts(value)
            else:
                setattr(contract, key, value.text)

    # ---- [var.NAME] ----

    def _take_of_variable(self, variable: Variable, key: str, value: toml.TomlValue) -> None:
        if rules.set_key(variable, key, value, self.problems, self.contract.file):
            return
        if key not in _VARIABLE_KEYS:
            self._unknown(key, value.line, (*_VARIABLE_KEYS, *rules.KEYS))
        elif self._fits(key, value, _VARIABLE_KEYS):
            if key == "default":
                self._default = value
            elif key == "aliases":
                variable.aliases = _texts(value)
            else:
                is_switch = value.kind == "boolean"
                setattr(variable, key, value.text == "true" if is_switch else value.text)

    def _finish_variable(self) -> None:
        variable, self._variable = self._variable, None
        if variable is None:
            return
        rules.finish(variable, self.problems, self.contract.file)
        default = self._default
        # What is wrong with the rules would be told again of every value.
        if default is None or len(self.problems) > self._before:
            return
        variable.default = default.text
        if len(variable.name) + 1 + len(variable.default.encode()) > STRING_MAX:
            self._tell(default.line, f"{self._table} default is longer than 128 KiB")
            return
        # Whether a path is there says nothing before the place where the value is used.
        must, variable.must = variable.must, None
        text = rules.complaint(variable, variable.default, hidden=hides(variable))
        variable.must = must
        if text is not None:
            # As the core says it: a text within a text is cut.
            self._tell(default.line, f"[var.{plain(variable.name)}] default {plain(text)}")

    # ---- the whole ----

    def finish(self) -> None:
        """Check what only the whole file tells."""
        self._finish_variable()
        variables = self.contract.variables
        before = len(self.problems)
        taken: set[str] = set()
        for variable in variables.values():
            for name in (variable.name, *variable.aliases):
                if name in taken:
                    text = f"has the name {plain(name)}, which is taken"
                    self._tell(variable.line, f"[var.{plain(variable.name)}] {text}")
                taken.add(name)
        # Of two variables that share a name, which is meant cannot be told.
        for variable in variables.values() if len(self.problems) == before else ():
            condition = variable.required_if
            other = variable.name if condition is None else condition.partition("=")[0]
            if other not in variables:
                text = f"required_if names {quote(other.encode())}, which is not declared"
                self._tell(variable.line, f"[var.{plain(variable.name)}] {text}")


def _texts(value: toml.TomlValue) -> tuple[str, ...]:
    return tuple(item.text for item in value.items)


def _is_of_kind(value: toml.TomlValue, expected: str) -> bool:
    if expected == _ONE:
        return value.kind != "array"
    if expected == _SWITCH:
        return value.kind == "boolean"
    if expected == _STRING:
        return value.kind == "string"
    if expected == _UNKNOWN:
        return value.text in {"warn", "error", "ignore"}
    return value.kind == "array" and all(
        item.kind == "string" and (expected != _NAMES or is_name(item.text)) for item in value.items
    )
