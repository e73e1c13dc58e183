"""The templates of messages against their arguments, which no compiler compares."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "tinyinit" / "core"
SOURCES = {str(path.relative_to(CORE)): path.read_text() for path in sorted(CORE.rglob("*.[ch]"))}
# A function that takes a template, and how it takes the fields.
TAKES = re.compile(r"\b(\w+)\(([^()]*)\bconst char \*template(?:, ([^()]*))?\)")
FIELD = re.compile(r"\{([-+]?)([#']?)([a-z_0-9]*)\}")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def arguments(text: str, start: int) -> list[str]:
    """Return the arguments of the call whose bracket is open at `start`."""
    found, depth, begin, at = list[str](), 0, start, start
    while depth >= 0:
        if text[at] == '"':
            at = STRING.match(text, at).end() - 1  # type: ignore[union-attr]
        elif text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and text[at] == ","):
            found.append(text[begin:at].strip())
            begin = at + 1
        at += 1
    return found


DECLARED = {name: given for text in SOURCES.values() for name, *given in TAKES.findall(text)}


def calls() -> Iterator[tuple[str, str, list[str]]]:
    """Return where each call is, its template as it is written, and the arguments after it."""
    for name, (before, fields) in DECLARED.items():
        at = before.count(",")
        for source, text in SOURCES.items():
            for call in re.finditer(rf"\b{name}\(", text):
                given = arguments(text, call.end())
                if fields == "..." and given[-1] not in {"...", ""}:  # a declaration; in a comment
                    line = text.count("\n", 0, call.start()) + 1
                    yield f"{source}:{line}", given[at], given[at + 1 :]


CALLS = list(calls())


@pytest.mark.parametrize("name", DECLARED)
def test_fields_are_arguments(name: str) -> None:
    """Who takes a template takes its fields as arguments, or a list of such for who did."""
    assert re.match(r"\.{3}$|va_list fields\b", DECLARED[name][1])


def test_every_function_is_known() -> None:
    """The functions that take a template are found, with their calls."""
    assert {"say", "problem_at", "buffer_add", "refuse_rule", "complain"} <= DECLARED.keys()
    assert len(CALLS) >= 100


@pytest.mark.parametrize(("written", "given"), [c[1:] for c in CALLS], ids=[c[0] for c in CALLS])
def test_template(written: str, given: list[str]) -> None:
    """A template is a text with one argument for each field, a number where the field says so."""
    assert "" == STRING.sub("", written).strip()
    template = "".join(STRING.findall(written))
    fields = FIELD.findall(template)
    assert template.count("{") == len(fields)
    assert len(fields) == len(given)
    for (_, kind, name), argument in zip(fields, given, strict=True):
        assert (kind == "#") == argument.startswith("NUMBER("), name
