"""What instances of settings can do, and that they show no secrets."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from tinyinit import config

if TYPE_CHECKING:
    from collections.abc import Iterator


@config.define
class Inner:
    """A nested class."""

    name: str = "n"
    api_key: str = "k"


@config.define(prefix="APP_")
class Settings:
    """What the tests need."""

    port: config.Port = 8000
    token: config.Secret[str] = config.var("hunter2")
    login: str = config.var("hunter3", secret=True)
    url: config.Url = config.var("http://u:hunter4@h:80/p")
    tags: list[str] = config.var(())
    inner: Inner

    def check(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong across fields."""
        if self.port == 1:
            yield "port", "is one"


@pytest.fixture
def settings() -> Settings:
    """Settings of an empty environment."""
    return config.load(Settings, {})


def test_shows_no_secrets(settings: Settings) -> None:
    """`repr` shows all but what is secret or has the name of a secret."""
    assert (
        "Settings(port=8000, token=Secret(<hidden>), login=<hidden>, url=Url('http://u:…@h:80/p'), "
        "tags=[], inner=Inner(name='n', api_key=<hidden>))"
    ) == repr(settings)
    assert repr(settings) == str(settings)


def test_does_not_change(settings: Settings) -> None:
    """An instance has no attribute to set or to delete."""
    target: Any = settings
    with pytest.raises(AttributeError, match=r"use config\.replace"):
        target.port = 1
    with pytest.raises(AttributeError):
        target.other = 1
    with pytest.raises(AttributeError):
        del target.port


def test_is_equal_by_its_values(settings: Settings) -> None:
    """Two instances of one class with the same values are equal and have one hash."""
    other = config.load(Settings, {})
    assert settings == other
    assert hash(settings) == hash(other)
    assert settings != config.load(Settings, {"APP_TOKEN": "x"})
    assert settings != config.load(Settings, {"APP_INNER_NAME": "x"})
    other_type: object = "settings"
    assert settings != other_type


def test_matches(settings: Settings) -> None:
    """`match` takes fields by name."""
    match settings:
        case Settings(port=8000, inner=Inner(name=name)):
            assert "n" == name
        case _:
            pytest.fail("does not match")


def test_copies_with_changes(settings: Settings) -> None:
    """`replace` changes some values and checks them."""
    changed = config.replace(settings, port=9000, token="new", inner=Inner(name="m"))  # noqa: S106
    assert (9000, "new", "m") == (changed.port, changed.token.reveal(), changed.inner.name)
    assert 8000 == settings.port
    assert settings.url is changed.url
    with pytest.raises(TypeError, match="no field 'prot'"):
        config.replace(settings, prot=1)
    with pytest.raises(config.ConfigError) as caught:
        config.replace(settings, port=0, inner=3)
    assert (
        "tinyinit: the values given to Settings have 2 problems\n"
        '  port   is "0", not a port (1 to 65535)\n'
        "  inner  is a int, not a Inner"
    ) == str(caught.value)


def test_checks_what_code_gives() -> None:
    """A value given in code meets the same rules, across fields too."""
    make: Any = Settings  # checkers see no default in var("…")
    assert 9000 == make(port=9000).port
    with pytest.raises(config.ConfigError, match="port  is one"):
        make(port=1)
    with pytest.raises(config.ConfigError, match="login  cannot be written: a int is not a text"):
        make(login=3)
    with pytest.raises(TypeError, match="no field 'prot'"):
        make(prot=3)
    with pytest.raises(TypeError):
        make(3)


def test_needs_all_values_without_a_default() -> None:
    """What has no default must be given; all that is missing is told."""

    @config.define
    class Two:
        one: str
        two: int

    make: Any = Two
    with pytest.raises(TypeError, match="misses one, two"):
        make()


