"""The form of a contract file as a JSON Schema, for editors and other tools that read TOML."""

from __future__ import annotations

from typing import Any

from tinyinit.base.text import NAME_LENGTH_MAX, NAME_PATTERN

Schema = dict[str, Any]

ORDERED = ("int", "float", "port", "duration", "size")
SCALARS = {
    "string": "any text",
    "int": "a decimal number of 64 bits, with a sign or without",
    "float": "a decimal number, with an exponent or without; not nan or inf",
    "bool": "true, false, yes, no, on, off, 1 or 0, in any case",
    "port": "1 to 65535",
    "url": "scheme://host and what follows",
    "ip": "an address of IPv4 or IPv6",
    "hostname": "a host name",
    "hostport": "host:port",
    "email": "one @ and a dot in the domain",
    "uuid": "a UUID",
    "path": "a path",
    "duration": "250ms, 30s, 1h30m, 2d; a bare number is seconds",
    "size": "512, 10k, 64M, 2GiB; k, M, G, T are powers of 1024",
    "json": "well-formed JSON",
}
TYPES = {**SCALARS, "list": "items of one type with a separator between them"}

# Keys that only some types have; every other key fits all.
FITS = {
    "choices": ("string", "int"),
    "min": ORDERED,
    "max": ORDERED,
    "min_length": ("string", "list"),
    "max_length": ("string", "list"),
    "pattern": ("string",),
    "schemes": ("url",),
    "must": ("path",),
    "items": ("list",),
    "separator": ("list",),
}

ANYWAY = {"items": "string", "separator": ","}

_NAME = f"^{NAME_PATTERN}$"
_TEXT: Schema = {"type": "string"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def schema() -> Schema:
    """Return the JSON Schema (draft 7, which editors know) of a contract file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The contract of a container's environment, for tinyinit",
        "type": "object",
        "additionalProperties": False,
        "properties": {"init": _init(), "env": _env(), "var": _variables()},
    }


def _object(description: str, properties: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _said(description: str, form: Schema, **more: object) -> Schema:
    return {"description": description, **form, **more}


def _texts(form: Schema) -> Schema:
    return {"type": "array", "items": form}


def _init() -> Schema:
    flag: Schema = {"anyOf": [{"type": ["boolean", "string"]}, {"enum": [0, 1]}]}
    value: Schema = {"anyOf": [{"type": ["string", "integer"]}, {"const": False}]}
    several: Schema = {"anyOf": [*value["anyOf"], _texts(value)]}
    return _object(
        "Options of PID 1 by their long names; flags and TINYINIT_… variables come before them",
        {
            "quiet": _said("only say what is wrong", flag),
            "verbose": _said("say what is done", flag),
            "log": _said("how messages are written", _TEXT, enum=["text", "json"]),
            "group": _said("forward signals to main's whole process group", flag),
            "rewrite": _said("forward another signal: FROM:TO", several),
            "stop-signal": _said("the signal that means stop", value),
            "stop-timeout": _said("kill main this long after the stop signal", value),
            "drain": _said("forward the stop signal this much later", value),
            "grace": _said("time of leftovers between SIGTERM and SIGKILL", value),
            "success": _said("exit codes of main that become 0", several),
            "parent-death": _said("main's signal when tinyinit's parent dies", value),
            "user": _said("run main as NAME[:GROUP]", value),
            "no-new-privs": _said("main gets no rights by exec", flag),
            "ulimit": _said("main's resource limits: NAME=SOFT[:HARD]", several),
            "stack": _said("auto, off or the size of stacks", value),
        },
    )


def _env() -> Schema:
    return _object(
        "Where values come from, beside the environment",
        {
            "files": _said(
                'env files; a later one wins; a leading "?": it may be missing', _texts(_TEXT)
            ),
            "secrets": _said("a folder with a file for each secret: NAME or name", _TEXT),
            "prefix": _said("a variable of this prefix that is not declared is reported", _TEXT),
            "unknown": _said("how it is reported", _TEXT, enum=["warn", "error", "ignore"]),
        },
    )


def _variables() -> Schema:
    return {
        "description": "What main needs from its environment, by name",
        "type": "object",
        "propertyNames": {"pattern": _NAME, "maxLength": NAME_LENGTH_MAX},
        "maxProperties": 1000,
        "additionalProperties": _variable(),
    }


def _variable() -> Schema:
    properties: Schema = {
        "type": _said("what the value is; string if not said", _TEXT, enum=list(TYPES)),
        "default": _said("the value if there is none", _SCALAR),
        "required": _said("false: may be missing; true unless there is a default", _BOOLEAN),
        "required_if": _said(
            'required if "OTHER" is set, or if it is a value: "OTHER=value"', _TEXT
        ),
        "secret": _said("true: never shown, anywhere", _BOOLEAN),
        "description": _said("what it is, for people", _TEXT),
        "example": _said("a value, for people", _TEXT),
        "aliases": _said("older names", _texts({"type": "string", "pattern": _NAME})),
        "choices": _said("the allowed values", _texts({"type": ["string", "integer"]}), minItems=1),
        "min": _said("the least value", {"type": ["string", "number"]}),
        "max": _said("the greatest value", {"type": ["string", "number"]}),
        "min_length": _said("the least number of characters, or of items", _COUNT),
        "max_length": _said("the greatest number of characters, or of items", _COUNT),
        "pattern": _said("a regular expression that the whole value matches", _TEXT),
        "schemes": _said("allowed schemes", _texts(_TEXT), minItems=1),
        "must": _said(
            "what there is at the path", _TEXT, enum=["exists", "file", "dir", "writable"]
        ),
        "items": _said("the type of each item; string if not said", _TEXT, enum=list(SCALARS)),
        "separator": _said(
            "what stands between items; a comma if not said", _TEXT, minLength=1, maxLength=64
        ),
    }
    form = _object("One variable", properties)
    # How taplo, which editors for TOML use, takes a text for each value.
    form["properties"]["type"]["x-taplo"] = {"docs": {"enumValues": list(TYPES.values())}}
    form["allOf"] = [_fit(key, types) for key, types in FITS.items()]
    return form


_BOOLEAN: Schema = {"type": "boolean"}


def _fit(key: str, types: tuple[str, ...]) -> Schema:
    """Return the rule that a key needs one of these types; no type is string.

    A key that says what is so anyway fits all.
    """
    of_type: Schema = {"properties": {"type": {"enum": list(types)}}}
    if "string" not in types:
        of_type["required"] = ["type"]
    given: Schema = {"required": [key]}
    if key in ANYWAY:
        given["properties"] = {key: {"not": {"const": ANYWAY[key]}}}
    return {"if": given, "then": of_type}
