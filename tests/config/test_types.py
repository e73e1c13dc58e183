"""What each annotation makes of a text, and what it refuses."""

from __future__ import annotations

import enum
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, Literal, Optional
from uuid import UUID

import pytest

from tinyinit import config


class Level(enum.Enum):
    """Texts."""

    DEBUG = "debug"
    INFO = "info"


class Priority(enum.IntEnum):
    """Numbers."""

    LOW = 1
    HIGH = 2


class Color(enum.StrEnum):
    """Texts that are members."""

    RED = "red"


ID = "12345678-1234-5678-1234-567812345678"


def load(annotation: Any, text: str | None) -> Any:
    """Load one variable X of a class whose field is annotated so."""
    cls: Any = type("One", (), {"__annotations__": {"x": annotation}, "__module__": __name__})
    return config.load(config.define(cls), {} if text is None else {"X": text}).x


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (str, " a ", " a "),
        (int, "+5", 5),
        (int, "-12", -12),
        (float, "1e3", 1000.0),
        (bool, "YES", True),
        (bool, "off", False),
        (Path, "/srv", Path("/srv")),
        (timedelta, "1h30m", timedelta(hours=1, minutes=30)),
        (timedelta, "250ms", timedelta(milliseconds=250)),
        (timedelta, "5", timedelta(seconds=5)),
        (UUID, ID, UUID(ID)),
        (Level, "info", Level.INFO),
        (Priority, "2", Priority.HIGH),
        (Priority, "+2", Priority.HIGH),
        (Color, "red", Color.RED),
        (Literal["a", "b"], "b", "b"),
        (Literal[1, 2], "02", 2),
        (IPv4Address, "10.0.0.1", IPv4Address("10.0.0.1")),
        (IPv6Address, "::1", IPv6Address("::1")),
        (IPv4Address | IPv6Address, "::1", IPv6Address("::1")),
        (list[str], "a, b,", ["a", "b"]),
        (list[int], "1,2", [1, 2]),
        (tuple[str, ...], "a,b", ("a", "b")),
        (tuple[Level, ...], "info,debug", (Level.INFO, Level.DEBUG)),
        (list[timedelta], "1s, 2s", [timedelta(seconds=1), timedelta(seconds=2)]),
        (config.Port, "80", 80),
        (config.Size, "2k", 2048),
        (config.Email, "a@b.example", "a@b.example"),
        (config.Hostname, "db-1.example", "db-1.example"),
        (config.HostPort, "[::1]:80", config.HostPort("[::1]:80")),
        (config.Url, "http://h/p", config.Url("http://h/p")),
        (config.Json, '{"a": [1, null]}', {"a": [1, None]}),
        (config.Secret[str], "x", config.Secret("x")),
        (config.Secret[int], "4", config.Secret(4)),
        (config.Secret[list[str]], "a,b", config.Secret(["a", "b"])),
        (int | None, "4", 4),
        (Optional[int], "4", 4),  # noqa: UP045  # as older code has it
        (Level | None, "info", Level.INFO),
        (config.Secret[str] | None, "x", config.Secret("x")),
        (list[int] | None, "1", [1]),
        ("list[int] | None", "1", [1]),
        ("config.Secret[config.Url]", "http://h", config.Secret(config.Url("http://h"))),
        (list["Level"], "info", [Level.INFO]),
    ],
)
def test_makes_values_of_texts(annotation: object, text: str, value: object) -> None:
    """A text that fits becomes a value of the annotated type."""
    loaded = load(annotation, text)
    assert value == loaded
    assert type(value) is type(loaded)


@pytest.mark.parametrize(
    "annotation",
    [int | None, Optional[str], Level | None, config.Secret[str] | None, list[str] | None],  # noqa: UP045
)
def test_may_be_missing(annotation: object) -> None:
    """What may be None and is missing is None."""
    assert load(annotation, None) is None


@pytest.mark.parametrize(
    ("annotation", "text", "problem"),
    [
        (int, "x", 'is "x", not an int'),
        (bool, "2", 'is "2", not a bool (true, false, yes, no, on, off, 1, 0)'),
        (Level, "loud", 'is "loud", not one of "debug", "info"'),
        (Priority, "3", 'is "3", not one of "1", "2"'),
        (Literal["a"], "b", 'is "b", not one of "a"'),
        (IPv4Address, "::1", 'is "::1", not an IPv4 address'),
        (IPv6Address, "10.0.0.1", 'is "10.0.0.1", not an IPv6 address'),
        (list[int], "1,x", 'item 2 is "x", not an int'),
        (list[Level], "info,loud", 'item 2 is "loud", not one of "debug", "info"'),
        (list[IPv4Address], "::1", 'item 1 is "::1", not an IPv4 address'),
        (config.Port, "0", 'is "0", not a port (1 to 65535)'),
        (config.Secret[int], "x", "is not an int (value hidden)"),
        (config.Secret[IPv4Address], "::1", "is not an IPv4 address (value hidden)"),
        (config.Url, "h", 'is "h", not a URL (scheme://host)'),
        (config.Json, "{", 'is "{", not JSON'),
        (int, "9" * 5000, f'is "{"9" * 60}…", not an int'),
    ],
)
def test_refuses_texts(annotation: object, text: str, problem: str) -> None:
    """A text that does not fit is a problem that names the variable."""
    with pytest.raises(config.ConfigError) as caught:
        load(annotation, text)
    assert ["X"] == [problem.variable for problem in caught.value.problems]
    assert problem == caught.value.problems[0].text


