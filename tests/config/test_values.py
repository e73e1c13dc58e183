"""Secrets, URLs and the other values that are classes of their own."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyinit.config import HostPort, Secret, Url

URL = "postgresql://app:p%40ss@db.example:5432/shop?sslmode=require#top"


def test_hides_a_secret() -> None:
    """No way of writing a secret shows it."""
    secret = Secret("hunter2")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!a}", "%s" % secret]  # noqa: UP031
    assert not [text for text in shown if "hunter2" in text]
    assert "hunter2" == secret.reveal()
    assert not isinstance(secret, str)


def test_has_no_length() -> None:
    """A secret is no sequence and always true."""
    secret: Any = Secret("")
    with pytest.raises(TypeError):
        len(secret)
    with pytest.raises(TypeError):
        iter(secret)
    assert secret


def test_compares_secrets() -> None:
    """Secrets are equal by their values, and to nothing else."""
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_does_not_change() -> None:
    """Neither a secret nor a URL nor a place changes."""
    values: list[Any] = [Secret("a"), Url("http://h"), HostPort("h:1")]
    for value in values:
        with pytest.raises(AttributeError):
            value.host = "x"
        assert value == copy.deepcopy(value)


def test_leaves_a_secret_out_of_pickles() -> None:
    """A secret's value does not travel; asking for it says so."""
    data = pickle.dumps(Secret("hunter2"))
    assert b"hunter2" not in data
    back = pickle.loads(data)  # noqa: S301
    with pytest.raises(LookupError, match="left out"):
        back.reveal()
    assert "Secret(<hidden>)" == repr(back)
    assert back != pickle.loads(data)  # noqa: S301
    assert back == back  # noqa: PLR0124
    assert isinstance(hash(back), int)


def test_takes_a_url_apart() -> None:
    """A URL has its parts, login decoded, the rest as written."""
    url = Url(URL)
    assert ("postgresql", "app", "db.example", 5432) == (url.scheme, url.user, url.host, url.port)
    assert Secret("p@ss") == url.password
    assert ("/shop", "sslmode=require", "top") == (url.path, url.query, url.fragment)
    assert URL == url.reveal()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (URL, "postgresql://app:…@db.example:5432/shop?sslmode=require#top"),
        ("http://h", "http://h"),
        ("http://u@h", "http://u@h"),
        ("http://:p@h", "http://:…@h"),
        ("redis://:a@b@h/0", "redis://:…@h/0"),
        ("http://u:12/3@h/d", "http://u:…@h/d"),
    ],
)
def test_hides_the_password_of_a_url(text: str, shown: str) -> None:
    """A URL is shown without its password."""
    url = Url(text)
    assert shown == str(url) == f"{url}"
    assert f"Url({shown!r})" == repr(url)
    assert text == url.reveal()


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("http://[::1]:80/x", "::1", 80),
        ("http://[::1]", "::1", None),
        ("HTTP://h:", "h", None),
        ("http://u:p@h?q", "h", None),
    ],
)
def test_finds_host_and_port(text: str, host: str, port: int | None) -> None:
    """Brackets are no part of a host."""
    url = Url(text)
    assert ("http", host, port) == (url.scheme, url.host, url.port)


@pytest.mark.parametrize("text", ["", "h", "://h", "http:/h", "http://h:x"])
def test_refuses_what_is_no_url(text: str) -> None:
    """What is no URL is a `ValueError`."""
    with pytest.raises(ValueError, match="not a"):
        Url(text)


def test_decodes_a_login_leniently() -> None:
    """A per cent sign that begins no byte is one."""
    url = Url("http://%u%zz:%C3%BC%@h")
    assert ("%u%zz", Secret("ü%")) == (url.user, url.password)


def test_leaves_a_password_out_of_pickles() -> None:
    """A URL with a password travels without it, one without travels whole."""
    assert Url("http://h") == pickle.loads(pickle.dumps(Url("http://h")))  # noqa: S301
    data = pickle.dumps(Url("http://u:hunter2@h:1/p"))
    assert b"hunter2" not in data
    back = pickle.loads(data)  # noqa: S301
    assert ("u", "h", 1, "/p") == (back.user, back.host, back.port, back.path)
    assert "http://u:…@h:1/p" == str(back)
    with pytest.raises(LookupError, match="left out"):
        back.reveal()


@given(st.text(st.characters(codec="utf-8", exclude_characters="@:/?#%"), min_size=1))
def test_never_shows_a_password(password: str) -> None:
    """Whatever the password, it is not in what is shown."""
    url = Url(f"http://user:{password}@host/")
    assert "http://user:…@host/" == str(url)
    assert password == (url.password or Secret("")).reveal()


def test_takes_a_place_apart() -> None:
    """A host and port are two values."""
    place = HostPort("[::1]:80")
    assert ("::1", 80) == (place.host, place.port)
    assert "[::1]:80" == str(place)
    assert "HostPort('h:1')" == repr(HostPort("h:1"))
    assert HostPort("h:1") == pickle.loads(pickle.dumps(HostPort("h:1")))  # noqa: S301
    assert hash(HostPort("h:1")) == hash(HostPort("h:1"))
    match place:
        case HostPort(host, port):
            assert ("::1", 80) == (host, port)


@pytest.mark.parametrize("text", ["", "h", ":1", "h:", "h:x", "h:1x"])
def test_refuses_what_is_no_place(text: str) -> None:
    """What is no host and port is a `ValueError`."""
    with pytest.raises(ValueError, match="not host:port"):
        HostPort(text)
