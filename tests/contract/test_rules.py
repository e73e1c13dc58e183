"""A variable's rules: the file and Python say the same, byte for byte."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.texts import ONE_OF, SAMPLES, TYPES, any_bytes, values
from tests.readers.build import Reader
from tinyinit.contract import rules
from tinyinit.contract.model import Variable
from tinyinit.formats import toml

if TYPE_CHECKING:
    from tinyinit.formats.problem import Problem

VALUE_MOST = 128 * 1024
MEETS = "meets the rules"


@pytest.fixture(scope="module")
def core() -> Iterator[Reader]:
    """Run the core's reader of rules."""
    reader = Reader("rules")
    yield reader
    reader.close()


def in_python(table: str, value: bytes, *, hidden: bool) -> str:
    """Return what Python says of it, as tests/readers/rules.c writes it."""
    problems: list[Problem] = []
    variable = Variable("X", line=1)
    text = ""
    for entry in toml.read(table.encode(), "file", problems):
        if entry.key is None or entry.value is None:
            variable.name = entry.table[1]
        elif entry.key == "default":
            variable.default = entry.value.text
        elif not rules.set_key(variable, entry.key, entry.value, problems, "file"):
            text += f"{entry.key} is another's\n"
    if problems:
        variable.default = None
    rules.finish(variable, problems, "file")
    text += "".join(f"{problem.line}: {problem.text}\n" for problem in problems)
    if not problems:
        said = rules.complaint(variable, value.decode("utf-8", "surrogateescape"), hidden=hidden)
        text += MEETS if said is None else said
    return text


def in_both(core: Reader, table: str, value: bytes, *, hidden: bool = False) -> str:
    """Return what both say of it."""
    said = in_python(table, value, hidden=hidden)
    assert said == core.ask(table.encode(), value, b"hidden" if hidden else b"").decode()
    return said


def table(**keys: object) -> str:
    """Return a contract's table of one variable."""
    return "[var.APP_X]\n" + "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items()
    )


@st.composite
def tables(draw: st.DrawFn, type_: str) -> str:
    """Return a table of a variable of a type, with keys that mostly fit it."""
    texts = values(type_).filter(lambda text: len(text) < 100 and text.isprintable())
    number = st.integers(-5, 5) | st.floats(-5, 5) | texts
    count = st.integers(-1, 6)
    keys: dict[str, st.SearchStrategy[object]] = {
        "min": number,
        "max": number,
        "min_length": count,
        "max_length": count,
        "pattern": st.sampled_from(["[a-z]+", ".*", "a|b", "(", "[[:digit:]]{1,3}"]),
        "choices": st.lists(texts, min_size=0, max_size=12) | st.lists(count, max_size=3),
        "schemes": st.lists(st.sampled_from(["http", "REDIS", "a+b", "", "x://", "postgresql"])),
        "must": st.sampled_from(["exists", "file", "dir", "writable", "be"]),
        "separator": st.sampled_from([",", ";", "", ", ", "ab", "ö", "x" * 65]),
        "items": st.sampled_from([*TYPES, "x"]),
        "default": texts,
        "secrets": st.just(1),
    }
    fit = {"string": 6, "list": 4}.get(type_, 2)
    fitting = [key for key in keys if type_ in _rules_types(key)] or ["default"]
    chosen = draw(st.lists(st.sampled_from(fitting), max_size=fit, unique=True))
    if draw(st.integers(0, 4)) == 0:
        chosen += draw(st.lists(st.sampled_from(sorted(keys)), max_size=2))
    given_keys = {key: draw(keys[key]) for key in chosen}
    if draw(st.integers(0, 9)) == 0:
        given_keys[draw(st.sampled_from(sorted(keys)))] = draw(st.booleans() | st.just([]))
    return table(type=type_, **given_keys)


