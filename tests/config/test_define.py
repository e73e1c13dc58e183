"""What a class of settings may be, and what is refused when it is defined."""

from __future__ import annotations

import functools
import re
import sys
import types
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pytest

from tinyinit import config

if TYPE_CHECKING:
    from collections.abc import Callable


@config.define(prefix="APP_")
class Base:
    """A base for others."""

    port: config.Port = 8000
    host: str = "localhost"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    def describe(self) -> str:
        """Say what it is."""
        return "base"


@config.define
class Child(Base):
    """One that has more, and another default."""

    host: str = "0.0.0.0"  # noqa: S104  # no server listens
    debug: bool = False

    def describe(self) -> str:
        """Say what it is."""
        return f"child of {super().describe()}"


@config.define
class Later:
    """One that names a class that comes later."""

    database: Database


@config.define
class Database:
    """The later one."""

    host: str


def test_inherits_fields_prefix_and_methods() -> None:
    """A class has the fields of its base first, with its own defaults, and its prefix."""
    settings = config.load(Child, {"APP_PORT": "1"})
    assert "Child(port=1, host='0.0.0.0', debug=False)" == repr(settings)
    assert "0.0.0.0:1" == settings.address
    assert "child of base" == settings.describe()
    assert isinstance(settings, Base)


def test_has_one_base_with_fields() -> None:
    """Python itself refuses a second base with slots: nest it instead."""
    bases: tuple[type, ...] = (Base, Later)
    with pytest.raises(TypeError, match="lay-out"):
        type("Both", bases, {})


def test_takes_a_mixin_without_fields() -> None:
    """A base that is not decorated gives methods."""

    class Mixin:
        def twice(self) -> int:
            return 2 * getattr(self, "port", 0)

    @config.define
    class Mixed(Mixin):
        port: int = 4

    assert 8 == config.load(Mixed, {}).twice()


def test_needs_its_own_decorator() -> None:
    """A class that inherits from settings and is not decorated is no class of settings."""

    class Plain(Base):
        pass

    with pytest.raises(TypeError, match=r"Plain is not decorated with @config\.define"):
        config.load(Plain, {})


def test_resolves_names_that_come_later() -> None:
    """An annotation may name a class that is defined after it."""
    assert "db" == config.load(Later, {"DATABASE_HOST": "db"}).database.host


def test_tells_a_name_that_never_comes() -> None:
    """An annotation that names nothing is an error of whoever loads, with class and field."""

    @config.define
    class Lost:
        value: Nowhere  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    with pytest.raises(TypeError, match=r"Lost\.value: name 'Nowhere' is not defined; is it"):
        config.load(Lost, {})


def test_resolves_names_of_the_function_around() -> None:
    """A class in a function may name what stands before it there, and classes inside of it."""

    @config.define
    class Inner:
        size: config.Size = config.var("1k")

    @config.define
    class Outer:
        @config.define
        class Nested:
            name: str = "n"

        inner: Inner
        nested: Nested

    assert 1024 == config.load(Outer, {}).inner.size
    assert "n" == config.load(Outer, {}).nested.name


class Deferred:
    """An annotation of Python 3.14 whose name is in no module."""

    __forward_arg__ = "Cell"

    def evaluate(self) -> type:
        """Give what the name means where it stands."""
        return int


def test_asks_annotations_that_know_their_names() -> None:
    """From Python 3.14 on, an annotation that is evaluated later is asked for its names."""
    cls: Any = type("Asked", (), {"__annotations__": {"port": Deferred()}, "__module__": __name__})
    assert 5 == config.load(config.define(cls), {"PORT": "5"}).port


