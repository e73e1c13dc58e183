"""From a contract's file to the contract: what its tables and keys mean."""

from __future__ import annotations

from tinyinit.contract import _rules, _toml
from tinyinit.contract._distance import nearest
from tinyinit.contract._files import FILE_LIMIT, STRING_LIMIT, read_whole
from tinyinit.contract._hidden import hides
from tinyinit.contract._model import Contract, Variable
from tinyinit.contract._problems import Problem, plain, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

VARIABLES_MOST: Final = 1000
NAME_MOST: Final = 255

_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_IN_NAME: Final = _LETTERS | frozenset("0123456789")
_TABLES: Final = "[init], [env] or [var.NAME]"
_VARIABLE_KEYS: Final = (
    "default",
    "required",
    "required_if",
    "secret",
    "description",
    "example",
    "aliases",
)
_RULE_KEYS: Final = (
    "type",
    "choices",
    "min",
    "max",
    "min_length",
    "max_length",
    "pattern",
    "schemes",
    "must",
    "items",
    "separator",
)
_ENV_KEYS: Final = ("files", "secrets", "prefix", "unknown")


def read_file(path: str) -> tuple[Contract, list[Problem]]:
    """Read the contract at ``path``; a file that cannot be read is a problem too."""
    data = read_whole(path, FILE_LIMIT)
    if isinstance(data, str):
        return Contract(path), [Problem(f"cannot be read: {data}", file=path)]
    return read(data, path)


def read(data: bytes, file: str) -> tuple[Contract, list[Problem]]:
    """Return the contract that ``data`` says, and what is wrong with it.

    ``file`` is what reports call it. With problems the contract has what could be understood.
    """
    reader = _Reader(file)
    for entry in _toml.read(data, file, reader.problems):
        reader.take(entry)
    reader.finish()
    return reader.contract, reader.problems


def is_name(name: str) -> bool:
    """Say whether ``name`` may be a variable's."""
    return name[:1] in _LETTERS and _IN_NAME.issuperset(name) and len(name) <= NAME_MOST


