"""A contract as TOML: what the readers read back to the same contract."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tinyinit.contract.model import Contract, Variable

WIDTH = 100
FLAGS = ("quiet", "verbose", "group", "no-new-privs")
_SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_BARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def to_toml(contract: Contract) -> str:
    """Return the text of a contract file."""
    tables = [_init(contract), _env(contract), variables_to_toml(contract)]
    return "\n".join(table for table in tables if table)


def variables_to_toml(contract: Contract) -> str:
    """Return the text of the tables of the variables alone."""
    return "\n".join(_variable(variable) for variable in contract.variables.values())


def _init(contract: Contract) -> str:
    lines: list[tuple[str, str]] = []
    for name, value in contract.init.items():
        if isinstance(value, tuple):
            lines.append((name, _array(name, [_string(item) for item in value])))
        else:
            is_flag = name in FLAGS and value in {"true", "false"}
            lines.append((name, value if is_flag else _string(value)))
    return _table("init", lines)


def _env(contract: Contract) -> str:
    lines: list[tuple[str, str]] = []
    if contract.env_files:
        lines.append(("files", _array("files", [_string(file) for file in contract.env_files])))
    if contract.secrets is not None:
        lines.append(("secrets", _string(contract.secrets)))
    if contract.prefix is not None:
        lines.append(("prefix", _string(contract.prefix)))
    if contract.unknown != "warn":
        lines.append(("unknown", _string(contract.unknown)))
    return _table("env", lines)


def _variable(variable: Variable) -> str:
    lines: list[tuple[str, str]] = []

    def add(key: str, text: str | None) -> None:
        if text is not None:
            lines.append((key, text))

    def add_strings(key: str, values: Sequence[str], type_: str = "string") -> None:
        if values:
            lines.append((key, _array(key, [_value(value, type_) for value in values])))

    kind = variable.type
    add("type", _string(kind) if kind != "string" else None)
    if variable.items != "string":
        add("items", _string(variable.items))
    if variable.separator != ",":
        add("separator", _string(variable.separator))
    add("default", None if variable.default is None else _value(variable.default, kind))
    if variable.required is not None:
        add("required", "true" if variable.required else "false")
    add("required_if", None if variable.required_if is None else _string(variable.required_if))
    add("secret", "true" if variable.secret else None)
    add_strings("choices", variable.choices, kind)
    add_strings("schemes", variable.schemes)
    add("min", None if variable.min is None else _value(variable.min, kind))
    add("max", None if variable.max is None else _value(variable.max, kind))
    add("min_length", None if variable.min_length is None else str(variable.min_length))
    add("max_length", None if variable.max_length is None else str(variable.max_length))
    add("pattern", None if variable.pattern is None else _string(variable.pattern))
    add("must", None if variable.must is None else _string(variable.must))
    add_strings("aliases", variable.aliases)
    add("description", _string(variable.description) if variable.description else None)
    add("example", _string(variable.example) if variable.example else None)
    name = variable.name if all(letter in _BARE for letter in variable.name) else ""
    return _table(f"var.{name or _string(variable.name)}", lines, even_empty=True)


def _table(name: str, lines: Iterable[tuple[str, str]], *, even_empty: bool = False) -> str:
    body = "".join(f"{key} = {text}\n" for key, text in lines)
    return f"[{name}]\n{body}" if body or even_empty else ""


def _value(text: str, kind: str) -> str:
    """Return a number or a boolean as such, if the reader reads the same text from it."""
    if kind == "bool" and text in {"true", "false"}:
        return text
    if kind in {"int", "port", "float"} and _is_number(text, fraction=kind == "float"):
        return text
    return _string(text)


def _is_number(text: str, *, fraction: bool) -> bool:
    whole = text.removeprefix("-")
    if fraction:
        mantissa, mark, exponent = whole.partition("e")
        if mark and not _is_number(exponent, fraction=False):
            return False
        whole, point, digits = mantissa.partition(".")
        if point and not (digits.isascii() and digits.isdigit()):
            return False
    return whole.isascii() and whole.isdigit() and (whole == "0" or whole[0] != "0")


def _array(key: str, items: Sequence[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(key) + 3 + len(line) <= WIDTH:
        return line
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _string(text: str) -> str:
    """Return a string; a literal one where a basic one would need backslashes."""
    if ("\\" in text or '"' in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    code = ord(letter)
    if code in _SHORT:
        return _SHORT[code]
    return f"\\u{code:04x}" if code < 0x20 or code == 0x7F else letter
