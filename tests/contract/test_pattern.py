"""The pattern matcher: what it knows, what it refuses, that Python agrees, and its time."""

import re
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers.build import Reader
from tinyinit.formats.pattern import matches

LONGEST = 128 * 1024
LARGE = "is too large (repeats count in full)"
DEEP = "nests its groups too deeply"
EMPTY = "has an empty part"
UNCLOSED = "has an unclosed group"
UNCLOSED_SET = "has an unclosed set"
CLOSES_NOTHING = "has a ), ] or } that closes nothing"
NOTHING = "has nothing to repeat before *, +, ? or {"
TWICE = "has two repeats in a row"
BRACE = "has a { that does not begin {m}, {m,} or {m,n}"
BACKSLASH = "has a backslash before what is not punctuation"
INSIDE = "has - inside a set; put it last"

#: Of each class, all characters of ASCII that are in it; NUL is in no value.
CLASSES = {
    "alpha": "[A-Za-z]",
    "digit": "[0-9]",
    "alnum": "[0-9A-Za-z]",
    "upper": "[A-Z]",
    "lower": "[a-z]",
    "space": "[ \t\n\v\f\r]",
    "blank": "[ \t]",
    "punct": r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]""",
    "print": r"[\x20-\x7e]",
    "graph": r"[\x21-\x7e]",
    "cntrl": r"[\x00-\x1f\x7f]",
    "xdigit": "[0-9A-Fa-f]",
}


@pytest.fixture(scope="module")
def reader() -> Generator[Reader]:
    """Return the matcher in C, running."""
    running = Reader("pattern")
    yield running
    running.close()


def _in_c(reader: Reader, pattern: str, value: str) -> str:
    return reader.ask(pattern.encode(), value.encode()).decode()


def _in_python(pattern: str, value: str) -> str:
    try:
        return "yes" if matches(pattern, value) else "no"
    except ValueError as problem:
        return str(problem)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("a", ["a"], ["", "b", "aa", "a\n"]),
        ("a.c", ["abc", "a\nc", "aéc", "a\U0001f600c"], ["ac", "abbc"]),
        ("a*", ["", "a", "aaaa"], ["b", "ab"]),
        ("a+b?", ["a", "aab"], ["", "b", "abb"]),
        ("(ab){2}", ["abab"], ["ab", "ababab"]),
        ("a{0}b", ["b"], ["ab"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("a{1,3}", ["a", "aaa"], ["", "aaaa"]),
        ("a{007}", ["a" * 7], ["a" * 6]),
        ("(a|bc|d)+", ["a", "bcd"], ["", "bd", "c"]),
        ("ab|c", ["ab", "c"], ["ac", "abc"]),
        ("a|b*", ["", "a", "bb"], ["ab"]),
        ("[a-c_]", ["a", "b", "_"], ["d", "-", "ab"]),
        ("[^a-c]", ["d", "\n", "é"], ["a", ""]),
        ("[]a]", ["]", "a"], ["[]"]),
        ("[^]a]", ["b"], ["]", "a"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[-a]", ["a", "-"], ["b"]),
        ("[--]", ["-"], ["--"]),
        ("[a^.*$|()?]", list("a^.*$|()?"), ["b"]),
        ("[[:digit:][:upper:]-]+", ["7A-"], ["a"]),
        ("[à-ü]", ["é", "à"], ["a", "ÿ"]),
        (r"\.\*\\\[\-\_\'", [r".*\[-_'"], ["a*"]),
        ("😀+", ["😀😀"], [""]),
        ("(a{0})*", [""], ["a"]),
        ("((a*)*)*", ["", "aaa"], ["b"]),
        ("(a?){3}", ["", "aaa"], ["aaaa"]),
    ],
)
def test_matches(reader: Reader, pattern: str, matching: list[str], others: list[str]) -> None:
    """A value matches if the whole of it does."""
    for answer, values in (("yes", matching), ("no", others)):
        for value in values:
            assert (answer, value) == (_in_c(reader, pattern, value), value)
            assert (answer, value) == (_in_python(pattern, value), value)


@pytest.mark.parametrize("name", CLASSES)
def test_class(reader: Reader, name: str) -> None:
    """A class has the characters of ASCII that POSIX says, and no others."""
    for code in (*range(1, 0x100), 0x2003, 0xFF11):
        answer = "yes" if re.fullmatch(CLASSES[name], chr(code)) else "no"
        assert (answer, code) == (_in_c(reader, f"[[:{name}:]]", chr(code)), code)
        assert (answer, code) == (_in_python(f"[[:{name}:]]", chr(code)), code)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", EMPTY),
        ("a|", EMPTY),
        ("|a", EMPTY),
        ("a||b", EMPTY),
        ("()", EMPTY),
        ("(a|)", EMPTY),
        ("(", EMPTY),
        ("(a", UNCLOSED),
        ("((a)", UNCLOSED),
        (")", CLOSES_NOTHING),
        ("a)b", CLOSES_NOTHING),
        ("a]", CLOSES_NOTHING),
        ("a}", CLOSES_NOTHING),
        ("*a", NOTHING),
        ("(+a)", NOTHING),
        ("a|?", NOTHING),
        ("{1}", NOTHING),
        ("a**", TWICE),
        ("a+?", TWICE),
        ("a*+", TWICE),
        ("a{1}{2}", TWICE),
        ("a{", BRACE),
        ("a{}", BRACE),
        ("a{,3}", BRACE),
        ("a{1", BRACE),
        ("a{1,", BRACE),
        ("a{1,2", BRACE),
        ("a{x}", BRACE),
        ("a{ 1}", BRACE),
        ("a{1,x}", BRACE),
        ("a{²}", BRACE),
        ("a{2,1}", "has a repeat whose minimum exceeds its maximum"),
        ("^a", "has an anchor; the whole value must match anyway"),
        ("a$", "has an anchor; the whole value must match anyway"),
        (r"\d+", BACKSLASH),
        (r"(a)\1", BACKSLASH),
        ("a\\", BACKSLASH),
        (r"\é", BACKSLASH),
        (r"\ ", BACKSLASH),
        ("(?:a)", "has (?; only plain groups are supported"),
        ("[", UNCLOSED_SET),
        ("[]", UNCLOSED_SET),
        ("[^]", UNCLOSED_SET),
        ("[a", UNCLOSED_SET),
        ("[a-", UNCLOSED_SET),
        ("[[:alpha:]", UNCLOSED_SET),
        ("[[-", "has [ in a set"),
        (r"[\-", "has a backslash in a set"),
        ("[a[b]", "has [ in a set"),
        ("[[.a.]]", "has [ in a set"),
        ("[!-[]", "has [ in a set"),
        (r"[\]]", "has a backslash in a set"),
        (r"[!-\]", "has a backslash in a set"),
        ("[a-c-e]", INSIDE),
        ("[--a]", INSIDE),
        ("[!--]", INSIDE),
        ("[a-b-", INSIDE),
        ("[[:alpha:]-z]", INSIDE),
        ("[z-a]", "has a range that runs backwards"),
        ("[[:word:]]", "has an unknown character class"),
        ("[[:alpha]]", "has an unknown character class"),
        ("[[:", "has an unknown character class"),
        ("a{1001}", LARGE),
        ("a{1,99999999999999999999}", LARGE),
        ("(a{0}){1001}", LARGE),
        ("(a{100}){10}", LARGE),
        ("a" * 1001, LARGE),
        ("[" + "a" * 65536 + "]", LARGE),
        ("(" * 21 + "a" + ")" * 21, DEEP),
    ],
)
def test_refused(reader: Reader, pattern: str, problem: str) -> None:
    """What is read differently somewhere, or not at all, is refused by both in the same words."""
    assert problem == _in_c(reader, pattern, "")
    assert problem == _in_python(pattern, "")


def test_largest(reader: Reader) -> None:
    """What is just inside of the limits is matched."""
    for pattern, value in [
        ("a" * 1000, "a" * 1000),
        ("a{999}", "a" * 999),
        ("(" * 20 + "a" + ")" * 20, "a"),
        ("[" + "a" * 65533 + "]", "a"),
    ]:
        assert "yes" == _in_c(reader, pattern, value)
        assert "yes" == _in_python(pattern, value)


@pytest.mark.parametrize(
    "pattern", ["(a*)*b", "((a|aa)+)+b", "(a|a)*b", "(.*)*(.*)*x", "(a?){40}b"]
)
def test_linear(reader: Reader, pattern: str) -> None:
    """The longest value takes as long as its length says, whatever the pattern."""
    before = reader.processor_time
    assert "no" == _in_c(reader, pattern, "a" * LONGEST)
    assert reader.processor_time - before < 2


ATOMS = st.one_of(
    st.sampled_from([*"abcé", ".", r"\.", r"\-", "[ab]", "[^a]", "[a-c]", "[]x-]", "[[:lower:]_]"]),
    st.text(alphabet="abc", min_size=1, max_size=2),
)
REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{0}", "{1,}", "{0,2}", "{1,3}"])


def _larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return patterns made of these."""
    pieces = st.tuples(smaller.map(lambda inner: f"({inner})") | ATOMS, REPEATS).map("".join)
    parts = st.lists(pieces, min_size=1, max_size=3).map("".join)
    return st.lists(parts, min_size=1, max_size=3).map("|".join)