class _Reader:
    """What was understood so far."""

    __slots__ = ("_before", "_default", "_init", "_table", "_variable", "contract", "problems")

    def __init__(self, file: str) -> None:
        self.contract = Contract(file)
        self.problems: list[Problem] = []
        self._variable: Variable | None = None
        self._table = ""
        self._init: list[tuple[str, _toml.Value]] = []
        self._default: _toml.Value | None = None
        self._before = 0

    def _tell(self, line: int, text: str) -> None:
        self.problems.append(Problem(text, file=self.contract.file, line=line))

    # ---- tables ----

    def take(self, entry: _toml.Entry) -> None:
        """Take the head of a table or one of its keys."""
        if entry.value is None or entry.key is None:
            self._finish_variable()
            self._begin(entry)
        elif entry.table == ("init",):
            self._take_init(entry.key, entry.value)
        elif entry.table == ("env",):
            self._take_env(entry.key, entry.value)
        elif entry.table in {(), ("var",)}:
            self._tell(entry.line, f"has a key outside of {_TABLES}")
        elif self._variable is not None:
            self._take_of_variable(self._variable, entry.key, entry.value)

    def _begin(self, entry: _toml.Entry) -> None:
        table = entry.table
        self._table = f"[{table[0]}]"
        if table in {("init",), ("env",), ("var",)}:
            return
        if len(table) != 2 or table[0] != "var":  # noqa: PLR2004  # var and a name
            self._tell(entry.line, f"has an unknown table; expected {_TABLES}")
            return
        name = table[1]
        if not is_name(name):
            self._tell(
                entry.line,
                f"has the variable {quote(name.encode())}, "
                "not a name (letters, digits, _; up to 255)",
            )
        elif len(self.contract.variables) == VARIABLES_MOST:
            self._tell(entry.line, "has more than 1,000 variables")
        else:
            self._table = f"[var.{plain(name)}]"
            self._variable = Variable(name, line=entry.line)
            self._default = None
            self._before = len(self.problems)
            self.contract.variables[name] = self._variable

    def _unknown(self, key: str, line: int, known: Sequence[str]) -> None:
        near = nearest(key, known)
        advice = "" if near is None else f"; did you mean {near}?"
        self._tell(line, f"{self._table} has an unknown key {quote(key.encode())}{advice}")

    # ---- values ----

    def _expect(self, key: str, value: _toml.Value, expected: str) -> None:
        self._tell(value.line, f"{self._table} {key} must be {expected}")

    def _text(self, key: str, value: _toml.Value) -> str:
        if value.kind != "string":
            self._expect(key, value, "a string")
        return value.text

    def _switch(self, key: str, value: _toml.Value) -> bool:
        if value.kind != "boolean":
            self._expect(key, value, "true or false")
        return value.text == "true"

    def _texts(self, key: str, value: _toml.Value, *, names: bool = False) -> tuple[str, ...]:
        texts = tuple(item.text for item in value.items)
        if (
            value.kind == "array"
            and all(item.kind == "string" for item in value.items)
            and (not names or all(map(is_name, texts)))
        ):
            return texts
        self._expect(key, value, "a list of names" if names else "a list of strings")
        return ()

    # ---- [init], [env] ----

    def _take_init(self, key: str, value: _toml.Value) -> None:
        items = value.items if value.kind == "array" else (value,)
        texts = tuple(item.text for item in items)
        self.contract.init[key] = texts if value.kind == "array" else value.text
        self._init.append((key, value))

    def _check_init(self, key: str, value: _toml.Value) -> None:
        from tinyinit.contract import _init  # noqa: PLC0415  # few contracts have the table

        if key not in _init.OPTIONS:
            near = _init.nearest_option(key)
            advice = "" if near is None else f"; did you mean {near}?"
            self._tell(value.line, f"[init] has an unknown option {quote(key.encode())}{advice}")
            return
        if value.kind == "array" and key not in _init.LISTS:
            self._tell(value.line, f"[init] {key} must be one value")
            return
        limits: set[str] = set()
        for item in value.items if value.kind == "array" else (value,):
            refused = _init.refusal(key, item.text, limits)
            if refused is not None:
                text = quote(refused[0].encode("utf-8", "surrogateescape"))
                self._tell(item.line, f"[init] {key} is {text}, not {refused[1]}")

    def _take_env(self, key: str, value: _toml.Value) -> None:
        contract = self.contract
        if key == "files":
            contract.env_files = self._texts(key, value)
        elif key == "secrets":
            contract.secrets = self._text(key, value)
        elif key == "prefix":
            contract.prefix = self._text(key, value)
        elif key == "unknown":
            contract.unknown = self._text(key, value)
            if value.kind == "string" and value.text not in {"warn", "error", "ignore"}:
                self._expect(key, value, "warn, error or ignore")
        else:
            self._unknown(key, value.line, _ENV_KEYS)

    # ---- [var.NAME] ----

    def _take_of_variable(self, variable: Variable, key: str, value: _toml.Value) -> None:
        if _rules.set_key(variable, key, value, self.problems, self.contract.file):
            return
        if key == "default":
            self._default = value
        elif key == "required":
            variable.required = self._switch(key, value)
        elif key == "secret":
            variable.secret = self._switch(key, value)
        elif key == "required_if":
            variable.required_if = self._text(key, value)
        elif key == "description":
            variable.description = self._text(key, value)
        elif key == "example":
            variable.example = self._text(key, value)
        elif key == "aliases":
            variable.aliases = self._texts(key, value, names=True)
        else:
            self._unknown(key, value.line, (*_VARIABLE_KEYS, *_RULE_KEYS))

    def _finish_variable(self) -> None:
        variable, self._variable = self._variable, None
        if variable is None:
            return
        _rules.finish(variable, self.problems, self.contract.file)
        default = self._default
        # What is wrong with the rules would be told again of every value.
        if default is None or len(self.problems) > self._before:
            return
        if default.kind != "array":
            variable.default = default.text
        elif variable.type == "list":
            variable.default = variable.separator.join(item.text for item in default.items)
        else:
            self._expect("default", default, "one value")
            return
        if len(variable.name) + 1 + len(variable.default.encode()) > STRING_LIMIT:
            self._tell(default.line, f"{self._table} default is longer than 128 KiB")
            return
        # Whether a path is there says nothing before the place where the value is used.
        must, variable.must = variable.must, None
        text = _rules.complaint(variable, variable.default, hidden=hides(variable))
        variable.must = must
        if text is not None:
            self._tell(default.line, f"{self._table} default {plain(text)}")

    # ---- the whole ----

    def finish(self) -> None:
        """Check what only the whole file tells."""
        self._finish_variable()
        variables = self.contract.variables
        aliases: set[str] = set()
        for variable in variables.values():
            for name in variable.aliases:
                if name in variables or name in aliases:
                    self._tell(
                        variable.line,
                        f"[var.{plain(variable.name)}] aliases has {plain(name)}, which is taken",
                    )
                aliases.add(name)
        for variable in variables.values():
            if variable.required_if is None:
                continue
            name = variable.required_if.partition("=")[0]
            if name not in variables:
                self._tell(
                    variable.line,
                    f"[var.{plain(variable.name)}] required_if names {quote(name.encode())}, "
                    "which is not declared",
                )
        for key, value in self._init:
            self._check_init(key, value)