def _rules_types(key: str) -> frozenset[str]:
    ordered = frozenset(("int", "float", "port", "duration", "size"))
    return {
        "min": ordered,
        "max": ordered,
        "min_length": frozenset(("string", "list")),
        "max_length": frozenset(("string", "list")),
        "pattern": frozenset(("string",)),
        "choices": frozenset(("string", "int")),
        "schemes": frozenset(("url",)),
        "must": frozenset(("path",)),
        "separator": frozenset(("list",)),
        "items": frozenset(("list",)),
    }.get(key, frozenset())


@pytest.mark.parametrize("type_", TYPES)
def test_both_read_the_samples_of_a_type_alike(core: Reader, type_: str) -> None:
    """Both say the same of each sample, shown and hidden, alone and as a list's item."""
    for sample in SAMPLES[type_]:
        value = sample.encode()
        in_both(core, table(type=type_), value)
        in_both(core, table(type=type_), value, hidden=True)
        if type_ != "list":
            in_both(core, table(type="list", items=type_, separator=";"), value)


@pytest.mark.parametrize("type_", TYPES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_both_say_the_same_of_any_rules_and_value(
    core: Reader, type_: str, data: st.DataObject
) -> None:
    """Whatever a contract says of a variable and whatever its value is, both say the same."""
    rules = data.draw(tables(type_))
    in_both(core, rules, data.draw(any_bytes(type_)), hidden=data.draw(st.booleans()))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_both_compare_floats_alike(core: Reader, data: st.DataObject) -> None:
    """A float is over a bound for both or for neither."""
    texts = values("float").filter(lambda text: text.isprintable() and len(text) < 60)
    value = data.draw(texts | st.floats().map(repr))
    in_both(core, table(type="float", min=data.draw(texts | st.floats().map(repr))), value.encode())


CASES = [
    ({"type": "port"}, "80a", 'is "80a", not a port (1 to 65535)'),
    ({"type": "port", "min": 1024}, "80", 'is "80", not 1024 or more'),
    ({"type": "port", "max": 1024}, "8000", 'is "8000", not at most 1024'),
    ({"type": "int", "min": 1, "max": 64}, "65", 'is "65", not 1 to 64'),
    ({"type": "int", "choices": [1, 2]}, "+2", MEETS),
    ({"type": "int", "choices": [1, 2]}, "3", 'is "3", not one of "1", "2"'),
    ({"type": "string", "choices": ["1"]}, "01", 'is "01", not one of "1"'),
    ({"type": "duration", "min": "1m"}, "59s", 'is "59s", not 1m or more'),
    ({"type": "duration", "min": "1m"}, "60", MEETS),
    ({"type": "size", "max": "1M"}, "1025k", 'is "1025k", not at most 1M'),
    (
        {"type": "float", "max": 0.3},
        "0.30000000000000001",
        'is "0.30000000000000001", not at most 0.3',
    ),
    ({"min_length": 3}, "äö", 'is "äö", not 3 or more characters'),
    ({"pattern": "[a-z]+"}, "A", 'is "A", which does not match its pattern'),
    ({"type": "url", "schemes": ["redis"]}, "REDIS://h", MEETS),
    (
        {"type": "url", "schemes": ["redis", "rediss"]},
        "http://app:secret@host/db",
        'is "http://app:…@host/db", not a URL of scheme "redis", "rediss"',
    ),
    ({"type": "list", "items": "int"}, "1, x", 'item 2 is "x", not an int'),
    ({"type": "list", "items": "int"}, "1, 2,", MEETS),
    ({"type": "list", "max_length": 1}, "1, 2,", 'is "1, 2,", not at most 1 items'),
    ({"type": "path", "must": "dir"}, "/etc/passwd", 'is "/etc/passwd", not a directory'),
    ({"type": "path", "must": "exists"}, "/nowhere", 'is "/nowhere", which does not exist'),
    ({"min": 1}, "", "1: [var.APP_X] min is not for type string\n"),
    ({"type": "int", "min": 2, "max": 1}, "", "1: [var.APP_X] min is greater than max\n"),
    ({"type": "int", "min": "x"}, "", '1: [var.APP_X] min is "x", not an int\n'),
    ({"type": "int", "min": True}, "", "3: [var.APP_X] min must be a number\n"),
    ({"type": "words"}, "", f'2: [var.APP_X] type is "words", not {ONE_OF}\n'),
    ({"type": "int", "default": "a"}, "", '1: [var.APP_X] default is "a", not an int\n'),
]


@pytest.mark.parametrize(("keys", "value", "expected"), CASES)
def test_says_what_is_wrong(
    core: Reader, keys: dict[str, object], value: str, expected: str
) -> None:
    """A complaint says what was seen and what was expected."""
    assert expected == in_both(core, table(**keys), value.encode())


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        ({"type": "port"}, "hunter2", "is not a port (1 to 65535) (value hidden)"),
        ({"choices": ["hunter3"]}, "hunter2", "is not one of its choices (value hidden)"),
        ({"pattern": "a"}, "hunter2", "does not match its pattern (value hidden)"),
        ({"type": "list", "items": "int"}, "hunter2", "item 1 is not an int (value hidden)"),
        ({"type": "path", "must": "file"}, "/hunter2", "does not exist (value hidden)"),
    ],
)
def test_hides_a_value(core: Reader, keys: dict[str, object], value: str, expected: str) -> None:
    """A hidden value does not occur in what is said of it."""
    assert expected == in_both(core, table(**keys), value.encode(), hidden=True)