def test_copies_are_itself(settings: Settings) -> None:
    """A copy of what does not change is the thing itself, with its secrets."""
    assert settings is copy.copy(settings)
    assert settings is copy.deepcopy(settings)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_without_secrets(settings: Settings, protocol: int) -> None:
    """What `repr` hides does not travel in a pickle; asking for it says so."""
    data = pickle.dumps(settings, protocol)
    assert b"hunter" not in data
    back = pickle.loads(data)  # noqa: S301  # our own
    assert 8000 == back.port
    assert "n" == back.inner.name
    assert "http://u:…@h:80/p" == str(back.url)
    with pytest.raises(AttributeError, match="secrets are left out of pickles"):
        _ = back.login
    with pytest.raises(LookupError):
        back.url.reveal()
    assert "token=<hidden>, login=<hidden>" in repr(back)
    assert back != settings
    with pytest.raises(LookupError):
        config.as_dict(back)["login"].reveal()


def test_keeps_left_out_what_was(settings: Settings) -> None:
    """A copy of what came out of a pickle has no secrets either: not their defaults."""
    back = pickle.loads(pickle.dumps(settings))  # noqa: S301
    changed = config.replace(back, port=9000, tags=["a"])
    assert (9000, ["a"], False) == (changed.port, changed.tags, hasattr(changed, "login"))
    assert "mine" == config.replace(back, login="mine").login


def test_hides_by_the_name_it_has_outside() -> None:
    """A nested value is hidden if the whole name of its variable looks like a secret's."""

    @config.define
    class Parent:
        secret: Inner

    parent = config.load(Parent, {"SECRET_NAME": "hunter2"})
    assert "hunter2" == parent.secret.name
    assert "hunter2" not in repr(parent)
    assert "hunter2" not in repr(parent.secret)


def test_explains_where_values_come_from() -> None:
    """Each value has a source; secrets stay hidden."""
    given = config.load(Settings, {"APP_PORT": "9000", "APP_INNER_NAME": "m"})
    explanation = config.explain(config.replace(given, tags=["a", "b"]))
    assert (
        "APP_PORT           9000               the environment\n"
        "APP_TOKEN          <hidden>           the default\n"
        "APP_LOGIN          <hidden>           the default\n"
        "APP_URL            http://u:…@h:80/p  the default\n"
        "APP_TAGS           a,b                code\n"
        "APP_INNER_NAME     m                  the environment\n"
        "APP_INNER_API_KEY  <hidden>           the default"
    ) == str(explanation)
    assert "inner.name" == explanation[5].field


def test_explains_files_and_lines(tmp_path: Any) -> None:
    """A source that is a file has its name, that of an env file its line."""
    (tmp_path / ".env").write_text("# one\nAPP_PORT=1234\n")
    (tmp_path / "login").write_text("x")
    settings = config.load(
        Settings, {"APP_LOGIN_FILE": f"{tmp_path}/login"}, dotenv=tmp_path / ".env"
    )
    origins = {origin.field: origin for origin in config.explain(settings)}
    assert (f"{tmp_path}/.env", 2) == (origins["port"].file, origins["port"].line)
    assert f"{tmp_path}/.env:2" == origins["port"].place
    assert f"{tmp_path}/login" == origins["login"].place
    assert "x" not in repr(origins["login"]).replace(str(tmp_path), "")


def test_explains_a_pickle(settings: Settings) -> None:
    """What came out of a pickle says so."""
    back = pickle.loads(pickle.dumps(settings))  # noqa: S301
    assert {"a pickle"} == {origin.source for origin in config.explain(back)} - {"the default"}


def test_is_a_dict_without_secrets(settings: Settings) -> None:
    """`as_dict` nests, and wraps what is hidden."""
    values = config.as_dict(settings)
    assert {"name": "n", "api_key": config.Secret("k")} == values["inner"]
    assert config.Secret("hunter3") == values["login"]
    assert "hunter" not in repr(values)


def test_wants_settings() -> None:
    """What is no settings is refused by name."""
    with pytest.raises(TypeError, match="this is a int, not settings"):
        config.explain(3)


def test_has_a_signature() -> None:
    """The signature has the fields, with their defaults."""
    signature = inspect.signature(Settings)
    assert ["port", "token", "login", "url", "tags", "inner"] == list(signature.parameters)
    assert 8000 == signature.parameters["port"].default


def test_says_what_it_has_not(settings: Settings) -> None:
    """An attribute that is no field is none."""
    assert not hasattr(settings, "prot")