class Mixed(enum.Enum):
    """Neither texts nor numbers."""

    ONE = 1
    TWO = "two"


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (Mixed, "must be all texts or all integers"),
        (Literal["a", 1], "texts only, or integers only"),
        (Literal[True], "texts only, or integers only"),
        (config.Secret[config.Secret[str]], "Secret[T] | None"),
        (list[config.Secret[str]], "the items of a list must be plain"),
        (bytes, "bytes cannot be the type of a variable"),
        (list, "list cannot be the type of a variable"),
        (config.Secret, "Secret cannot be the type of a variable"),
        (Any, "cannot be the type of a variable"),
        (None, "None cannot be the type of a variable"),
        (Optional["Level | int"], "cannot be the type of a variable"),
        ("1 +", "is not an annotation"),
        ("config.Prot", "is not an annotation"),
    ],
)
def test_refuses_annotations(annotation: object, problem: str) -> None:
    """What is no variable's type is refused, with class and field."""
    with pytest.raises(TypeError) as caught:
        load(annotation, "x")
    assert str(caught.value).startswith("One.x: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("annotation", "default", "value"),
    [
        (timedelta, "30s", timedelta(seconds=30)),
        (timedelta, timedelta(minutes=1.5), timedelta(seconds=90)),
        (timedelta, timedelta(milliseconds=1500), timedelta(milliseconds=1500)),
        (Path, Path("/srv"), Path("/srv")),
        (Path, "/srv", Path("/srv")),
        (UUID, UUID(ID), UUID(ID)),
        (IPv4Address, IPv4Address("10.0.0.1"), IPv4Address("10.0.0.1")),
        (Level, Level.INFO, Level.INFO),
        (Level, "info", Level.INFO),
        (Priority, Priority.HIGH, Priority.HIGH),
        (Color, Color.RED, Color.RED),
        (config.Size, "64M", 64 << 20),
        (config.Size, 5, 5),
        (config.Url, config.Url("http://u:p@h"), config.Url("http://u:p@h")),
        (config.HostPort, "h:80", config.HostPort("h:80")),
        (config.Json, {"a": 1}, {"a": 1}),
        (config.Json, "[1]", [1]),
        (config.Secret[str], "x", config.Secret("x")),
        (config.Secret[str], config.Secret("x"), config.Secret("x")),
        (config.Secret[config.Json], config.Secret([1]), config.Secret([1])),
        (list[str], (), []),
        (list[str], ["a"], ["a"]),
        (tuple[int, ...], (1, 2), (1, 2)),
        (float, 1, 1.0),
        (bool, False, False),
        (str, "", ""),
        (str, "ü", "ü"),
    ],
)
def test_takes_defaults_as_values_or_texts(
    annotation: object, default: object, value: object
) -> None:
    """A default is a value, or its text as in the environment."""
    namespace = {"__annotations__": {"x": annotation}, "x": default, "__module__": __name__}
    cls: Any = config.define(type("One", (), namespace))
    assert value == config.load(cls, {}).x
    assert value == cls().x
    assert value == cls(x=value).x


def test_may_be_none_in_code() -> None:
    """What is annotated with None may be given as None, whatever its default."""

    @config.define
    class MayBeNone:
        port: int | None = 5
        data: config.Json = None

    assert (5, None) == (config.load(MayBeNone, {}).port, config.load(MayBeNone, {}).data)
    assert (None, None) == (MayBeNone(port=None).port, MayBeNone(data=None).data)
    assert [None] == config.load(MayBeNone, {"DATA": "[null]"}).data


def test_makes_a_new_list_for_each_instance() -> None:
    """A default list is not shared."""

    @config.define
    class Lists:
        tags: list[str] = config.var(["a"])

    first, second = config.load(Lists, {}), config.load(Lists, {})
    assert first.tags == second.tags
    assert first.tags is not second.tags


def test_refuses_a_default_that_only_the_annotation_refuses() -> None:
    """A default is read as a value of the environment would be."""
    namespace = {"__annotations__": {"x": IPv4Address}, "x": "::1", "__module__": __name__}
    with pytest.raises(TypeError, match=r'One\.x: default is "::1", not an IPv4 address'):
        config.define(type("One", (), namespace))
