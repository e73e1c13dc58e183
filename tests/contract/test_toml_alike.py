"""The Python reader is held to tomllib, the C reader to the Python one, on generated files."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.toml import answer
from tests.readers.build import Reader
from tinyinit.formats.toml import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinyinit.formats.problem import Problem
    from tinyinit.formats.toml import TomlValue

MANY = settings(max_examples=200)


@pytest.fixture(scope="module")
def core() -> Iterator[Reader]:
    """Return the C reader, running."""
    reader = Reader("toml")
    yield reader
    reader.close()


def plain(value: TomlValue) -> object:
    """Return what tomllib returns for it."""
    if value.kind == "array":
        return [plain(item) for item in value.items]
    if value.kind == "boolean":
        return value.text == "true"
    if value.kind == "string":
        return value.text
    return int(value.text) if value.kind == "integer" else float(value.text)


def document(data: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """Return the file as tomllib would, and its problems."""
    problems: list[Problem] = []
    top: dict[str, Any] = {}
    for entry in read(data, "file", problems):
        table = top
        for part in entry.table:
            table = table.setdefault(part, {})
        if entry.key is not None:
            assert entry.value is not None
            table[entry.key] = plain(entry.value)
    return top, problems


# ---- files ----

BLANKS = st.sampled_from(["", "", " ", "\t ", "  "])
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NAMES = st.sampled_from(["a", "b", "c-d", "1", "_", "éx", "", "a.b", 'q"', "#"])
COMMENTS = st.builds(
    "#{}".format, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
)
ENDS = st.builds(
    "{}{}{}".format, BLANKS, st.one_of(st.just(""), COMMENTS), st.sampled_from(["\n", "\r\n"])
)
SHORT = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r", '"': '"', "\\": "\\"}
BARE = frozenset("ABCabc1234567890-_d")


@st.composite
def strings(draw: st.DrawFn, text: st.SearchStrategy[str]) -> str:
    """Draw one way to write a text."""
    said = draw(text)
    literal = "'" not in said and all(c == "\t" or (c >= " " and c != "\x7f") for c in said)
    if literal and draw(st.booleans()):
        return f"'{said}'"
    written = ""
    for character in said:
        way = draw(st.integers(0, 4))
        if way == 0 and ord(character) < 0x10000:
            written += f"\\u{ord(character):04X}"
        elif way == 1:
            written += f"\\U{ord(character):08x}"
        elif character in SHORT:
            written += "\\" + SHORT[character]
        elif character < " " or character == "\x7f":
            written += f"\\u{ord(character):04x}"
        else:
            written += character
    return f'"{written}"'


@st.composite
def names(draw: st.DrawFn) -> str:
    """Draw one way to write a name."""
    name = draw(NAMES)
    if name and BARE.issuperset(name) and draw(st.booleans()):
        return name
    return draw(strings(st.just(name)))


DIGITS = st.builds("_".join, st.lists(st.from_regex(r"\A[0-9]{1,3}\Z"), min_size=1, max_size=3))
WHOLE = st.one_of(st.just("0"), st.builds("{}{}".format, st.sampled_from("123456789"), DIGITS))
SIGNS = st.sampled_from(["", "+", "-"])
EXPONENTS = st.builds("{}{}{}".format, st.sampled_from("eE"), SIGNS, DIGITS)
NUMBERS = st.builds(
    "{}{}{}{}".format,
    SIGNS,
    WHOLE,
    st.one_of(st.just(""), st.builds(".{}".format, DIGITS)),
    st.one_of(st.just(""), EXPONENTS),
)
SCALARS = st.one_of(
    NUMBERS, st.sampled_from(["true", "false"]), strings(st.text(CHARACTERS, max_size=8))
)
GAPS = st.builds("{}{}".format, st.one_of(BLANKS, ENDS), BLANKS)


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """Draw an array, over lines or not, with a comma at the end or not."""
    items = draw(st.lists(SCALARS, max_size=4))
    written = "["
    for number, item in enumerate(items):
        comma = number + 1 < len(items) or draw(st.booleans())
        written += f"{draw(GAPS)}{item}{draw(GAPS)}{',' if comma else ''}"
    return f"{written}{draw(GAPS)}]"


HEADS = st.builds(
    "[{}]".format,
    st.builds(".".join, st.lists(st.builds("{}{}{}".format, BLANKS, names(), BLANKS), min_size=1)),
)
PAIRS = st.builds("{}{}={}{}".format, names(), BLANKS, BLANKS, st.one_of(SCALARS, arrays()))
LINES = st.builds("{}{}{}".format, BLANKS, st.one_of(HEADS, PAIRS, PAIRS, st.just("")), ENDS)
FILES = st.builds("".join, st.lists(LINES, max_size=12)).map(str.encode)
PIECES = st.sampled_from(
    [
        *(b"[", b"]", b"[[", b"\n", b"\r", b"\r\n", b'"', b"'", b'"""', b"'''", b"=", b".", b","),
        *(b"#", b" ", b"\t", b"\\", b"\\u0041", b"\\U0001F600", b"\\ud800", b"\\x", b"{", b"}"),
        *(b"a", b"b", b"a = ", b"a = [", b"[a]", b"[a.b]\n", b"a = 1\n", b"true", b"inf", b"nan"),
        *(b"0", b"1", b"-", b"+", b"_", b"e", b"1979-05-27", b"07:32:00", b"0x1", b"1.5", b"1e5"),
        *(b"\0", b"\x01", b"\x7f", b"\xff", b"\xc3\xa9", b"\xc3", b"\xef\xbb\xbf", b"\xed\xa0\x80"),
    ]
)


@st.composite
def nearly_valid(draw: st.DrawFn) -> bytes:
    """Draw a file with some pieces taken out and others put in."""
    data = draw(FILES)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(PIECES) + data[at + draw(st.integers(0, 3)) :]
    return data


HOSTILE = st.one_of(st.binary(max_size=60), st.builds(b"".join, st.lists(PIECES, max_size=40)))


# ---- what must hold ----


@MANY
@given(data=FILES)
def test_means_what_tomllib_says(data: bytes) -> None:
    """A file of the subset is read as tomllib reads it, or refused by both: a name twice, say."""
    found, problems = document(data)
    try:
        expected = tomllib.loads(data.decode())
    except tomllib.TOMLDecodeError:
        assert problems
    else:
        assert [] == [problem.text for problem in problems]
        assert repr(expected) == repr(found)


@MANY
@given(data=st.one_of(nearly_valid(), HOSTILE))
def test_takes_nothing_that_is_not_toml(data: bytes) -> None:
    """What has no problem is TOML, and means the same to tomllib."""
    found, problems = document(data)
    if not problems:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
        assert repr(tomllib.loads(text)) == repr(found)


@MANY
@given(data=st.one_of(FILES, nearly_valid(), HOSTILE))
def test_both_readers_answer_alike(data: bytes, core: Reader) -> None:
    """Entries and problems are the same from both readers, byte for byte."""
    assert answer(data) == core.ask(data)
