"""The part of TOML that contracts are written in: one entry for each table and each key.

Knows nothing of what they mean. `tinyinit/core/formats/toml.c` is the same in C.
"""

from __future__ import annotations

from tinyinit.formats.limits import PROBLEMS_MAX
from tinyinit.formats.problem import Problem
from tinyinit.formats.scan import scan_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final, Literal, TypeAlias

    Kind: TypeAlias = Literal["string", "integer", "float", "boolean", "array"]

VALUES_MAX: Final = 20_000

_DIGITS: Final = frozenset("0123456789")
_HEX: Final = _DIGITS | frozenset("abcdefABCDEF")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_BARE: Final = _LETTERS | _DIGITS | {"-"}
_ESCAPES: Final = dict(zip('btnfr"\\', '\b\t\n\f\r"\\', strict=True))
_BOM: Final = b"\xef\xbb\xbf"


class TomlValue:
    """A value: of a string what it says, of a number and a boolean how it is written."""

    __slots__ = ("items", "kind", "line", "text")

    def __init__(self, kind: Kind, text: str, items: Sequence[TomlValue], line: int) -> None:
        """Numbers have no underscores and no leading plus sign in `text`."""
        self.kind = kind
        self.text = text
        self.items = items
        self.line = line


class Entry:
    """A key of a table, or with `key` and `value` None the head of the table itself."""

    __slots__ = ("key", "line", "table", "value")

    def __init__(
        self, table: tuple[str, ...], key: str | None, value: TomlValue | None, line: int
    ) -> None:
        """`table` is empty before the first table."""
        self.table = table
        self.key = key
        self.value = value
        self.line = line


def read(data: bytes, file: str, problems: list[Problem]) -> list[Entry]:
    """Return the entries of `data` in their order; what is wrong goes to `problems`, all of it.

    Reading goes on with the next line, or after the array that the line is in.
    """
    return _Reader(data, file, problems).read()


class _RefusedError(Exception):
    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.line = line


class _Node:
    """A name in the file: of a table, or of a key, which has no children."""

    __slots__ = ("children", "head", "key", "line")

    def __init__(self, line: int, *, key: bool = False) -> None:
        self.line = line
        self.key = key
        self.head = False
        self.children: dict[str, _Node] = {}

    def repeated(self) -> str:
        return f"repeats the {'key' if self.key else 'table'} on line {self.line}"


