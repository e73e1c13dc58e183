"""One job of a known library at one size, in a thread: `victim.py NAME SIZE [BYTES]`.

BYTES is the stack that Python asks for its threads, as a CPython built with THREAD_STACK_SIZE does.
Ends with 0 if the job is done, with 3 if the library refuses the size in words, or by SIGSEGV.
Without words it prints, for each job, the sizes to try as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

Job = tuple[tuple[int, ...], Callable[[int], Any]]

SMALL = (20, 50, 80, 100, 150, 200, 400, 900)
LARGE = (100, 200, 400, 800, 1_500, 2_000, 5_000, 20_000)
REFUSED = 3


def _solve(size: int) -> object:
    np: Any = import_module("numpy")

    return np.linalg.solve(np.eye(size) * 2, np.ones(size))


def _pydantic(size: int) -> object:
    import pydantic

    class Node(pydantic.BaseModel):
        child: Node | None = None

        @pydantic.model_serializer(mode="wrap")
        def dump(self, handler: Callable[[Any], Any]) -> Any:
            return handler(self)

    Node.model_rebuild(_types_namespace={"Node": Node, "Callable": Callable, "Any": Any})
    value: dict[str, Any] = {}
    for _ in range(size):
        value = {"child": value}
    return Node.model_validate(value).model_dump()


def _duckdb(size: int) -> object:
    duckdb: Any = import_module("duckdb")

    return duckdb.connect().execute("select " + "1+" * size + "1").fetchall()


def _msgpack(size: int) -> object:
    msgpack: Any = import_module("msgpack")

    value: list[Any] = []
    for _ in range(size):
        value = [value]
    return msgpack.packb(value)


def _cbor2(size: int) -> object:
    cbor2: Any = import_module("cbor2")

    value: list[Any] = []
    for _ in range(size):
        value = [value]
    return cbor2.dumps(value)


def _libcst(size: int) -> object:
    libcst: Any = import_module("libcst")

    return libcst.parse_expression("(" * size + "1" + ")" * size)


def _lxml(size: int) -> object:
    etree: Any = import_module("lxml.etree")

    style = etree.XSLT(
        etree.XML(
            '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">'
            '<x:template name="deep"><x:param name="n"/><x:if test="$n &gt; 0">'
            '<x:call-template name="deep"><x:with-param name="n" select="$n - 1"/>'
            "</x:call-template></x:if></x:template>"
            f'<x:template match="/"><x:call-template name="deep"><x:with-param name="n" '
            f'select="{size}"/></x:call-template></x:template></x:stylesheet>'
        )
    )
    return style(etree.XML("<a/>"))


def _ast(size: int) -> object:
    import ast

    return ast.literal_eval("[" * size + "]" * size)


def _compile(size: int) -> object:
    return compile("{1:" * size + "1" + "}" * size, "text", "eval")


def _json(size: int) -> object:
    return json.loads("[" * size + "]" * size)


def _decimal(size: int) -> object:
    import decimal

    decimal.getcontext().prec = size
    return decimal.Decimal(2).sqrt()


def _getattr(size: int) -> object:
    class Deep:
        def __getattr__(self, name: str) -> object:
            return getattr(self, name[1:]) if len(name) > 1 else None

    return getattr(Deep(), "x" * size)


def _sorted(size: int) -> int:
    def deep(left: int) -> int:
        sorted([left - 1] if left else [], key=deep)
        return left

    return deep(size)


JOBS: dict[str, Job] = {
    "numpy solve, n by n": (SMALL, _solve),
    "pydantic validate and dump, n nested": (SMALL, _pydantic),
    "duckdb 1+1+… of n terms": (LARGE, _duckdb),
    "msgpack pack, n nested": (SMALL, _msgpack),
    "cbor2 dumps, n nested": (LARGE, _cbor2),
    "libcst parse, n parentheses": (SMALL, _libcst),
    "lxml XSLT, n calls": (LARGE, _lxml),
    "ast.literal_eval, n lists": (SMALL, _ast),
    "compile, n dictionaries": (SMALL, _compile),
    "json.loads, n nested": (LARGE, _json),
    "Decimal sqrt, n digits": ((1_000, 5_000, 20_000, 100_000), _decimal),
    "__getattr__, n calls": (SMALL, _getattr),
    "sorted in its own key, n deep": (SMALL, _sorted),
}


def main(words: list[str]) -> int:
    """Do one job, or print what there is."""
    if not words:
        print(json.dumps({name: sizes for name, (sizes, _) in JOBS.items()}))  # noqa: T201
        return 0
    name, size, *asked = words
    codes: list[int] = []

    def run() -> None:
        try:
            JOBS[name][1](int(size))
        except Exception as error:  # noqa: BLE001  (any is an answer in words)
            print(f"{type(error).__name__}: {error}"[:200])  # noqa: T201
            codes.append(REFUSED)
        else:
            codes.append(0)

    # Python's own limit is not what is asked about.
    sys.setrecursionlimit(10**6 if name.startswith(("sorted", "__getattr__")) else 1000)
    if asked:
        threading.stack_size(int(asked[0]))
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return codes[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
