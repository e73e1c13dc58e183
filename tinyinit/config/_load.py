"""`load`: the environment checked against a class, and made into an instance of it."""

from __future__ import annotations

import os

from tinyinit.config._annotations import MISSING
from tinyinit.config._convert import remember
from tinyinit.config._instance import own_check
from tinyinit.config._schema import schema_of
from tinyinit.contract.checking import check
from tinyinit.formats.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypeAlias, TypeVar

    from tinyinit.config._schema import Field, Schema
    from tinyinit.contract.checking import Result
    from tinyinit.contract.model import Contract
    from tinyinit.contract.source import Value

    T = TypeVar("T")
    Given: TypeAlias = Mapping[str, bytes] | Mapping[bytes, bytes]
    Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def load(
    cls: type[T],
    environ: Mapping[str, str] | None = None,
    *,
    dotenv: Paths | None = None,
) -> T:
    """Return the settings that the environment has for `cls`.

    `environ` is the process environment unless another is given. `dotenv` names one or more env
    files for development: they never override the environment, a later one overrides an earlier
    one, and one that is not there is left out. A `ConfigError` tells all problems at once;
    `ConfigWarning` is warned with what does not stop the app. `TypeError`: the class is not
    decorated with `define`, or an annotation of it names nothing.
    """
    loaded, result = _load(cls, environ, dotenv)
    if result.warnings:
        import warnings

        from tinyinit.config._errors import ConfigWarning

        text = _warnings(result).rstrip("\n")
        warnings.warn(text, ConfigWarning, stacklevel=2)
    return loaded


def load_or_exit(
    cls: type[T],
    environ: Mapping[str, str] | None = None,
    *,
    dotenv: Paths | None = None,
) -> T:
    """Return the settings as `load` does; print problems to stderr and exit with 78 (EX_CONFIG).

    Warnings are printed too, as the file `tinyinit` does.
    """
    import sys

    from tinyinit.config._errors import ConfigError

    try:
        loaded, result = _load(cls, environ, dotenv)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201  # what it is for
        from tinyinit.base.codes import WRONG_CONFIGURATION

        raise SystemExit(WRONG_CONFIGURATION) from None
    if result.warnings:
        sys.stderr.write(_warnings(result))
    return loaded


def _load(
    cls: type[T], environ: Mapping[str, str] | None, dotenv: Paths | None
) -> tuple[T, Result]:
    schema = schema_of(cls)
    given = _environment(environ)
    if dotenv is None:
        result = check(schema.contract, given, for_main=False)
    else:
        result = _check_with_files(schema.contract, given, dotenv)
    bad = {problem.variable for problem in result.problems}
    loaded: Any = _made(schema, result, bad)
    if result.problems:
        from tinyinit.config._errors import ConfigError
        from tinyinit.contract.report import Report

        raise ConfigError(Report(result.file, result.problems, result.warnings))
    return loaded, result


def _check_with_files(contract: Contract, given: Given, dotenv: Paths) -> Result:
    from tinyinit.config._dotenv import DotEnv

    files = DotEnv(dotenv, given)
    result = check(contract, given, env_values=files.values, for_main=False)
    result.problems[:0] = files.problems
    result.warnings[:0] = files.warnings
    return result


def _warnings(result: Result) -> str:
    from tinyinit.contract.report import Report

    return Report(result.file, (), result.warnings).text()


def _environment(environ: Mapping[str, str] | None) -> Given:
    if environ is None:
        environ = os.environ
    if environ is os.environ and os.name == "posix":
        # To ask os.environb for one variable after the other takes longer than to check them.
        data: Mapping[bytes, bytes] | None = getattr(environ, "_data", None)
        if data is not None:
            return data
    given: dict[str, bytes] = {}
    for name, value in environ.items():
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"environ has a {type(value).__name__} for {name}, not a text")
        known = name if name.isascii() else _bytes(name).decode("utf-8", "surrogateescape")
        given[known] = _bytes(value)
    return given


def _bytes(text: str) -> bytes:
    for errors in ("strict", "surrogateescape", "surrogatepass"):
        try:
            return text.encode("utf-8", errors)
        except (
            UnicodeEncodeError
        ):  # bytes that are not UTF-8; halves of pairs, which are not either
            continue
    raise AssertionError


def _new(cls: Any) -> object:
    made: object = object.__new__(cls)
    return made


def _made(schema: Schema, result: Result, bad: set[str | None]) -> object:
    made = _new(schema.owner)
    put = object.__setattr__
    values = result.values
    sources: dict[str, Value | None] = {}
    for name, field in schema.fields.items():
        if field.nested is not None:
            put(made, name, _made(field.nested, result, bad))
            continue
        variable = field.variable.name
        if variable in bad:
            continue
        sources[name] = value = values.get(variable)
        try:
            converted = _converted(field, value)
        except ValueError as error:
            place = value.place if value else ""
            result.problems.append(Problem(f"{place}{error}", variable=variable))
            continue
        if converted is not MISSING:
            put(made, name, converted)
    put(made, "_made", (schema, sources))
    result.problems.extend(own_check(made, schema))
    return made


def _converted(field: Field, value: Value | None) -> Any:
    if value is None:
        return field.default()
    text = value.data.decode("utf-8", "surrogateescape")
    converted = field.read(text)
    if field.hidden or field.kind.type == "url":
        remember(text, converted, hidden=field.hidden)
    return converted
