"""Where the value of a variable comes from.

The first that has one: the process environment under the variable's name, `NAME_FILE`, an older
name in the same ways, the folder of secrets, env files in the same ways as the process environment,
the default.
"""

from __future__ import annotations

import os

from tinyinit.base.file import FILE_MAX, MISSING, STRING_MAX, flags, read_whole
from tinyinit.contract.model import hides
from tinyinit.formats.problem import Problem, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tinyinit.contract.model import Contract, Variable

_FILE = "_FILE"
DEFAULT = "the default"


class Value:
    """A value and where it was found.

    `source` is None for the process environment under the variable's own name; else a file, an
    older name or `the default`. `file` is that file or None, `line` that of an env file or 0.
    """

    __slots__ = ("data", "file", "line", "source")

    def __init__(
        self, data: bytes, source: str | None = None, *, file: str | None = None, line: int = 0
    ) -> None:
        """Take the bytes as they are."""
        self.data = data
        self.source = source if file is None else file
        self.file = file
        self.line = line

    @property
    def place(self) -> str:
        """`from SOURCE `, or nothing for the process environment."""
        if self.source is None:
            return ""
        source = plain(self.source)
        return f"from {source}:{self.line} " if self.line else f"from {source} "


class Names:
    """The names that a contract knows: its variables, their older names, and `…_FILE` of both."""

    __slots__ = ("_known",)

    def __init__(self, contract: Contract) -> None:
        """Take the names of all variables."""
        self._known = set(contract.variables)
        for variable in contract.variables.values():
            self._known.update(variable.aliases)

    def names_file(self, name: str) -> bool:
        """Say whether `name` is the `NAME_FILE` of a known name, and none itself."""
        return (
            name.endswith(_FILE) and name not in self._known and name[: -len(_FILE)] in self._known
        )

    def __contains__(self, name: str) -> bool:
        """Say whether `name` is known in any way."""
        return name in self._known or self.names_file(name)


class Sources:
    """All places where values are looked for."""

    def __init__(
        self,
        contract: Contract,
        environ: Mapping[str, bytes],
        *,
        root: str = "/",
        env_files: tuple[str, ...] = (),
    ) -> None:
        """Read the env files; what is wrong with them is in `problems`."""
        self.names = Names(contract)
        self.problems: list[Problem] = []
        self.process = {name: Value(data) for name, data in environ.items()}
        self.env_files: dict[str, Value] = {}
        self._root = root
        self._secrets = _open_folder(_under(root, contract.secrets)) if contract.secrets else None
        self._secrets_name = contract.secrets or ""
        for file in (*contract.env_files, *env_files):
            self._read_env_file(file)

    def close(self) -> None:
        """Close the folder of secrets."""
        if self._secrets is not None:
            os.close(self._secrets)
            self._secrets = None

    def _read_env_file(self, file: str) -> None:
        optional = file.startswith("?")
        path = file[1:] if optional else file
        data = read_whole(_under(self._root, path), FILE_MAX)
        if isinstance(data, str):
            if not (optional and data == MISSING):
                self.problems.append(Problem(f"cannot be read: {data}", file=path))
            return
        from tinyinit.formats.envfile import read  # if there is such a file

        for line in read(data, path, self.problems):
            self.env_files[line.name] = Value(line.value, file=path, line=line.line)

    def find(self, variable: Variable, problems: list[Problem]) -> Value | None:
        """Return the value of `variable`; None if there is none, or `problems` says why not."""
        value = self.process.get(variable.name)
        if variable.name + _FILE not in self.process:  # as nearly always
            if value is not None and value.data:
                return value
            if value is None and not self._has_others and not variable.aliases:
                return _default(variable)
        before = len(problems)
        value = self._find_named(self.process, variable, problems)
        if value is None and len(problems) == before:
            value = self._find_secret(variable, problems)
        if value is None and len(problems) == before:
            value = self._find_named(self.env_files, variable, problems)
        if value is None and len(problems) == before:
            value = _default(variable)
        return value

    @property
    def _has_others(self) -> bool:
        return self._secrets is not None or bool(self.env_files)

    def _find_named(
        self, names: dict[str, Value], variable: Variable, problems: list[Problem]
    ) -> Value | None:
        for name in (variable.name, *variable.aliases):
            before = len(problems)
            value = self._find_name(names, name, variable, problems)
            if value is not None and name != variable.name:
                if value.source is None:
                    value = Value(value.data, name)
                problems.append(
                    Problem(
                        f"comes from {plain(name)}, an older name; set {plain(variable.name)}",
                        variable=variable.name,
                        warning=True,
                    )
                )
            if value is not None or len(problems) > before:
                return value
        return None

    def _find_name(
        self, names: dict[str, Value], name: str, variable: Variable, problems: list[Problem]
    ) -> Value | None:
        value = names.get(name)
        if value is not None and not (value.data or takes_empty(variable)):
            value = None
        pointer = names.get(name + _FILE) if self.names.names_file(name + _FILE) else None
        if pointer is None or not pointer.data:
            return value
        if value is not None:
            problems.append(
                Problem(
                    f"is ambiguous: {plain(name)} and {plain(name)}{_FILE} are both set",
                    variable=variable.name,
                )
            )
            return None
        path = pointer.data.decode("utf-8", "surrogateescape")
        # What is not a file may be the secret itself, set under the wrong name.
        data = read_whole(_under(self._root, path), STRING_MAX)
        shown = name + _FILE if isinstance(data, str) and hides(variable) else path
        return self._of_file(data, shown, variable, problems)

    def _find_secret(self, variable: Variable, problems: list[Problem]) -> Value | None:
        if self._secrets is None:
            return None
        for name in (variable.name, variable.name.lower()):
            data = read_whole(name, STRING_MAX, folder=self._secrets, skip_folders=True)
            if data != MISSING:
                path = f"{self._secrets_name.rstrip('/')}/{name}"
                return self._of_file(data, path, variable, problems)
        return None

    @staticmethod
    def _of_file(
        data: bytes | str, path: str, variable: Variable, problems: list[Problem]
    ) -> Value | None:
        if not isinstance(data, str) and b"\0" in data:
            data = "it holds a NUL byte"
        if isinstance(data, str):
            text = f"from {plain(path)} cannot be read: {data}"
            problems.append(Problem(text, variable=variable.name, file=path))
            return None
        data = data.removesuffix(b"\n")
        if not (data or takes_empty(variable)):
            return None
        return Value(data, file=path)


def takes_empty(variable: Variable) -> bool:
    """Say whether an empty value is one."""
    return variable.type == "string" and variable.min_length == 0


def _default(variable: Variable) -> Value | None:
    if variable.default is None:
        return None
    return Value(variable.default.encode("utf-8", "surrogateescape"), DEFAULT)


def _under(root: str, path: str) -> str:
    return root.rstrip("/") + path if path.startswith("/") else path


def _open_folder(path: str) -> int | None:
    try:
        return os.open(path, flags("O_DIRECTORY", "O_CLOEXEC"))
    except (OSError, ValueError):
        return None
