"""What the TOML reader takes, and the words of what it refuses: the same from both readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.toml import answer
from tests.readers.build import Reader
from tinyinit.formats.toml import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinyinit.formats.problem import Problem
    from tinyinit.formats.toml import TomlValue

WRONG = "has a value that is not a decimal number, true or false; write text in quotes"
ESCAPE = "has an escape for NUL or for what is no character"
NAME = "has no name; write letters, digits, _ and -, or quote it"
EXTRA_TEXT = "has extra text after the value or table header; start a new line"
LINES = "has a string over several lines; write it on one line, with \\n"
DATE = "has a date or time; write it in quotes"


@pytest.fixture(scope="module")
def core() -> Iterator[Reader]:
    """Return the C reader, running."""
    reader = Reader("toml")
    yield reader
    reader.close()


def problems_of(data: bytes, core: Reader) -> list[tuple[int, str]]:
    """Return line and words of each problem; both readers must agree on all they find."""
    problems: list[Problem] = []
    read(data, "file", problems)
    assert answer(data) == core.ask(data)
    assert {"file"} >= {problem.file for problem in problems}
    return [(problem.line, problem.text) for problem in problems]


def value_of(text: str, core: Reader) -> TomlValue:
    """Return the value of a key."""
    data = f"key = {text}\n".encode()
    assert [] == problems_of(data, core)
    (entry,) = read(data, "file", [])
    assert entry.value is not None
    return entry.value


def test_entries(core: Reader) -> None:
    """Each table and each key is one entry, in the order of the file, with its line."""
    data = b"""\
top = 1

