"""Whatever a contract takes for a value of a type can be read as one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tinyinit.config._convert import READERS, text_of
from tinyinit.config._url import Url
from tinyinit.contract.types import TYPES, fits

#: Pieces that values of all types are made of.
PIECES = st.sampled_from(
    [
        *'0123456789abcdefABCDEF+-.:/@[]%?#_ ,eE{}"ntrusl',
        *("://", "http", "::1", "127.0.0.1", "user:", "ms", "s", "m", "h", "d", "kiB", "true"),
        *("00000000-0000-0000-0000-000000000000", "[::1]", ":80", "example.com", "é", "\U0001f600"),
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(sorted(set(TYPES) - {"list"})), TEXTS)
def test_reads_what_fits(name: str, text: str) -> None:
    """What fits a type is read, and written again as a text that fits it and means the same."""
    if not fits(name, text):
        return
    value = READERS[name](text)
    if name in {"json", "float"}:  # of which there are many ways to write one value
        return
    written = text_of(value)
    assert fits(name, written)
    assert value == READERS[name](written)


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(codec="utf-8", min_codepoint=33), min_size=1))
def test_shows_no_password_however_it_is_written(password: str) -> None:
    """A password that should have been encoded is hidden too, as in the report."""
    text = f"http://user:{password}@host/"
    if fits("url", text):
        assert "http://user:…@host/" == str(Url(text))
