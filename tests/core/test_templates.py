"""The templates of messages against their arguments, which no compiler compares."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "tinyinit" / "core"
CALL = re.compile(r"\b(say|problem_at|problem_of)\(")
FIELD = re.compile(r"\{([-+]?)([#']?)([a-z_0-9]*)\}")


def arguments(text: str, start: int) -> list[str]:
    """Return the arguments of the call whose bracket is open at `start`."""
    found, depth, begin, at = list[str](), 0, start, start
    while depth >= 0:
        if text[at] == '"':
            at = re.compile(r'"(?:[^"\\]|\\.)*"').match(text, at).end() - 1  # type: ignore[union-attr]
        elif text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and text[at] == ","):
            found.append(text[begin:at].strip())
            begin = at + 1
        at += 1
    return found


def calls() -> Iterator[tuple[str, str, list[str]]]:
    """Return where each call is, its template and the arguments behind it."""
    for source in sorted(CORE.rglob("*.c")):
        text = source.read_text()
        for call in CALL.finditer(text):
            given = arguments(text, call.end())
            at = next((i for i, one in enumerate(given) if '"' in one and " " in one), None)
            if at is None:  # a definition
                continue
            line = text.count("\n", 0, call.start()) + 1
            template = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', given[at]))
            yield f"{source.name}:{line}", template, given[at + 1 :]


CALLS = list(calls())


@pytest.mark.parametrize(("template", "given"), [c[1:] for c in CALLS], ids=[c[0] for c in CALLS])
def test_template(template: str, given: list[str]) -> None:
    """A template has one argument for each field; it is a number where the field says so."""
    fields = FIELD.findall(template)
    assert template.count("{") == len(fields)
    assert len(fields) == len(given)
    for (_, kind, name), argument in zip(fields, given, strict=True):
        assert (kind == "#") == argument.startswith("NUMBER("), name