[a]
# comment
b = "x" # more\r
[ a . 'c d' ]\x20
list = [
1,
 2, # two
]
"""
    assert [] == problems_of(data, core)
    entries = read(data, "file", [])
    assert [
        ((), "top", 1),
        (("a",), None, 3),
        (("a",), "b", 5),
        (("a", "c d"), None, 6),
        (("a", "c d"), "list", 7),
    ] == [(entry.table, entry.key, entry.line) for entry in entries]
    assert entries[-1].value is not None
    assert [("1", 8), ("2", 9)] == [(item.text, item.line) for item in entries[-1].value.items]


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ('""', "string", ""),
        ("''", "string", ""),
        ('"a b"', "string", "a b"),
        ("'a\\n\"b'", "string", 'a\\n"b'),
        (r'"\b\t\n\f\r\"\\n"', "string", '\b\t\n\f\r"\\n'),
        (
            r'"\u00e9\U0001F600\u0001\ufFfF\U0010ffff\u0080"',
            "string",
            "é😀\x01\uffff\U0010ffff\x80",
        ),
        ("'é\t'", "string", "é\t"),
        ("0", "integer", "0"),
        ("-0", "integer", "-0"),
        ("+12_345", "integer", "12345"),
        ("-1_0", "integer", "-10"),
        ("99999999999999999999", "integer", "99999999999999999999"),
        ("0.50", "float", "0.50"),
        ("+1_0.2_5e+0_6", "float", "10.25e+06"),
        ("-1E-2", "float", "-1E-2"),
        ("true", "boolean", "true"),
        ("false#", "boolean", "false"),
        ("[]", "array", ""),
        ("[ 1,'a' , ]", "array", ""),
    ],
)
def test_values(text: str, kind: str, meaning: str, core: Reader) -> None:
    """A string is what it says, a number how it is written without underscores and plus sign."""
    value = value_of(text, core)
    assert (kind, meaning) == (value.kind, value.text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('"""a"""', LINES),
        ("'''", LINES),
        ('"a', "has a string that is never closed"),
        ('"a\\"', "has a string that is never closed"),
        ('"a\\', "has a string that is never closed"),
        ("'a", "has a string that is never closed"),
        (r'"\e"', "has an unknown escape; a backslash is written \\\\"),
        (r'"\é"', "has an unknown escape; a backslash is written \\\\"),
        (r'"\x41"', "has an unknown escape; a backslash is written \\\\"),
        (r'"\u12"', ESCAPE),
        (r'"\u12\n34"', ESCAPE),
        (r'"\u0000"', ESCAPE),
        (r'"\ud800"', ESCAPE),
        (r'"\U00110000"', ESCAPE),
        (r'"\U10000000"', ESCAPE),
        (r'"\u+123"', ESCAPE),
        ('"\\u\u0661\u0662\u0663\u0664"', ESCAPE),
        ("0x1F", WRONG),
        ("0o7", WRONG),
        ("0b1", WRONG),
        ("01", WRONG),
        ("-01.5", WRONG),
        ("1__0", WRONG),
        ("_1", WRONG),
        ("1_", WRONG),
        ("1_.5", WRONG),
        ("1._5", WRONG),
        (".5", WRONG),
        ("5.", WRONG),
        ("1.e5", WRONG),
        ("1e", WRONG),
        ("1e5.5", WRONG),
        ("1.2.3", WRONG),
        ("1e5e5", WRONG),
        ("+-1", WRONG),
        ("+", WRONG),
        ("\u0661", WRONG),
        ("10s", WRONG),
        ("inf", WRONG),
        ("-nan", WRONG),
        ("yes", WRONG),
        ("True", WRONG),
        ("+true", WRONG),
        ("truefalse", WRONG),
        ("1979-05-27", DATE),
        ("1979-05-27T07:32:00Z", DATE),
        ("07:32:00", DATE),
        ("{ a = 1 }", "has an inline table; write [table]"),
        ("[[1]]", "has an array inside an array"),
        ("[1, []]", "has an array inside an array"),
        ("[1 2]", "has no comma between two items"),
        ("[1,,2]", "has no value"),
        ("[,]", "has no value"),
        ("", "has no value"),
        ("# nothing", "has no value"),
        (", 1", "has no value"),
        ("1 2", EXTRA_TEXT),
        ("'a''b'", EXTRA_TEXT),
        ("[1] ]", EXTRA_TEXT),
        ("true b = 1", EXTRA_TEXT),
        ("'a\x7f'", "has a control character"),
        ("1 # \x1b", "has a control character"),
        ("'a\rb'", "has a control character"),
        ("1\r", "has a control character"),
        ("'\0\udcff'", "has a NUL byte"),
        ("'\udcff\0'", "has a byte that is not UTF-8"),
        ("'\udced\udca0\udc80'", "has a byte that is not UTF-8"),
        ("'\udcc0\udc80'", "has a byte that is not UTF-8"),
        ("'\udcf4\udc90\udc80\udc80'", "has a byte that is not UTF-8"),
        ("'\udce2\udc82", "has a byte that is not UTF-8"),
    ],
)
def test_refuses_values(text: str, problem: str, core: Reader) -> None:
    """What is not in the part of TOML that contracts need is refused in words of its own."""
    data = f"key = {text}".encode(errors="surrogateescape")
    assert [(1, problem)] == problems_of(data, core)
    if text.endswith("\r"):
        return
    assert [(1, problem)] == problems_of(data + b"\n", core)
    assert [(1, problem)] == problems_of(data + b"\r\n[a]\nb = 1\n", core)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("[[a]]", "has an array of tables; write [table]"),
        ("[a", "has no ] after the name of the table"),
        ("[a b]", "has no ] after the name of the table"),
        ("[a#]", "has no ] after the name of the table"),
        ("[]", NAME),
        ("[a.]", NAME),
        ("[.a]", NAME),
        ("[a..b]", NAME),
        ("[é]", NAME),
        ("['a", "has a string that is never closed"),
        ('["a\\z"]', "has an unknown escape; a backslash is written \\\\"),
        ("[a] b = 1", EXTRA_TEXT),
        ("= 1", NAME),
        ("@ = 1", NAME),
        ("é = 1", NAME),
        ("a", "has no = after the key"),
        ("a # = 1", "has no = after the key"),
        ("a b = 1", "has no = after the key"),
        ("a: 1", "has no = after the key"),
        ("export a=1", "has no = after the key"),
        ("a.b = 1", "has a dotted key; write [table]"),
        ('"a".b = 1', "has a dotted key; write [table]"),
        ('"""a""" = 1', LINES),
        ("a = [1", "has an array that is never closed"),
        ("a = [1, # ]\n\n", "has an array that is never closed"),
    ],
)
def test_refuses_names(data: str, problem: str, core: Reader) -> None:
    """A table's head, a key or an array that is not whole is refused where it begins."""
    assert [(1, problem)] == problems_of(data.encode(), core)


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        ("a = 1\n'a' = 2", 2, "repeats the key on line 1"),
        ('"\\u0061" = 1\n\na = [\n2\n]', 3, "repeats the key on line 1"),
        ("[a]\nb = 1\n[c]\n[a]\nb = 1\n", 4, "repeats the table on line 1"),
        ("[a.b]\n[a]\n[a]", 3, "repeats the table on line 2"),
        ("a = 1\n[a]", 2, "repeats the key on line 1"),
        ("[a]\nb = 1\n[a.b.c]", 3, "repeats the key on line 2"),
        ("[a.b.c]\n[a]\nb = 1", 3, "repeats the table on line 1"),
        ("[a.b.c.d.e]\n[a.b.c.d.f]\n[a.b.c.d.e]", 3, "repeats the table on line 1"),
    ],
)
def test_refuses_repeated(data: str, line: int, problem: str, core: Reader) -> None:
    """A name is of one table or one key; the problem tells where it was first."""
    assert [(line, problem)] == problems_of(data.encode(), core)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "\n\n",
        "\ufeff",
        "\ufeffa = 1",
        "# é\t",
        "[a.b]\n[a]\nc = 1\n[a.c2]",
        "[a]\nb = 1\n[c]\nb = 1\n[d.a]\n['']\n'' = 1",
        "a=[#\n\n1#\n,#\n]#",
        "a = [\n  true,\n  'b = 1',\n]",
    ],
)
def test_takes(data: str, core: Reader) -> None:
    """A mark of the byte order is skipped; tables may come in any order; arrays have comments."""
    assert [] == problems_of(data.encode(), core)


