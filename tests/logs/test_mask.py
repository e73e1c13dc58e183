"""No secret is in what is logged, wherever it was and however it was written."""

import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.logs.apps import logged, run
from tinyinit.base.hidden import hidden_values
from tinyinit.logs import HIDDEN, hide, hide_secrets
from tinyinit.logs._mask import mask, plain


@pytest.fixture(autouse=True)
def only_ours() -> Iterator[None]:
    """Let each test begin without secrets."""
    known = dict(hidden_values)
    hidden_values.clear()
    yield
    hidden_values.clear()
    hidden_values.update(known)


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        ("hunter2", "hunter2", HIDDEN),
        ("hunter2", "pw=hunter2; hunter2!", f"pw={HIDDEN}; {HIDDEN}!"),
        ("hunter2", "Xhunter2X", f"X{HIDDEN}X"),
        ("hunter2", "hunter", "hunter"),
        ("aXaXa", "aXaXaXa", HIDDEN),
        ("", "anything", "anything"),
        (" ", "a b", "a b"),
        ("7", "7", HIDDEN),
        ("7", "port 7 of 17, 71 or v7", f"port {HIDDEN} of 17, 71 or v7"),
        ("1234", "id-912345", f"id-9{HIDDEN}5"),
        ("123", "id-912345, 123", f"id-912345, {HIDDEN}"),
        ("begin here\n8 letter\nend here", "at 8 letters", f"at {HIDDEN}s"),
        ("begin here\n7 lettr\nend here", "at 7 lettrs", "at 7 lettrs"),
        ('a"b\\c', json.dumps({"k": 'a"b\\c'}), f'{{"k": "{HIDDEN}"}}'),
        ("a'b\"c\n", repr(["a'b\"c\n"]), f"['{HIDDEN}']"),
        ("grün-haus", repr("grün-haus".encode()), f"b'{HIDDEN}'"),
        ("grün-haus", json.dumps("grün-haus"), f'"{HIDDEN}"'),
        ("p@ss/w rd", f"x://u:{quote('p@ss/w rd', safe='')}@h", f"x://u:{HIDDEN}@h"),
        ("p@ss/w rd", quote_plus("p@ss/w rd"), HIDDEN),
        ("postgresql://app:s3cr3t@db/shop", 'login "s3cr3t" failed', f'login "{HIDDEN}" failed'),
        ("amqp://u:a%2Fb%21c@q", "a/b!c and a%2Fb%21c", f"{HIDDEN} and {HIDDEN}"),
        ("postgresql://db/shop", "postgresql", "postgresql"),
        ("-----BEGIN\nMIIEowIBAAKC\n-----END\n", "at MIIEowIBAAKC", f"at {HIDDEN}"),
        ("caf\udce9-bar", "b'caf\\xe9-bar'", f"b'{HIDDEN}'"),
    ],
)
def test_every_way_it_is_written_is_found(secret: str, text: str, expected: str) -> None:
    """A secret is found as it is, in a repr, in JSON, in a URL; a short one as a word."""
    hide(secret)
    assert expected == mask(text)


def test_overlapping_secrets_leave_nothing() -> None:
    """Where two secrets overlap, nothing of either is left."""
    hide("abcdef", "defghi", "cdef")
    assert f"x {HIDDEN} y {HIDDEN}" == mask("x abcdefghi y cdef")


SECRET = "s3cr3t-välue"  # noqa: S105  # that is what it plays
NESTED: st.SearchStrategy[object] = st.recursive(
    st.sampled_from([SECRET, f"<{SECRET}>", SECRET.encode(), KeyError(SECRET), 1, None, "plain"]),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from([SECRET, "k", (SECRET,)]), inner)
    ),
)


@given(NESTED)
def test_it_is_found_in_every_depth(value: object) -> None:
    """However values are nested, keys and texts of exceptions included, no secret is left."""
    hide(SECRET)
    for text in (json.dumps(plain(value), ensure_ascii=False), repr(plain(value))):
        assert "s3cr3t" not in text


def test_numbers_are_hidden_too() -> None:
    """A secret that is a number is hidden where it is a number; others stay numbers."""
    hide("123456", "2.5")
    assert [HIDDEN, HIDDEN, 7, 3.5] == plain([123456, 2.5, 7, 3.5])


def test_an_object_that_shows_it_is_hidden() -> None:
    """An object is shown by its `repr`, without the secret in it."""
    hide("hunter2")

    class Client:
        def __repr__(self) -> str:
            return "Client(password='hunter2')"

    assert f"Client(password='{HIDDEN}')" == plain(Client())


def test_only_texts_can_be_hidden() -> None:
    """What is not a text is refused at once, not when something is logged."""
    with pytest.raises(TypeError, match=r"^hide takes texts, not int$"):
        hide(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_it_is_a_processor_for_other_configurations() -> None:
    """`hide_secrets` is a processor of structlog."""
    hide("hunter2")
    event: dict[str, object] = {"event": "as hunter2", "n": [1, "hunter2"]}
    assert {"event": f"as {HIDDEN}", "n": [1, HIDDEN]} == hide_secrets(None, "info", event)


def test_a_secret_in_a_traceback_is_hidden() -> None:
    """Neither a logged nor an uncaught exception shows one, nor its causes, notes and groups."""
    code = """
logs.hide("hunter2")
def connect(password):
    try: raise ValueError(f"refused {password}")
    except ValueError as error:
        error.add_note(f"tried {password}")
        raise ExceptionGroup(f"g {password}", [KeyError(password)]) from error
word = "hunt" + "er2"
try: connect(word)
except ExceptionGroup: structlog.get_logger().exception("no %s", word, url=f"x://u:{word}@h")
threading.Thread(target=connect, args=(word,)).start()
warnings.warn(word)
connect(word)
"""
    found = logged(code, 1)
    assert 4 == len(found)
    assert "hunter2" not in json.dumps(found)
    assert 4 == found[0]["exception"].count(HIDDEN)


def test_what_config_loads_is_hidden() -> None:
    """A `Secret`, and the password of a URL, that `tinyinit.config` loads need no `hide`."""
    code = """
from tinyinit import config
@config.define(prefix="APP_")
class Settings:
    key: config.Secret[str]
    pin: config.Secret[int]
    db: config.Url
settings = config.load(Settings)
log = structlog.get_logger()
log.info(os.environ["APP_KEY"], pin=settings.pin.reveal(), db=settings.db, all=settings)
log.info("role", login=[("app", "f1shc4kes")], env=dict(os.environ))
"""
    environ = {"APP_KEY": "c0rrect-h0rse", "APP_PIN": "90210", "APP_DB": "x://u:f1shc4kes@h"}
    found = logged(code, 0, **environ)
    assert (HIDDEN, HIDDEN) == (found[0]["event"], found[0]["pin"])
    text = json.dumps(found)
    assert not [word for word in ("c0rrect", "h0rse", "90210", "f1sh") if word in text]


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_level_and_the_time_stay(form: str) -> None:
    """A secret that is a word of ours hides no level, time or logger."""
    code = "logs.configure()\nlogs.hide('info', '2026')\nlogging.getLogger('info').info('info')"
    done = run(code, LOG_FORMAT=form)
    assert (1, 1) == (done.stdout.count(HIDDEN), done.stdout.count("2026"))
