"""From a contract to a class, and from a class to its contract."""

from __future__ import annotations

import keyword
import os
from types import GenericAlias

from tinyinit.config._annotations import MISSING, Declared
from tinyinit.config._define import make
from tinyinit.config._errors import ConfigError
from tinyinit.config._instance import Settings, restored
from tinyinit.config._schema import schema_of
from tinyinit.config._url import Url
from tinyinit.config._values import Email, Hostname, HostPort, Json, Port, Secret, Size
from tinyinit.contract.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from tinyinit.contract.model import Contract, Variable

_TYPES: Final[dict[str, Any]] = {
    "string": str,
    "int": int,
    "float": float,
    "bool": bool,
    "port": Port,
    "url": Url,
    "hostname": Hostname,
    "hostport": HostPort,
    "email": Email,
    "size": Size,
    "json": Json,
}
#: The classes of one process, so that instances of one contract are of one class.
_made: dict[tuple[object, ...], type] = {}


def to_contract(cls: type) -> Contract:
    """Return the contract that a class of settings says."""
    return schema_of(cls).contract


def from_contract(contract: str | os.PathLike[str] | Contract) -> type[Any]:
    """Return a class of settings with a field for each variable of a contract.

    `contract` is the path of a contract's file, or a contract that was read. A field is named as
    its variable, in small letters and without the contract's prefix; a text that is a secret is a
    `Secret[str]`. `ConfigError` tells all that is wrong with the file.
    """
    if isinstance(contract, (str, os.PathLike)):
        contract = _read(os.fspath(contract))
    key = _key(contract)
    if key not in _made:
        _made[key] = _class_of(contract)
    return _made[key]


def _remake(contract: Contract, values: dict[str, object]) -> Settings:
    return restored(from_contract(contract), values)


def _read(path: str) -> Contract:
    from tinyinit.contract.contract import read_file

    contract, problems = read_file(path)
    if problems:
        raise ConfigError(Report(path, problems, of_contract=True))
    return contract


def _key(contract: Contract) -> tuple[object, ...]:
    variables = tuple(
        tuple(getattr(variable, name) for name in variable.__slots__)
        for variable in contract.variables.values()
    )
    env = (contract.env_files, contract.secrets, contract.prefix, contract.unknown)
    return (contract.file, *env, variables, tuple(contract.init.items()))


def _class_of(contract: Contract) -> type[Any]:
    declared: dict[str, Declared] = {}
    for variable in contract.variables.values():
        name = _field_name(variable.name, contract.prefix or "")
        if name in declared:
            raise TypeError(f"{contract.file}: two variables would be the field {name}")
        declared[name] = Declared(object, _annotation(variable), MISSING, {})
        declared[name].variable = variable
    made: type[Any] = make(contract, declared, _remake)
    return made


def _field_name(variable: str, prefix: str) -> str:
    name = variable.removeprefix(prefix) if len(variable) > len(prefix) else variable
    name = name.lower().lstrip("_")
    if not name or name[0].isdigit():
        name = variable.lower().lstrip("_")
    return f"{name}_" if keyword.iskeyword(name) or name == "check" else name


def _annotation(variable: Variable) -> Any:
    annotation: Any = _annotation_of(variable.type)
    if variable.type == "list":
        annotation = GenericAlias(list, _annotation_of(variable.items))
    if variable.secret and variable.type == "string":
        annotation = Secret[annotation]
    if (
        variable.default is None
        and not variable.required
        and (variable.required is False or variable.required_if is not None)
    ):
        annotation |= None
    return annotation


def _annotation_of(name: str) -> Any:
    if name == "duration":
        from datetime import timedelta

        return timedelta
    if name == "path":
        from pathlib import Path

        return Path
    if name == "uuid":
        from uuid import UUID

        return UUID
    if name == "ip":
        from ipaddress import IPv4Address, IPv6Address

        return IPv4Address | IPv6Address
    return _TYPES.get(name, str)
