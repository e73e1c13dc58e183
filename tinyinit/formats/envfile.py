"""The strict dialect of env files: what other readers read differently is a problem.

envfile.c is its twin. No message says what a value is, not in part: it may be a secret.
"""

from __future__ import annotations

from tinyinit.base.file import STRING_MAX
from tinyinit.base.text import NAME_CHARACTERS, NAME_LENGTH_MAX
from tinyinit.formats.limits import PROBLEMS_MAX, VARIABLES_MAX
from tinyinit.formats.problem import Problem
from tinyinit.formats.scan import scan_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_BLANKS: Final = " \t"
#: All but " " and tab of what Python, Go or JavaScript take for a space.
_ODD_SPACES: Final = frozenset(
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000\ufeff"
)


class EnvLine:
    """A variable of an env file, and the line where it begins."""

    __slots__ = ("line", "name", "value")

    def __init__(self, name: str, value: bytes, line: int) -> None:
        """Take what was read."""
        self.name = name
        self.value = value
        self.line = line


def read(data: bytes, file: str, problems: list[Problem]) -> list[EnvLine]:
    """Return what an env file's bytes say; what is wrong goes to `problems`, all of it.

    `file` is what the problems call the file.
    """
    reader = _Reader(file, problems)
    reader.check(data)
    return [] if reader.told else reader.read(data)


