"""Contracts as hypothesis makes them: each is one that the readers take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tinyinit.contract.model import Contract, Variable

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
# Neither NUL, which no environment has, nor what is no character.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
FILLED = TEXTS.filter(bool)

VALUES: dict[str, st.SearchStrategy[str]] = {
    "string": FILLED,
    "int": st.integers(-(2**63), 2**63 - 1).map(str),
    "float": st.sampled_from(["0", "-1.5", "1e3", "2.5E-7", "007", "+4", "12345678901234567890"]),
    "bool": st.sampled_from(["true", "false", "yes", "OFF", "1", "True"]),
    "port": st.integers(1, 65535).map(str),
    "url": st.sampled_from(["http://a", "postgres://u:p@h:5432/d?x=1", "https://[::1]:8/"]),
    "ip": st.sampled_from(["127.0.0.1", "::1", "fe80::1"]),
    "hostname": st.sampled_from(["a", "db.example.com"]),
    "hostport": st.sampled_from(["a:1", "127.0.0.1:80", "[::1]:443"]),
    "email": st.sampled_from(["a@b.c", "first.last+x@example.com"]),
    "uuid": st.uuids().map(str),
    "path": FILLED,
    "duration": st.sampled_from(["250ms", "30s", "1h30m", "2d", "7"]),
    "size": st.sampled_from(["512", "10k", "64M", "2GiB"]),
    "json": st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=4,
    ).map(json.dumps),
    "list": st.lists(st.sampled_from(["a", "b c", "ü"]), min_size=1, max_size=3).map(",".join),
}
_PAIRS = {
    "int": [("-5", "7"), ("0", "0")],
    "float": [("-1e3", "2.5"), ("0.25", "7")],
    "port": [("1", "65535"), ("1024", "9999")],
    "duration": [("250ms", "1h"), ("1", "60")],
    "size": [("1", "2GiB"), ("10k", "64M")],
}


@st.composite
def variables(draw: Callable[[st.SearchStrategy[object]], object], name: str) -> Variable:
    """Make a variable; a default is drawn only where no rule could refuse it."""
    pick = draw  # typed as object: each line below says what it takes
    kind = str(pick(st.sampled_from(list(VALUES))))
    variable = Variable(name, type=kind)
    variable.description = str(pick(TEXTS))
    variable.example = str(pick(TEXTS))
    variable.secret = bool(pick(st.booleans()))
    variable.required = {0: None, 1: True, 2: False}[int(str(pick(st.integers(0, 2))))]
    if not pick(st.booleans()):
        variable.default = str(pick(VALUES[kind])) if pick(st.booleans()) else None
    elif kind in _PAIRS:
        low, high = _PAIRS[kind][int(str(pick(st.integers(0, 1))))]
        variable.min = low if pick(st.booleans()) else None
        variable.max = high if pick(st.booleans()) else None
    elif kind == "string":
        variable.min_length, variable.max_length = 0, 9
        variable.pattern = str(pick(st.sampled_from(["[a-z]+", r"a\.b", "(x|'\")?", r"\\"])))
    elif kind == "url":
        variable.schemes = ("http", "https")
    elif kind == "path":
        variable.must = str(pick(st.sampled_from(["exists", "file", "dir", "writable"])))
    elif kind == "list":
        variable.items = str(pick(st.sampled_from(["int", "port", "string"])))
        variable.separator = str(pick(st.sampled_from([",", ";", " | ", "\t"])))
        variable.max_length = 3
    return variable


@st.composite
def contracts(draw: Callable[[st.SearchStrategy[object]], object]) -> Contract:
    """Make a contract with variables, sources and options of PID 1."""
    contract = Contract("tinyinit.toml")
    names = str(draw(st.lists(NAMES, max_size=4, unique=True).map(" ".join))).split()
    for name in names:
        variable = draw(variables(name))
        assert isinstance(variable, Variable)
        contract.variables[name] = variable
    if len(names) > 1:
        contract.variables[names[0]].required_if = f"{names[1]}=x y"
        contract.variables[names[1]].aliases = (f"OLD_{names[1]}", f"OLDER_{names[1]}")
    if draw(st.booleans()):
        contract.init = {"grace": "10s", "group": "true", "ulimit": ("nofile=1024", "core=0")}
        contract.env_files = (".env", "?.env.local")
        contract.secrets = "/run/secrets"
    if draw(st.booleans()):
        contract.prefix = "APP_"
        contract.unknown = str(draw(st.sampled_from(["warn", "error", "ignore"])))
    return contract


def plain(contract: Contract) -> object:
    """Return all that a contract says, to compare; lines are of a file, not of its meaning."""
    said = {name: getattr(contract, name) for name in Contract.__slots__ if name != "variables"}
    return said, [
        {name: getattr(variable, name) for name in Variable.__slots__ if name != "line"}
        for variable in contract.variables.values()
    ]
