"""A contract for people: a table in Markdown, an env file to fill in."""

from __future__ import annotations

from tinyinit.contract.model import hides, shown_default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tinyinit.contract.model import Contract, Variable

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,=-")
_NOWHERE = "\x7f\u2028\u2029"


def to_markdown(contract: Contract) -> str:
    """Return a table with a row for each variable; values of secrets are left out."""
    rows = [
        (_cell_name(variable), _cell_type(variable), _cell_default(variable), _cell_text(variable))
        for variable in contract.variables.values()
    ]
    lines = ["| Variable | Value | Default | Meaning |", "|---|---|---|---|"]
    return "".join(line + "\n" for line in [*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def to_example(contract: Contract) -> str:
    """Return an env file: what must be set as lines, what may be set as comments."""
    return "\n".join(_example(variable) for variable in contract.variables.values())


def is_required(variable: Variable) -> bool:
    """Say whether a start without a value is refused, whatever else is set."""
    if variable.required is not None:
        return variable.required
    return variable.default is None and variable.required_if is None


def default_for_people(variable: Variable) -> str | None:
    """Return the default as it may be shown: None if there is none or it is a secret."""
    if variable.default is None or hides(variable):
        return None
    return shown_default(variable)


def limits(variable: Variable) -> list[str]:
    """Return in words what the value may be, beyond its type."""
    said: list[str] = []
    if variable.choices:
        said.append("one of " + ", ".join(variable.choices))
    if variable.schemes:
        said.append("with " + " or ".join(f"{scheme}://" for scheme in variable.schemes))
    if said_range := _range(variable.min, variable.max):
        said.append(said_range)
    count = _range(_text(variable.min_length), _text(variable.max_length))
    if count:
        said.append(f"{count} {'items' if variable.type == 'list' else 'characters'}")
    if variable.pattern is not None:
        said.append(f"matches {variable.pattern}")
    if variable.must is not None:
        said.append(
            "must exist" if variable.must == "exists" else f"must be {_MUST[variable.must]}"
        )
    return said


_MUST = {"file": "a file", "dir": "a folder", "writable": "writable"}


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _range(low: str | None, high: str | None) -> str:
    if low is not None and high is not None:
        return low if low == high else f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    return "" if high is None else f"at most {high}"


def _kind(variable: Variable) -> str:
    if variable.type != "list":
        return variable.type
    between = "" if variable.separator == "," else f', separated by "{variable.separator}"'
    return f"list of {variable.items}{between}"


def _condition(variable: Variable) -> str:
    if is_required(variable):
        return "required"
    if variable.required is None and variable.required_if is not None:
        other, is_value, value = variable.required_if.partition("=")
        return f"required if {other} is {value if is_value else 'set'}"
    return "optional"


def _cell_name(variable: Variable) -> str:
    older = "".join(f"<br>older: {_code(alias)}" for alias in variable.aliases)
    return _code(variable.name) + older


def _cell_type(variable: Variable) -> str:
    kind = f"{_kind(variable)}, secret" if variable.secret else _kind(variable)
    return _plain("; ".join([kind, *limits(variable)]))


def _cell_default(variable: Variable) -> str:
    default = default_for_people(variable)
    if default is not None:
        return _code(default)
    return "not shown" if variable.default is not None else _plain(_condition(variable))


def _cell_text(variable: Variable) -> str:
    example = f"for example {_code(variable.example)}" if variable.example else ""
    text = _plain(variable.description)
    return f"{text}; {example}" if text and example else text or example


def _plain(text: str) -> str:
    """Return text that Markdown takes as it is, on one line."""
    escaped = "".join(f"\\{letter}" if letter in "\\`*_[]<>|" else letter for letter in text)
    return " ".join(escaped.split())


def _code(text: str) -> str:
    # A pipe ends a cell even within a code span; two backquotes hold one.
    shown = " ".join(text.replace("|", "\\|").splitlines())
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _example(variable: Variable) -> str:
    said = [*_comment_lines(variable.description)]
    said.append("; ".join([_kind(variable), *limits(variable), _condition_of_line(variable)]))
    sample = variable.example or default_for_people(variable) or ""
    if hides(variable) and not variable.example:
        sample = ""
    value = quoted(sample)
    if value is None:
        said.append("no env file can hold the example")
        value = ""
    line = f"{variable.name}={value}"
    lines = line.splitlines()
    if not is_required(variable):
        # A value over lines has to be one comment: all of its lines are.
        lines = [f"# {part}" for part in lines]
    return "".join(f"{part}\n" for part in [*map(_comment, said), *lines])


def _condition_of_line(variable: Variable) -> str:
    if variable.default is None:
        return _condition(variable)
    default = default_for_people(variable)
    return "has a default" if default is None else f"default {' '.join(default.split()) or 'empty'}"


def _comment(text: str) -> str:
    return "# " + "".join(letter if letter.isprintable() else " " for letter in text)


def _comment_lines(text: str) -> Iterable[str]:
    return (line for line in (part.strip() for part in text.splitlines()) if line)


def quoted(value: str) -> str | None:
    """Return a value as all readers of env files take it; None if there is no such way."""
    if all(letter in _PLAIN for letter in value):
        return value
    if any((letter < " " and letter not in "\n\t") or letter in _NOWHERE for letter in value):
        return None
    # A backslash is one of two to some readers, before the quote or another.
    if "'" not in value and "${" not in value and "\\\\" not in value and value[-1] != "\\":
        return f"'{value}'"
    if "$" in value:
        return None
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
