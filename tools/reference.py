"""Write docs/reference.md: what the docstrings of the public modules say."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
MODULES = ("tinyinit.config", "tinyinit.logs", "tinyinit.limits")
HEAD = """# Reference

What the docstrings say, written by `make reference`.
"""


def page() -> str:
    """Return the page."""
    return HEAD + "".join(_module(importlib.import_module(name)) for name in MODULES)


def _module(module: ModuleType) -> str:
    parts = [f"\n## {module.__name__}\n\n{_text(module)}\n"]
    for name in _public(module):
        parts.extend(_thing(module.__name__.rpartition(".")[2], name, getattr(module, name)))
    return "".join(parts)


def _public(module: ModuleType) -> list[str]:
    names: list[str] | None = getattr(module, "__all__", None)
    if names is not None:
        return names
    return [
        name
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and name[0] != "_"
    ]


def _thing(module: str, name: str, thing: Any) -> Iterator[str]:
    if not callable(thing):
        yield f"\n### `{module}.{name} = {thing!r}`\n"
        return
    is_class = inspect.isclass(thing)
    takes = "" if is_class and not _has_own(thing, "__init__") else _signature(thing)
    yield f"\n### `{module}.{name}{takes}`\n\n{_text(thing)}\n"
    if not is_class:
        return
    for member, value in vars(thing).items():
        if member.startswith("_"):
            continue
        if inspect.isfunction(value):
            yield f"\n`{member}{_signature(value)}`: {_text(value)}\n"
        elif isinstance(value, property):
            yield f"\n`{member}`: {_text(value)}\n"


def _has_own(thing: type, name: str) -> bool:
    # What takes a text is made by users; the rest comes from a call.
    function = vars(thing).get(name)
    return function is not None and set(inspect.signature(function).parameters) <= {
        "self",
        "text",
        "value",
    }


def _signature(thing: Any) -> str:
    function = thing.__init__ if inspect.isclass(thing) else thing
    text = str(inspect.signature(function))
    text = re.sub(r"\(self(, /)?(, )?", "(", text)
    text = re.sub(r"(: |-> )([\"'])(.*?)\2(?=[,)]| = |$)", r"\1\3", text).removesuffix(" -> None")
    return re.sub(r"<object object at 0x[0-9a-f]+>", "…", text)


def _text(thing: object) -> str:
    return inspect.getdoc(thing) or ""


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
