"""Env files for development: read strictly, else as python-dotenv reads them, with a warning."""

from __future__ import annotations

import os

from tinyinit.base.file import FILE_MAX, MISSING, read_whole
from tinyinit.contract.source import Value
from tinyinit.formats.envfile import read
from tinyinit.formats.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REFUSED = "; in a container tinyinit refuses the file"


class DotEnv:
    """What the env files say, and what is wrong with them."""

    __slots__ = ("_environ", "problems", "values", "warnings")

    def __init__(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        environ: Mapping[str, bytes] | Mapping[bytes, bytes],
    ) -> None:
        """Read the files that are there; `environ` is for `${NAME}` of python-dotenv."""
        self.values: dict[str, Value] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._environ = environ
        for path in (paths,) if isinstance(paths, (str, os.PathLike)) else paths:
            self._read(os.fspath(path))

    def _read(self, path: str) -> None:
        data = read_whole(path, FILE_MAX)
        if isinstance(data, str):
            if data != MISSING:
                self.problems.append(Problem(f"cannot be read: {data}", file=path))
            return
        strict: list[Problem] = []
        lines = read(data, path, strict)
        if strict:
            self._read_leniently(data, path, strict)
        for line in () if strict else lines:
            self.values[line.name] = Value(line.value, file=path, line=line.line)

    def _read_leniently(self, data: bytes, path: str, strict: list[Problem]) -> None:
        try:
            from dotenv.parser import parse_stream
            from dotenv.variables import parse_variables
        except ModuleNotFoundError:
            self.problems += strict
            text = "is read only with python-dotenv: pip install tinyinit[dotenv], or mend it"
            self.problems.append(Problem(text, file=path))
            return
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.problems += strict
            return
        from io import StringIO

        dropped: dict[int, str] = {}
        known: dict[str, str | None] = {}
        outside = {_text(name): _text(value) for name, value in self._environ.items()}
        for binding in parse_stream(StringIO(text)):
            original = binding.original.string
            line = binding.original.line + original[: -len(original.lstrip()) or None].count("\n")
            if binding.error or (binding.key is not None and binding.value is None):
                dropped[line] = "is dropped by python-dotenv; write NAME=value"
            elif binding.key is not None and binding.value is not None:
                names = {**known, **outside}
                value = "".join(atom.resolve(names) for atom in parse_variables(binding.value))
                known[binding.key] = value
                if "\0" in value:
                    dropped[line] = "has a NUL byte"
                self.values[binding.key] = Value(value.encode(), file=path, line=line)
        self._tell(path, strict, dropped)

    def _tell(self, path: str, strict: list[Problem], dropped: dict[int, str]) -> None:
        for problem in strict:
            if problem.line in dropped:
                del dropped[problem.line]
                self.problems.append(problem)
            else:
                problem.warning = True
                problem.text += _REFUSED
                self.warnings.append(problem)
        self.problems += [Problem(dropped[at], file=path, line=at) for at in sorted(dropped)]
        self.problems.sort(key=lambda problem: problem.line)


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")