def test_reads_annotations_that_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.14 on, reading annotations may fail: then they are read as references."""

    def get_annotations(_: type, *, format: int) -> dict[str, Any]:  # noqa: A002
        return {"port": Deferred()} if format == 3 else {}

    def annotations(_: type) -> dict[str, Any]:
        raise NameError("Cell")

    library: Any = types.ModuleType("annotationlib")
    library.Format = types.SimpleNamespace(FORWARDREF=3)
    library.get_annotations = get_annotations
    monkeypatch.setitem(sys.modules, "annotationlib", library)
    meta: Any = type("Lazy", (type,), {"__annotations__": property(annotations)})
    cls: Any = meta("Late", (), {"__module__": __name__})
    assert 5 == config.load(config.define(cls), {"PORT": "5"}).port


def test_leaves_class_variables_alone() -> None:
    """`ClassVar` makes a constant, not a field."""

    @config.define
    class Constants:
        limit: ClassVar[int] = 3
        port: int = 1

    assert 3 == Constants.limit
    assert "Constants(port=1)" == repr(config.load(Constants, {})).rpartition(".")[2]


def test_has_no_dict() -> None:
    """`vars()` cannot show what `repr` hides."""
    with pytest.raises(TypeError):
        vars(config.load(Base, {}))


def _no_type() -> type:
    class Bad:
        field: dict[str, int]

    return Bad


def _object() -> type:
    class Bad:
        field: object = None

    return Bad


def _union() -> type:
    class Bad:
        field: int | str

    return Bad


def _pair() -> type:
    class Bad:
        field: tuple[int, str]

    return Bad


def _lists() -> type:
    class Bad:
        field: list[list[str]]

    return Bad


def _set() -> type:
    class Bad:
        field: set[str]

    return Bad


def _default() -> type:
    class Bad:
        field: config.Port = 70000

    return Bad


def _default_of_literal() -> type:
    namespace = {"__annotations__": {"field": Literal["a", "b"]}, "field": "c"}
    return type("Bad", (), namespace)


def _default_over_max() -> type:
    class Bad:
        field: int = config.var(5, max=4)

    return Bad


def _none() -> type:
    class Bad:
        field: int = config.var(default=None)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    return Bad


def _rule_of_another_type() -> type:
    class Bad:
        field: bool = config.var(default=True, min=1)

    return Bad


def _bounds() -> type:
    class Bad:
        field: int = config.var(3, min=4, max=2)

    return Bad


def _pattern() -> type:
    class Bad:
        field: str = config.var("", pattern="(")

    return Bad


def _micros() -> type:
    class Bad:
        field: timedelta = timedelta(microseconds=1)

    return Bad


def _item() -> type:
    class Bad:
        field: list[str] = config.var(("a,b",))

    return Bad


def _one_text() -> type:
    class Bad:
        field: str = config.var(aliases="OLD")

    return Bad


def _alias() -> type:
    class Bad:
        field: str = config.var(aliases=["OLD-NAME"])

    return Bad


def _property_over_field() -> type:
    class Bad(Base):
        @property
        def port(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
            return 1

    return Bad


def _value_over_field() -> type:
    return type("Bad", (Base,), {"port": 9000})


def _length() -> type:
    return type("Bad", (), {"__annotations__": {"field": str}, "field": _var(min_length="3")})


def _compiled() -> type:
    namespace = {"__annotations__": {"field": str}, "field": _var(pattern=re.compile("a"))}
    return type("Bad", (), namespace)


def _var(**keys: Any) -> Any:
    # Checkers refuse what these tests are about.
    return config.var(**keys)


def _condition() -> type:
    class Bad:
        field: str | None = config.var(required_if="nothing")

    return Bad


def _condition_without_none() -> type:
    class Bad:
        other: bool = False
        field: str = config.var(required_if="other")

    return Bad


def _underscore() -> type:
    class Bad:
        _field: str

    return Bad


def _letters() -> type:
    return type("Bad", (), {"__annotations__": {"fièld": str}})


def _nested_default() -> type:
    class Bad:
        field: Base = Base()

    return Bad


def _nested_optional() -> type:
    class Bad:
        field: Base | None = None

    return Bad


def _no_annotation() -> type:
    class Bad:
        field = 4

    return Bad


def _init() -> type:
    class Bad:
        port: int = 1

        def __init__(self) -> None:
            self.other = 1

    return Bad


def _cached() -> type:
    class Bad:
        port: int = 1

        @functools.cached_property
        def field(self) -> int:
            return 1

    return Bad


def _check() -> type:
    class Bad:
        check: int = 1

    return Bad


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (_no_type, "Bad.field: dict[str, int] cannot be the type of a variable"),
        (_object, "Bad.field: object cannot be the type of a variable"),
        (_union, "Bad.field: int | str cannot be the type of a variable"),
        (_pair, "Bad.field: a tuple must be tuple[T, ...]"),
        (_lists, "Bad.field: the items of a list must be plain"),
        (_set, "Bad.field: set[str] cannot be the type of a variable"),
        (_default, 'Bad.field: default is "70000", not a port (1 to 65535)'),
        (_default_of_literal, 'Bad.field: default is "c", not one of "a", "b"'),
        (_default_over_max, 'Bad.field: default is "5", not at most 4'),
        (_none, "Bad.field: the default is None; annotate it with | None"),
        (_rule_of_another_type, "Bad.field: min is not for type bool"),
        (_bounds, "Bad.field: min is greater than max"),
        (_pattern, "Bad.field: pattern "),
        (_micros, "Bad.field: a duration has whole milliseconds"),
        (_item, "Bad.field: an item that is empty or has a space around it or ',' in it"),
        (_one_text, "Bad.field: aliases is a list of texts, not one text"),
        (_alias, "Bad.field: 'OLD-NAME' cannot be a variable's name"),
        (_property_over_field, "Bad.port: it is a field of Base"),
        (_value_over_field, "Bad.port: it has no annotation"),
        (_length, "Bad.field: min_length is a str, not a int"),
        (_compiled, "Bad.field: pattern is a Pattern, not a str"),
        (_condition, "Bad.field: required_if: no field nothing"),
        (_condition_without_none, "Bad.field: required_if: it may be missing"),
        (_underscore, "Bad._field: a field's name begins with a letter"),
        (_letters, "Bad.fièld: 'FIÈLD' cannot be a variable's name"),
        (_nested_default, "Bad.field: a nested class has no default"),
        (_nested_optional, "Bad.field: tests"),
        (_no_annotation, "Bad.field: it has no annotation"),
        (_init, "Bad.__init__: settings have no state of their own"),
        (_cached, "Bad.field: settings have no state"),
        (_check, "Bad.check: a field cannot be named as the method check()"),
    ],
)
def test_refuses_at_definition(make: Callable[[], type], text: str) -> None:
    """What is no contract is refused where it is defined, with class and field."""
    with pytest.raises(TypeError) as caught:
        config.define(make())
    message = str(caught.value)
    if make is _nested_optional:
        assert "a nested class is always there" in message
    else:
        assert text in message.replace(f"{make.__name__}.<locals>.", "")


def test_tells_all_that_is_wrong_with_a_class() -> None:
    """All fields that are wrong are told at once."""

    class Bad:
        one: object = None
        two: config.Port = 0
        three: int = 3

    with pytest.raises(TypeError) as caught:
        config.define(Bad)
    assert 2 == len(str(caught.value).splitlines())


def test_refuses_two_fields_of_one_name() -> None:
    """A nested class's prefix may not make the name of another field."""

    @config.define
    class Db:
        host: str = ""

    class Bad:
        db_host: str = ""
        db: Db

    with pytest.raises(TypeError, match=r"Bad\.db: APP_DB_HOST is another field's name"):
        config.define(prefix="APP_")(Bad)


def test_refuses_an_alias_that_is_a_name() -> None:
    """An older name may not be that of another field."""

    class Bad:
        port: int = 1
        old: int = config.var(1, aliases=["PORT"])

    with pytest.raises(TypeError, match=r"Bad\.old: PORT is another field's name"):
        config.define(Bad)


def test_refuses_what_var_does_not_know() -> None:
    """A key that is misspelled is an error at once."""
    keys: dict[str, Any] = {"minimum": 3}
    with pytest.raises(TypeError, match="has no 'minimum'"):
        config.var(3, **keys)


def test_refuses_what_is_no_class() -> None:
    """`define` wants a class."""
    decorate: Any = config.define
    with pytest.raises(TypeError, match="not of 3"):
        decorate(3)
