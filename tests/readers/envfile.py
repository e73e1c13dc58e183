"""An env file as the reader in C takes it and as the one in Python does, in one form."""

from typing import TYPE_CHECKING, NamedTuple

from tests.readers.build import Reader
from tinyinit.formats import envfile

if TYPE_CHECKING:
    from tinyinit.formats.problem import Problem


class Read(NamedTuple):
    """What a reader makes of a file: problems as (LINE, text), variables as (NAME, value, line)."""

    problems: list[tuple[int, str]]
    variables: list[tuple[str, bytes, int]]


def in_python(data: bytes) -> Read:
    """Read with Python."""
    problems: list[Problem] = []
    lines = envfile.read(data, ".env", problems)
    assert {".env"} >= {problem.file for problem in problems}
    return Read(
        [(problem.line, problem.text) for problem in problems],
        [(line.name, line.value, line.line) for line in lines],
    )


def in_c(reader: Reader, data: bytes) -> Read:
    """Read with C."""
    answer = reader.ask(data)
    read = Read([], [])
    while answer.startswith(b"!.env:"):
        line, text = answer.removeprefix(b"!.env:").split(b" ", 1)
        shown, answer = text.split(b"\n", 1)
        read.problems.append((int(line), shown.decode()))
    while answer:
        head, answer = answer.split(b"\n", 1)
        line, name, length = head.split()
        value, end, answer = (
            answer[: int(length)],
            answer[int(length) : int(length) + 1],
            answer[int(length) + 1 :],
        )
        assert b"\0" == end
        read.variables.append((name.decode(), value, int(line)))
    return read