PATTERNS = st.recursive(ATOMS, _larger, max_leaves=8)
ODD = st.lists(st.sampled_from([*r"ab(|)[]^-:.*+?{}0129,\$_é", "[:alpha:]", "(?", "{1,2}"])).map(
    "".join
)
#: NUL is in no text of TOML.
WITHOUT_NUL = st.characters(codec="utf-8", exclude_characters="\0")
VALUES = st.text(alphabet="abcé.-x\n", max_size=8)
UNHURRIED = settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@UNHURRIED
@given(pattern=PATTERNS, value=VALUES)
def test_alike(reader: Reader, pattern: str, value: str) -> None:
    """A pattern of the known kind matches the same values in C, in Python, and untranslated."""
    answer = _in_c(reader, pattern, value)
    assert answer == _in_python(pattern, value)
    if "[:" not in pattern and answer in {"yes", "no"}:
        assert answer == ("yes" if re.fullmatch(pattern, value, re.DOTALL) else "no")


@UNHURRIED
@given(pattern=ODD | st.text(WITHOUT_NUL, max_size=12), value=VALUES)
def test_odd_patterns_alike(reader: Reader, pattern: str, value: str) -> None:
    """Whatever stands in a pattern, both say the same of it."""
    assert _in_python(pattern, value) == _in_c(reader, pattern, value)
