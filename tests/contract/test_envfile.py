"""What is taken from an env file and what is refused, by both readers, and python-dotenv's view."""

import io
import logging
from collections.abc import Generator

import dotenv
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.env_cases import REFUSED, TAKEN, Refused, Taken
from tests.readers.build import Reader
from tests.readers.envfile import in_c, in_python

SECRET = b"hunter2"


@pytest.fixture(scope="module")
def reader() -> Generator[Reader]:
    """Return the reader in C, running."""
    running = Reader("envfile")
    yield running
    running.close()


def _python_dotenv(data: bytes) -> dict[str, str | None]:
    """Read as python-dotenv reads a file; a line that it cannot read is an error."""
    with io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") as stream:
        return dotenv.dotenv_values(stream=stream)


def _as_dotenv(variables: list[tuple[str, bytes, int]]) -> dict[str, str | None]:
    return {name: value.decode() for name, value, _ in variables}


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.what)
def test_taken(reader: Reader, case: Taken, caplog: pytest.LogCaptureFixture) -> None:
    """Both readers take it, with names, values and lines, and python-dotenv takes it so too."""
    assert ([], case.variables) == in_python(case.data)
    assert ([], case.variables) == in_c(reader, case.data)
    assert _as_dotenv(case.variables) == _python_dotenv(case.data)
    assert [] == caplog.records


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.what)
def test_refused(reader: Reader, case: Refused) -> None:
    """Both readers tell all that is wrong, line by line, in the same words."""
    read = in_python(case.data)
    assert case.problems == read.problems
    assert read == in_c(reader, case.data)


@pytest.mark.parametrize(
    "data",
    [
        b"A=%b#\n",
        b"%b\n",
        b"A=b\nA=%b",
        b'A="%b\\t"',
        b"A='%b' %b",
        b'A="%b',
        b"A=x\n%b x=1",
        b"A=%b\xff",
    ],
)
def test_no_value_in_a_message(data: bytes) -> None:
    """No message has anything of what a file holds: it may be a secret."""
    problems = in_python(data.replace(b"%b", SECRET)).problems
    assert 1 == len(problems)
    assert SECRET.decode() not in problems[0][1]


PIECES = st.sampled_from(
    [
        *(b"A", b"B1", b"_c", b"export ", b"export", b"=", b"=", b"=", b"\n", b"\n", b"\n"),
        *(b"'", b"'", b'"', b'"', b"`", b" ", b" ", b"\t", b"#", b" #", b"\\", b"\\n", b"\\t"),
        *(b"\r\n", b"\r", b"$", b"${A}", b"${", b"\0", b"\xff", b"\xc2\xa0", b"\xef\xbb\xbf", b":"),
        *(b"\xe2\x80\xa8", b"\xe2\x80\x83", b"\xe2\x80\xa6", b"\xe2", b"x", b"7", b"-", b"\x1b"),
        *(b"\\'", b'\\"', b"\\\\", b"a b", b"A=b\n", b"B='x'\n", b'C="y"\n', b"D=\n"),
    ]
)
HOSTILE = st.lists(PIECES, max_size=30).map(b"".join)

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc"])
IN_SINGLE = st.text(CHARACTERS | st.sampled_from('\n\t"`$\\#{}= '))
IN_DOUBLE = st.lists(CHARACTERS | st.sampled_from(["\n", "\r\n", "\\n", "'", "#", "="])).map(
    "".join
)
VALUES = st.one_of(
    st.text(CHARACTERS),
    st.text("abcXYZ019_./:@%+,=-;&~*(){}"),
    IN_SINGLE.map(lambda text: f"'{text}'"),
    IN_DOUBLE.map(lambda text: f'"{text}"'),
)
LINES = st.one_of(
    st.builds(
        "{}{}={}{}".format,
        st.sampled_from(["", "", "export ", " ", "\texport\t"]),
        NAMES,
        VALUES,
        st.sampled_from(["", "", " ", " # it's", "\t", " \t#", "#"]),
    ),
    st.text(CHARACTERS).map(lambda text: f"#{text}"),
    st.sampled_from(["", " "]),
)
ENDS = st.sampled_from(["\n", "\r\n"])
LIKELY = st.tuples(
    st.lists(st.tuples(LINES, ENDS), max_size=6), st.sampled_from(["", "\ufeff"])
).map(lambda file: (file[1] + "".join(line + end for line, end in file[0])).encode())


@settings(
    max_examples=1000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=LIKELY | HOSTILE | st.binary(max_size=40))
def test_alike(reader: Reader, caplog: pytest.LogCaptureFixture, data: bytes) -> None:
    """Both readers agree on any bytes, and what they take python-dotenv reads the same."""
    caplog.clear()
    caplog.set_level(logging.WARNING)
    read = in_python(data)
    assert read == in_c(reader, data)
    if not read.problems:
        assert _as_dotenv(read.variables) == _python_dotenv(data)
        assert [] == caplog.records