@pytest.mark.parametrize(
    "url",
    [
        *("redis://u:hunter2@", "http://u:hun/ter2@h", "http:/u:hunter2@h", "u:hunter2@h:1"),
        *(
            "http://u:hunter2 @h",
            "http://:hunter2@h",
            "http://u:x@hunter2@h",
            "amqp://u:hunter2@h:x",
        ),
        *("http://u:hunter2?@h", "http://u:hunter2#@h/@", "http//u:hunter2@h"),
    ],
)
def test_cuts_the_password_of_a_url_that_is_none(core: Reader, url: str) -> None:
    """A slip in a URL does not show its password."""
    for keys in ({"type": "url", "schemes": ["none"]}, {"type": "int"}, {"choices": ["a"]}):
        assert "ter2" not in in_both(core, table(**keys), url.encode())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(("API_KEY", True), ("KEY", True), ("SENTRY_DSN", True), ("MY_TOKENS", True)),
        *(("db_password", True), ("MONKEY", False), ("KEY_FILE", False), ("PORT", False)),
    ],
)
def test_knows_a_secret_by_its_name(core: Reader, name: str, *, expected: bool) -> None:
    """What looks like a secret is one in both."""
    text = f'[var.{name}]\ntype = "int"\ndefault = "hunter2"\n'
    assert expected == ("hunter2" not in in_both(core, text, b""))


LONG = {
    "int": "0" * VALUE_MOST,
    "float": "1" * (VALUE_MOST // 2) + "." + "1" * (VALUE_MOST // 2),
    "url": "http://" + ":@[" * (VALUE_MOST // 3),
    "ip": "1:" * (VALUE_MOST // 2),
    "hostname": "a." * (VALUE_MOST // 2),
    "hostport": "a:" * (VALUE_MOST // 2),
    "email": "a@b" + "." * VALUE_MOST,
    "json": "[" * 64 + '"\\u0000",' * (VALUE_MOST // 9) + "1" + "]" * 64,
    "list": "a, " * (VALUE_MOST // 3),
    "string": "ä@:" * (VALUE_MOST // 4),
    "size": "9" * VALUE_MOST,
    "duration": "1d" * (VALUE_MOST // 2),
}


@pytest.mark.parametrize("type_", LONG)
def test_takes_the_longest_values_in_linear_time(core: Reader, type_: str) -> None:
    """A value as long as the kernel lets one be is read within a fraction of a second."""
    value = LONG[type_].encode()
    began = time.process_time() + core.processor_time
    in_both(core, table(type=type_), value)
    in_both(core, table(type="list", separator="aab"), value)
    assert time.process_time() + core.processor_time - began < 1