class _Reader:
    """The lines of a file, the place in the current one, and what was found so far."""

    __slots__ = (
        "array_line",
        "at",
        "entries",
        "file",
        "line",
        "lines",
        "node",
        "problems",
        "root",
        "table",
        "text",
        "told",
        "told_line",
        "values",
        "wrong",
    )

    def __init__(self, data: bytes, file: str, problems: list[Problem]) -> None:
        self.lines = data.removeprefix(_BOM).split(b"\n")
        self.file = file
        self.problems = problems
        self.entries: list[Entry] = []
        self.line = self.at = 0  # lines are counted from 1, places from 0
        self.text = ""
        self.wrong: str | None = None
        self.array_line = 0
        self.told = self.told_line = self.values = 0
        self.root = _Node(0)
        self.node: _Node | None = self.root  # None after a table's head that is wrong
        self.table: tuple[str, ...] = ()

    def read(self) -> list[Entry]:
        more = self.next_line()
        while more:
            try:
                self.statement()
            except _RefusedError as problem:
                in_array = self.array_line
                if not self.tell(problem):
                    break
                more = self.leave_array() if in_array else self.next_line()
            else:
                more = self.next_line()
            self.array_line = 0
        return self.entries

    def next_line(self) -> bool:
        rest = len(self.lines) - self.line
        if rest == 0 or (rest == 1 and not self.lines[-1]):
            return False
        line = self.lines[self.line]
        if rest > 1:
            line = line.removesuffix(b"\r")
        self.line += 1
        self.at = 0
        self.wrong = scan_line(line)
        self.text = line.decode("utf-8", "surrogateescape")
        return True

    def tell(self, problem: _RefusedError) -> bool:
        """Add it, unless its line has one; False if reading ends here."""
        line = problem.line or self.line
        if line != self.told_line or self.values > VALUES_MAX:
            self.told_line = line
            self.told += 1
            text = problem.text
            if self.told > PROBLEMS_MAX:
                text = "more problems follow; reading stopped here"
            self.problems.append(Problem(text, file=self.file, line=line))
        return self.told <= PROBLEMS_MAX and self.values <= VALUES_MAX

    def leave_array(self) -> bool:
        """Go past the array that has a problem: its end may be missing."""
        more = self.line > self.array_line or self.next_line()
        while more and not self.begins_anew():
            if self.text.lstrip(" \t").startswith("]"):
                return self.next_line()
            more = self.next_line()
        self.at = 0
        return more

    def begins_anew(self) -> bool:
        """Whether the line looks like a table's head or a key, not like items of an array."""
        text = self.text.lstrip(" \t")
        if text.startswith("["):
            return text[1:2] in _LETTERS
        name = 0
        while text[name : name + 1] in _BARE:
            name += 1
        return name > 0 and text[name:].lstrip(" \t").startswith("=")

    # ---- one line ----

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def blanks(self) -> str:
        """Go past spaces and tabs; return what is there, nothing for a comment."""
        while self.peek() in {" ", "\t"}:
            self.at += 1
        return "" if self.peek() == "#" else self.peek()

    def count(self) -> None:
        self.values += 1
        if self.values > VALUES_MAX:
            raise _RefusedError("has too many names and values; reading stopped here")

    def statement(self) -> None:
        first = self.blanks()
        if first == "[":
            self.node = None
        if self.wrong:
            raise _RefusedError(self.wrong)
        if first == "[":
            self.head()
        elif first:
            self.pair()
        if self.blanks():
            raise _RefusedError("has extra text after the value or table header; start a new line")

    def head(self) -> None:
        self.at += 1
        if self.peek() == "[":
            raise _RefusedError("has an array of tables; write [table]")
        node, after = self.root, "."
        names: list[str] = []
        while after == ".":
            self.blanks()
            name = self.name()
            names.append(name)
            child = node.children.get(name)
            if child is None:
                child = node.children[name] = _Node(self.line)
            elif child.key:
                raise _RefusedError(child.repeated())
            node = child
            after = self.blanks()
            self.at += 1
        if after != "]":
            raise _RefusedError("has no ] after the name of the table")
        if node.head:
            raise _RefusedError(node.repeated())
        node.head, node.line = True, self.line
        self.node, self.table = node, tuple(names)
        self.entries.append(Entry(self.table, None, None, self.line))

    def pair(self) -> None:
        line = self.line
        name = self.name()
        after = self.blanks()
        if after == ".":
            raise _RefusedError("has a dotted key; write [table]")
        if after != "=":
            raise _RefusedError("has no = after the key")
        self.at += 1
        before = None
        if self.node is not None:
            before = self.node.children.get(name)
            if before is None:
                self.node.children[name] = _Node(line, key=True)
        value = self.array() if self.blanks() == "[" else self.scalar()
        if before is not None:
            raise _RefusedError(before.repeated(), line)
        if self.node is not None:
            self.entries.append(Entry(self.table, name, value, line))

    def name(self) -> str:
        self.count()
        if self.peek() in {'"', "'"}:
            return self.string()
        begin = self.at
        while self.peek() in _BARE:
            self.at += 1
        if self.at == begin:
            raise _RefusedError("has no name; write letters, digits, _ and -, or quote it")
        return self.text[begin : self.at]

    # ---- values ----

    def array(self) -> TomlValue:
        begin = self.array_line = self.line
        self.at += 1
        items: list[TomlValue] = []
        is_behind_item = False
        while True:
            first = self.blanks()
            if not first:
                self.next_line_of_array()
            elif first == "]":
                self.at += 1
                self.array_line = 0
                return TomlValue("array", "", items, begin)
            elif first == "," and is_behind_item:
                self.at += 1
                is_behind_item = False
            elif is_behind_item:
                raise _RefusedError("has no comma between two items")
            elif first == "[":
                raise _RefusedError("has an array inside an array")
            else:
                self.count()
                items.append(self.scalar())
                is_behind_item = True

    def next_line_of_array(self) -> None:
        if not self.next_line():
            raise _RefusedError("has an array that is never closed", self.array_line)
        if self.wrong:
            raise _RefusedError(self.wrong)
        if self.begins_anew():
            raise _RefusedError(
                f"is inside the array opened on line {self.array_line}, which is never closed"
            )

    def scalar(self) -> TomlValue:
        first = self.peek()
        if first in {'"', "'"}:
            return TomlValue("string", self.string(), (), self.line)
        if first == "{":
            raise _RefusedError("has an inline table; write [table]")
        begin = self.at
        while self.peek() not in {"", " ", "\t", ",", "]", "#"}:
            self.at += 1
        if self.at == begin:
            raise _RefusedError("has no value")
        return _word(self.text[begin : self.at], self.line)

    def string(self) -> str:
        quote = self.peek()
        if self.text.startswith(quote * 3, self.at):
            raise _RefusedError("has a string over several lines; write it on one line, with \\n")
        begin = self.at = self.at + 1
        while self.peek() not in {"", quote}:
            self.at += 2 if self.peek() == "\\" and quote == '"' else 1
        if not self.peek():
            raise _RefusedError("has a string that is never closed")
        text = self.text[begin : self.at]
        self.at += 1
        return text if quote == "'" else _unescape(text)


