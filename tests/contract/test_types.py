"""The types of values against what the standard library takes, and what the values are."""

import json
import socket
import subprocess
import sys
import uuid
from decimal import Decimal
from math import isinf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.texts import SAMPLES, values
from tinyinit.contract.types import TYPES, compare, expects, fits, parse


def is_ip(text: str) -> bool:
    """Return what the C library says of it."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except (OSError, UnicodeEncodeError):
            continue
        return True
    return False


@settings(max_examples=500, deadline=None)
@given(values("ip") | st.ip_addresses().map(str))
def test_an_ip_is_what_inet_pton_takes(text: str) -> None:
    """An address is what the C library takes for one."""
    assert is_ip(text) == fits("ip", text)


@pytest.mark.parametrize("text", SAMPLES["ip"])
def test_the_samples_of_ip_are_what_inet_pton_takes(text: str) -> None:
    """Each sample is an address if the C library says so."""
    assert is_ip(text) == fits("ip", text)


@given(st.uuids())
def test_takes_every_uuid(value: uuid.UUID) -> None:
    """A UUID is taken in lower and upper case, and only with its dashes."""
    assert fits("uuid", str(value))
    assert fits("uuid", str(value).upper())
    assert not fits("uuid", value.hex)


@given(values("uuid"))
def test_a_uuid_is_one_for_the_library(text: str) -> None:
    """What is taken for a UUID the library reads."""
    if fits("uuid", text):
        assert text.lower() == str(uuid.UUID(text))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.integers()
        | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
        max_leaves=10,
    )
)
def test_takes_what_the_library_writes_as_json(value: object) -> None:
    """JSON that the library writes is JSON, and means the same."""
    text = json.dumps(value)
    assert fits("json", text)
    assert value == parse("json", text)


@settings(max_examples=300, deadline=None)
@given(values("json"))
def test_json_is_what_the_library_reads(text: str) -> None:
    """What is taken for JSON the library reads too."""
    if fits("json", text):
        parse("json", text)


finite = st.floats(allow_nan=False, allow_infinity=False)
decimals = (
    finite.map(repr)
    | st.decimals(-1000, 1000).map(str)
    | values("float").filter(lambda text: len(text) < 100 and fits("float", text))
)


@settings(max_examples=500, deadline=None)
@given(decimals, decimals)
def test_floats_compare_as_the_numbers_that_are_written(left: str, right: str) -> None:
    """Two floats compare by what is written, without rounding."""
    small = [text for text in (left, right) if len(text.lower().partition("e")[2]) < 6]
    if len(small) == 2:
        one, other = Decimal(left), Decimal(right)
        assert (one > other) - (one < other) == _sign(compare("float", left, right))


def _sign(order: int) -> int:
    return (order > 0) - (order < 0)


@settings(max_examples=500, deadline=None)
@given(values("float"))
def test_a_float_is_finite(text: str) -> None:
    """What is taken for a float the language reads, as a finite number."""
    if fits("float", text):
        number = parse("float", text)
        assert isinstance(number, float)
        assert not isinf(number)


@given(st.integers(-(2**65), 2**65))
def test_an_int_has_64_bits(number: int) -> None:
    """An int is one that the file can hold too."""
    assert (-(2**63) <= number < 2**63) == fits("int", str(number))


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("int", "-007", -7),
        ("int", "0" * 5000 + "1", 1),
        ("float", "1e3", 1000.0),
        ("bool", "Yes", True),
        ("bool", "off", False),
        ("port", "080", 80),
        ("duration", "1h30m", 5_400_000),
        ("duration", "90", 90_000),
        ("size", "2GiB", 2 << 30),
        ("size", "10k", 10 << 10),
        ("json", '{"a": 1}', {"a": 1}),
        ("string", "1", "1"),
        ("url", "http://h", "http://h"),
    ],
)
def test_reads_what_a_value_means(type_: str, text: str, expected: object) -> None:
    """A value of a type with a machine's value is read as that."""
    assert expected == parse(type_, text)


def test_every_type_says_what_it_expects() -> None:
    """Each type has words for what is not of it."""
    for type_ in TYPES:
        assert expects(type_)


def test_imports_nothing_slow() -> None:
    """Reading rules does not import what takes longer than all the rest."""
    code = "import sys, tinyinit.contract.rules; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-ISc", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    slow = {"re", "typing", "dataclasses", "enum", "logging", "pathlib", "json", "tomllib"}
    assert not slow & set(ran.stdout.split())
