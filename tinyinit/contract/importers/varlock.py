"""A `.env.schema` of varlock, as far as it is simple: types, defaults, needed, secret."""

from __future__ import annotations

import re

from tinyinit.contract.importers._lines import Line, read_lines
from tinyinit.contract.importers.draft import Draft
from tinyinit.contract.model import Variable

_TYPES = {
    **{kind: kind for kind in ("string", "url", "email", "port", "ip", "uuid", "duration")},
    "boolean": "bool",
    "domain": "hostname",
    "enum": "string",
    "number": "float",
    "simple-object": "json",
    "record": "json",
    "array": "list",
}
_SILENT = {"required", "optional", "sensitive", "public", "type", "example", "docs", "docsUrl"}
_ROOT = {"defaultRequired", "defaultSensitive"}
_FUNCTION = re.compile(r"([A-Za-z_]\w*)\(.*\)", re.DOTALL)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def read_varlock(text: str, source: str) -> Draft:
    """Return the contract that a schema stands for, with a note for what a contract has not."""
    draft = Draft(source)
    header, body, offset = _header(text)
    lines, strange = read_lines(body, commented=False)
    for number, why in strange:
        draft.note(f"{source}:{number + offset}", why)
    for name in header:
        if name not in _ROOT:
            draft.note(f"@{name}", "says something to varlock; a contract has no such word")
    for line in lines:
        decorators, said = _decorators(line.comments, line.remark)
        _Item(draft, line, decorators, said).add(header)
    return draft.settled()


def _header(text: str) -> tuple[dict[str, str], str, int]:
    """Return the decorators before the first divider, the rest, and the lines before that."""
    lines = text.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines):
        stripped = line.strip()
        if re.fullmatch(r"#\s*---+", stripped):
            head = [comment for comment in lines[:number] if comment.strip()]
            return _decorators(head, "")[0], "\n".join(lines[number + 1 :]), number + 1
        if stripped and not stripped.startswith("#"):
            break
    return {}, "\n".join(lines), 0


def _decorators(comments: list[str], remark: str) -> tuple[dict[str, str], str]:
    """Return the decorators with their values, and what the comments say besides."""
    found: dict[str, str] = {}
    said: list[str] = []
    for comment in [*comments, remark]:
        text = comment.lstrip("#").strip()
        if text.startswith("@"):
            found.update(_words(text))
        elif text:
            said.append(text)
    return found, " ".join(said)


def _words(text: str) -> dict[str, str]:
    """Split a line of decorators: `@name`, `@name=value`, `@name(…)`."""
    found: dict[str, str] = {}
    for part in _split(text, " "):
        if not part.startswith("@"):
            break  # after them is a comment
        word = re.match(r"@([A-Za-z]\w*)=?(.*)", part, re.DOTALL)
        if word:
            found[word[1]] = word[2]
    return found


def _split(text: str, between: str) -> list[str]:
    """Split at a character that is in no quotes and no brackets."""
    parts = [""]
    depth, quote = 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if letter == between and not quote and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _bare(text: str) -> str:
    return text[1:-1] if text[:1] in {"'", '"', "`"} and text[-1:] == text[:1] else text