def _unescape(text: str) -> str:
    first, *parts = text.split("\\")
    told = [first]
    parts.reverse()
    while parts:
        part = parts.pop()
        escape = part[:1]
        if not escape and parts:  # a backslash, whose own rest begins the part after it
            told.append("\\" + parts.pop())
        elif escape in _ESCAPES:
            told.append(_ESCAPES[escape] + part[1:])
        elif escape in {"u", "U"}:
            digits = part[1 : 5 if escape == "u" else 9]
            if len(digits) != (4 if escape == "u" else 8) or not _HEX.issuperset(digits):
                raise _RefusedError(_NO_CHARACTER)
            code = int(digits, 16)
            if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                raise _RefusedError(_NO_CHARACTER)
            told.append(chr(code) + part[1 + len(digits) :])
        else:
            raise _RefusedError("has an unknown escape; a backslash is written \\\\")
    return "".join(told)


def _word(word: str, line: int) -> TomlValue:
    """Return the number or boolean that `word` is, in normal form."""
    if word in {"true", "false"}:
        return TomlValue("boolean", word, (), line)
    text = word
    if "_" in text:
        before, after = " " + text, text[1:] + " "
        joins = (
            here == "_" and left in _DIGITS and right in _DIGITS
            for left, here, right in zip(before, text, after, strict=False)
        )
        text = "".join(here for here, joint in zip(text, joins, strict=True) if not joint)
    kind: Kind = "integer"
    has_exponent = False
    begin = at = 1 if text[0] in {"+", "-"} else 0
    while True:
        run = at
        while text[at : at + 1] in _DIGITS:
            at += 1
        after = text[at : at + 1]
        if at == run:
            raise _RefusedError(_NO_VALUE)
        if not after:
            break
        if kind == "integer" and after in {"-", ":"}:
            raise _RefusedError("has a date or time; write it in quotes")
        is_exponent = after in {"e", "E"} and not has_exponent
        if not is_exponent and (after != "." or kind == "float"):
            raise _RefusedError(_NO_VALUE)
        has_exponent = is_exponent
        kind = "float"
        at += 2 if is_exponent and text[at + 1 : at + 2] in {"-", "+"} else 1
    if text[begin] == "0" and text[begin + 1 : begin + 2] in _DIGITS:
        raise _RefusedError(_NO_VALUE)
    return TomlValue(kind, text.removeprefix("+"), (), line)


_NO_CHARACTER: Final = "has an escape for NUL or for what is no character"
_NO_VALUE: Final = "has a value that is not a decimal number, true or false; write text in quotes"
