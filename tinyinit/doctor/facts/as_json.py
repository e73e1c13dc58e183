"""Facts as JSON, there and back. What comes back is from anywhere: every type is asked."""

from __future__ import annotations

import json
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from tinyinit.base.text import quote
from tinyinit.doctor.facts._model import SCHEMA, Facts

_LARGEST = 1 << 64
_SIZE_LIMIT = 64 << 20
_SCALARS = (bool, int, float, str)


class FactsError(Exception):
    """Text that is no facts of ours; says in one line what was seen and expected."""


def to_json(facts: Facts) -> str:
    """Return facts as one JSON object."""
    return json.dumps(_plain(facts), indent=1, ensure_ascii=True) + "\n"


def from_json(text: str) -> Facts:
    """Return the facts that `to_json` wrote. Raises FactsError for anything else."""
    if len(text) > _SIZE_LIMIT:
        raise FactsError("has more than 64 MiB; expected what tinyinit doctor --facts wrote")
    try:
        seen = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FactsError("is not JSON; expected what tinyinit doctor --facts wrote") from error
    if not isinstance(seen, dict) or "schema" not in seen:
        raise FactsError('has no "schema"; expected what tinyinit doctor --facts wrote')
    schema = cast("dict[str, object]", seen)["schema"]
    if schema != SCHEMA or isinstance(schema, bool):
        newer = isinstance(schema, int) and schema > SCHEMA
        raise FactsError(
            f"has schema {quote(str(schema), 20)}, this doctor reads {SCHEMA}"
            + ("; use the doctor of the same or a later release" if newer else "")
        )
    facts = cast("Facts", _read(seen, Facts, "facts"))
    _check(facts)
    return facts


def _check(facts: Facts) -> None:
    if all(process.pid != facts.first for process in facts.processes):
        raise FactsError(f"has no process {facts.first}, which it calls the first")
    pids = {process.pid for process in facts.processes}
    if len(pids) != len(facts.processes):
        raise FactsError("has two processes with one PID")


def _plain(value: Any) -> Any:  # JSON's values
    fields: Any = getattr(value, "_fields", None)
    if fields is not None:
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    return value


def _read(value: Any, kind: Any, place: str) -> Any:  # JSON's values, types of fields
    origin = get_origin(kind)
    if origin is UnionType:
        if value is None and NoneType in get_args(kind):
            return None
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return _read(value, inner, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(place, "a list")
        item = get_args(kind)[0]
        items = cast("list[object]", value)
        return tuple(_read(one, item, f"{place}[{i}]") for i, one in enumerate(items))
    if origin is dict:
        if not isinstance(value, dict):
            raise _wrong(place, "an object")
        _, item = get_args(kind)
        members = cast("dict[str, Any]", value)
        return {name: _read(one, item, f"{place}.…") for name, one in members.items()}
    if kind not in _SCALARS:
        return _record(value, kind, place)
    scalar: Any = kind
    return _scalar(value, scalar, place)


def _record(value: Any, kind: Any, place: str) -> Any:  # the same
    if not isinstance(value, dict):
        raise _wrong(place, "an object")
    members = cast("dict[str, Any]", value)
    hints = _hints(kind)
    found = {
        name: _read(members[name], hint, f"{place}.{name}")
        for name, hint in hints.items()
        if name in members
    }
    missing = [name for name in hints if name not in found and name not in kind._field_defaults]
    if missing:
        raise FactsError(f"has no {place}.{missing[0]}; it is not what --facts wrote")
    return kind(**found)


_KNOWN: dict[Any, dict[str, Any]] = {}


def _hints(kind: Any) -> dict[str, Any]:  # a class of the model
    if kind not in _KNOWN:
        _KNOWN[kind] = get_type_hints(kind)
    return _KNOWN[kind]


def _scalar(value: Any, kind: type, place: str) -> Any:  # the same
    if kind is bool and isinstance(value, bool):
        return value
    if kind is str and isinstance(value, str):
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and kind in (int, float) and -_LARGEST < value < _LARGEST:
        if kind is float:
            return float(value)
        if isinstance(value, int):
            return value
    name = {bool: "true or false", str: "a text", int: "a whole number", float: "a number"}
    raise _wrong(place, name[kind])


def _wrong(place: str, expected: str) -> FactsError:
    return FactsError(f"is not what --facts wrote: {place} is not {expected}")