def test_all_problems(core: Reader) -> None:
    """Reading goes on after a problem: in the next line, after an array in the line after it."""
    data = b"""\
one = yes
two = [
  "a",
  no,
  "b",
]
three = [
  "a",
  "b"
four = 4
[five
six = yes
six = 6
six = 7
[seven]
six = "\xff"
eight = [
  1
"""
    assert [
        (1, WRONG),
        (4, WRONG),
        (10, "is inside the array opened on line 7, which is never closed"),
        (11, "has no ] after the name of the table"),
        (12, WRONG),
        (16, "has a byte that is not UTF-8"),
        (17, "has an array that is never closed"),
    ] == problems_of(data, core)
    assert ["four", None] == [entry.key for entry in read(data, "file", [])]


def test_stops(core: Reader) -> None:
    """After 20 problems reading stops and says so; so it does after very many values."""
    problems = problems_of(b"a\n" * 30, core)
    assert 21 == len(problems)
    assert (20, "has no = after the key") == problems[19]
    assert (21, "more problems follow; reading stopped here") == problems[20]
    full = b"[a]\n" + b"".join(b"key%d = 1\n" % number for number in range(19_999))
    assert [] == problems_of(full, core)
    too_many = (20_001, "has too many names and values; reading stopped here")
    assert [too_many] == problems_of(full + b"more = 1\neven_more = yes\n", core)
    assert [(3, too_many[1])] == problems_of(b"\na=[\n" + b"1," * 30_000 + b"\n]", core)


@pytest.mark.parametrize(
    "piece",
    [
        *(b"\n", b"[", b"]", b'"', b"\\", b"a", b" ", b"=", b"#", b"\xff", b"\0", b"1", b"_"),
        *(b"a=[\n", b"a=[1 1]\n", b"a=[\n[", b"[a]\n", b"a.", b"[[a]]\na=1\n", b"1,", b"''\n"),
    ],
)
@pytest.mark.parametrize("begin", [b"", b"a = [", b'a = "', b"[", b"a = [\n1 1\n"])
def test_any_file_takes_little_time(begin: bytes, piece: bytes, core: Reader) -> None:
    """A file of the largest size that is one thing again and again takes the C reader no time."""
    data = begin + piece * ((1 << 20) // len(piece))
    assert 1 > _time(core, data)


def test_a_large_contract_takes_little_time(core: Reader) -> None:
    """The largest number of variables is read in less than the time that a start may take."""
    data = b"".join(
        b'[var.APP_SETTING_%d]\ntype = "int"\nmin = 1\nmax = 64\ndescription = "what"\n' % number
        for number in range(1000)
    )
    best = min(_time(core, data) for _ in range(5))
    assert [] == problems_of(data, core)
    assert best < 0.05


def _time(core: Reader, data: bytes) -> float:
    before = core.processor_time
    core.ask(data)
    return core.processor_time - before