class _Item:
    """One variable on its way into the contract."""

    def __init__(
        self, draft: Draft, line: Line, decorators: dict[str, str], description: str
    ) -> None:
        self.draft = draft
        self.line = line
        self.decorators = decorators
        self.variable = Variable(
            line.name, description=description, example=_bare(decorators.get("example", ""))
        )

    def note(self, text: str) -> None:
        self.draft.note(self.line.name, text)

    def add(self, header: dict[str, str]) -> None:
        variable = self.variable
        self._type(self.decorators.get("type") or self._inferred())
        variable.secret = self._is_sensitive(header.get("defaultSensitive", "true"))
        value = self.line.value
        called = None if self.line.is_quoted else _FUNCTION.fullmatch(value)
        is_made = bool(called) or (value and not self.line.is_quoted and "$" in value)
        if called:
            self.note(f"has its value from {called[1]}(…); it must be in the environment here")
        elif is_made:
            self.note("has a value made of other variables; it must be in the environment here")
        elif value and variable.secret:
            self.note("is a secret with a value in the file; it was left out")
        elif value:
            variable.default = value
        self._required(header.get("defaultRequired", "infer"), has_value=bool(value))
        for name in self.decorators.keys() - _SILENT:
            self.note(f"has @{name}; a contract has no such word")
        self.draft.add(variable)

    def _inferred(self) -> str:
        value = self.line.value
        if not value or self.line.is_quoted:
            return "string"
        if value in {"true", "false"}:
            return "boolean"
        number = _NUMBER.fullmatch(value)
        return "number" if number else "string"

    def _is_sensitive(self, default: str) -> bool:
        for name, meaning in (("sensitive", True), ("public", False)):
            if name in self.decorators:
                value = self.decorators[name]
                if value.startswith("{"):
                    self.note(f"has options of @{name}; a contract has none")
                return meaning if value != "false" else not meaning
        prefix = re.fullmatch(r"inferFromPrefix\((.*)\)", default)
        if prefix:
            return not self.line.name.startswith(_bare(prefix[1]))
        return default != "false"

    def _required(self, default: str, *, has_value: bool) -> None:
        is_required = has_value if default == "infer" else default != "false"
        for name, meaning in (("required", True), ("optional", False)):
            if name in self.decorators:
                value = self.decorators[name]
                if value in {"", "true", "false"}:
                    is_required = meaning if value != "false" else not meaning
                else:
                    is_required = False
                    self.note(f"has @{name} with a condition; say it with required_if")
        if self.variable.default is None and not is_required:
            self.variable.required = False

    def _type(self, written: str) -> None:
        name, _, rest = written.partition("(")
        arguments = _split(rest.removesuffix(")"), ",")
        kind = _TYPES.get(name)
        if kind is None:
            self.note(f"is of type {name}, which a contract has not; it is a string here")
            return
        self.variable.type = kind
        for argument in arguments:
            key, mark, value = argument.partition("=")
            if not mark:
                self._plain(name, _bare(argument))
            elif not self._option(kind, key.strip(), _bare(value.strip())):
                self.note(f"has the option {key.strip()} of {name}; a contract has not")
        if self.variable.type == "duration" and name == "duration":
            self.note("is a duration: a bare number is milliseconds to varlock, seconds here")

    def _plain(self, name: str, argument: str) -> None:
        if name == "enum" and not argument.startswith("$"):
            self.variable.choices = (*self.variable.choices, argument)
        elif name == "array" and _TYPES.get(argument, "list") != "list":
            self.variable.items = _TYPES[argument]
        else:
            self.note(f"has {name} of {argument}, which a contract cannot say")

    def _option(self, kind: str, key: str, value: str) -> bool:
        """Take one option of the type; False if a contract has no such key."""
        variable = self.variable
        is_number = bool(_NUMBER.fullmatch(value))
        if key == "isInt" or (key == "precision" and value == "0"):
            variable.type = "int" if value != "false" else variable.type
        elif key in {"min", "max"} and (is_number or kind == "duration"):
            setattr(variable, key, value)
        elif key in {"minLength", "maxLength"} and value.isdigit():
            setattr(variable, f"{key[:3]}_length", int(value))
        elif key == "isLength" and value.isdigit():
            variable.min_length = variable.max_length = int(value)
        elif key == "startsWith" and variable.pattern is None:
            variable.pattern = re.sub(r"([^A-Za-z0-9_\s])", r"\\\1", value) + ".*"
        elif key == "allowedProtocols":
            names = _split(value.strip("[]"), ",")
            variable.schemes = tuple(_bare(each).rstrip(":").lower() for each in names)
        elif key == "separator" and kind == "list":
            variable.separator = value
        else:
            return False
        return True