class _Reader:
    """Goes through the text with `at`; `line` is the one that is being read."""

    __slots__ = (
        "at",
        "file",
        "found",
        "is_wrong",
        "line",
        "problems",
        "stopped",
        "text",
        "told",
    )

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.text = ""
        self.at = 0
        self.line = 1
        self.told = 0
        self.is_wrong = False
        self.stopped = False
        self.found: dict[str, EnvLine] = {}

    def check(self, data: bytes) -> None:
        """See whether it is text at all, every line of it."""
        lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        for number, line in enumerate(lines, 1):
            self.is_wrong = False
            last = number == len(lines)
            problem = _wrong_bytes(line if last else line.removesuffix(b"\r"))
            if problem is not None:
                self._tell(number, problem)
            if self.stopped:
                return

    def read(self, data: bytes) -> list[EnvLine]:
        """Read what is known to be text."""
        text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
        self.text = text
        while self.at < len(text) and not self.stopped:
            self.is_wrong = False
            self._statement()
            end = text.find("\n", self.at)
            self.at = len(text) if end < 0 else end + 1
            self.line += 1
        return list(self.found.values())

    def _tell(self, line: int, text: str) -> None:
        """Tell the first problem of a statement."""
        if self.is_wrong or self.stopped:
            return
        self.is_wrong = True
        self.stopped = self.told == PROBLEMS_MAX
        self.told += 1
        if self.stopped:
            text = "more problems follow; reading stopped here"
        self.problems.append(Problem(text, file=self.file, line=line))

    def _tell_unlike(self, what: str, where: str, instead: str) -> None:
        text = f"has {what} {where}, which readers read differently; use {instead}"
        self._tell(self.line, text)

    def _peek(self, at: int) -> str:
        """Return a character, or "" at the end of its line."""
        character = self.text[at : at + 1]
        return "" if character == "\n" else character

    def _after_blanks(self, at: int) -> int:
        while self._peek(at) in {" ", "\t"}:
            at += 1
        return at

    def _statement(self) -> None:
        name = self._after_blanks(self.at)
        if self._peek(name) in {"", "#"}:
            return
        if self.text.startswith("export", name):
            end = self._after_blanks(name + 6)
            if end > name + 6 and self._peek(end) not in {"", "="}:
                name = end
        end = name
        while self._peek(end) in NAME_CHARACTERS:
            end += 1
        sign = self._after_blanks(end)
        is_name = end > name and self.text[name] not in "0123456789"
        if is_name and self._peek(sign) in {"", "#"}:
            self._tell(self.line, "has no =; write NAME=value")
        elif not is_name or self._peek(sign) != "=":
            problem = "is not NAME=value; a name has letters, digits and _, no digit first"
            self._tell(self.line, problem)
        else:
            self.at = self._after_blanks(sign + 1)
            if sign > end or self.at > sign + 1:
                self._tell(self.line, "has a space next to =; write NAME=value")
            self._value(self.text[name:end])

    def _value(self, name: str) -> None:
        line = self.line
        self._check_name(name)
        quote = self._peek(self.at)
        if quote in {'"', "'"}:
            self.at += 1
            end = self._quoted(quote)
        else:
            end = self._unquoted()
        if not self.is_wrong:
            value = self.text[self.at : end]
            if quote == '"':
                value = "\\".join(map(_unescaped, value.split("\\\\")))
            self._add(EnvLine(name, value.encode(), line))
        self.at = end

    def _check_name(self, name: str) -> None:
        if len(name) > NAME_LENGTH_MAX:
            self._tell(self.line, "has a name longer than 255 bytes")
        if name in self.found:
            self._tell(self.line, f"sets the same name as line {self.found[name].line}")
        if len(self.found) == VARIABLES_MAX and not self.is_wrong:
            self._tell(self.line, "is one of more than 1000 variables; reading stopped here")
            self.stopped = True

    def _add(self, line: EnvLine) -> None:
        if len(line.name) + len(line.value) > STRING_MAX - 1:
            self._tell(line.line, "has a value longer than 128 KiB, the kernel's limit")
        else:
            self.found[line.name] = line

    def _unquoted(self) -> int:
        """Return the end of the value that begins here."""
        at = self.at
        while character := self._peek(at):
            what = ""
            if character in _BLANKS:
                after = self._after_blanks(at)
                follows = self._peek(after)
                if not follows or (follows == "#" and self.text[after - 1] == " "):
                    return at
                what = "#" if follows == "#" else "a space"
            elif character in _ODD_SPACES:
                what = "a space"
            elif character in "#'\"`$\\":
                what = character
            if what:
                instead = "double quotes" if what == "'" else "single quotes"
                self._tell_unlike(what, "outside quotes", instead)
                return at
            at += 1
        return at

    def _quoted(self, quote: str) -> int:
        """Return the end of the value that begins here, after its quote."""
        opening = self.line
        at = self.at
        while (character := self.text[at : at + 1]) not in {"", quote}:
            following = self.text[at + 1 : at + 2]
            self._check_quoted(quote, character, following)
            if character == "\\" and following in {"\\", quote}:
                at += 1
            elif character == "\n":
                self.line += 1
            at += 1
        if not character:
            self._tell(opening, "has a quote that is never closed")
            return len(self.text)
        after = self._after_blanks(at + 1)
        follows = self._peek(after)
        if follows and (follows != "#" or after == at + 1):
            self._tell(opening, "has text after its closing quote")
        return at

    def _check_quoted(self, quote: str, character: str, following: str) -> None:
        if character == "$" and quote == '"':
            self._tell_unlike("$", "in double quotes", "single quotes")
        elif character == "$" and following == "{":
            self._tell_unlike("${", "in single quotes", "a file (NAME_FILE)")
        elif character != "\\":
            return
        elif quote == '"' and (not following or following not in 'nt"\\'):
            what = 'a backslash other than \\n \\t \\" \\\\'
            self._tell_unlike(what, "in double quotes", "single quotes")
        elif quote == "'" and following == "\\":
            self._tell_unlike("\\\\", "in single quotes", "a file (NAME_FILE)")
        elif quote == "'" and following == "'":
            self._tell_unlike("\\'", "in single quotes", "double quotes")


def _unescaped(part: str) -> str:
    """Return what lies between two escaped backslashes of a double-quoted value."""
    return part.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')


def _wrong_bytes(line: bytes) -> str | None:
    """Say what a line has that no env file has: the first such thing of it."""
    problem = scan_line(line)
    if problem is None and (b"\xe2\x80\xa8" in line or b"\xe2\x80\xa9" in line):
        return "has U+2028 or U+2029, which readers read differently"
    return problem
