"""What an event looks like, and that whatever is logged becomes one."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.logs.apps import events, logged, run, said


def test_an_event_is_one_line_of_json() -> None:
    """Time, level, event, logger come first, then what was given, in its order."""
    [event] = logged("structlog.get_logger('shop').info('paid', order=7, by='card')")
    assert ["time", "level", "event", "logger", "order", "by"] == list(event)
    assert ("info", "paid", "shop", 7, "card") == tuple(event.values())[1:]


def test_the_time_is_utc_with_milliseconds() -> None:
    """It is RFC 3339 in UTC, whatever the time zone, and it is now."""
    [event] = logged("logging.getLogger().warning('now')", TZ="Asia/Tokyo")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"])
    assert abs(datetime.now(UTC) - datetime.fromisoformat(event["time"])) < timedelta(minutes=1)


def test_logging_and_structlog_look_the_same() -> None:
    """A library's logger gives the same fields as structlog, with what is in `extra`."""
    ours, other = logged(
        "structlog.get_logger('a').warning('slow %s', 'disk', ms=3)\n"
        "logging.getLogger('a').warning('slow %s', 'disk', extra={'ms': 3})"
    )
    assert {**ours, "time": ""} == {**other, "time": ""}


def test_a_logger_without_a_name_has_its_modules() -> None:
    """A logger of `get_logger()` is named after the module that called it."""
    assert "__main__" == logged("structlog.get_logger().info('x')")[0]["logger"]


def test_bound_values_are_there() -> None:
    """Values bound to a logger, or to the context, are in its events."""
    [event] = logged(
        "structlog.contextvars.bind_contextvars(request='r1')\n"
        "structlog.get_logger().bind(user=3).info('x')"
    )
    assert ("r1", 3) == (event["request"], event["user"])


def test_a_field_does_not_replace_ours() -> None:
    """A field that is called like one of ours gets an underscore."""
    [event] = logged("structlog.get_logger().info('x', time='noon', level='sea', logger='tree')")
    assert ("noon", "sea", "tree") == (event["time_"], event["level_"], event["logger_"])
    assert "info" == event["level"]


def test_levels_are_left_out_below_log_level() -> None:
    """What is below LOG_LEVEL is not written, of either kind."""
    code = (
        "for log in structlog.get_logger(), logging.getLogger('x'):\n"
        "    for name in 'debug', 'info', 'warning', 'error', 'critical': getattr(log, name)(name)"
    )
    assert ["warning", "error", "critical"] * 2 == said(code, LOG_LEVEL="warning")
    assert ["debug", "info", "warning", "error", "critical"] * 2 == said(code, LOG_LEVEL="debug")


def test_a_traceback_is_one_event() -> None:
    """An exception is a field of its event, with all causes and all lines."""
    [event] = logged(
        "try:\n    try: 1 / 0\n    except Exception as e: raise KeyError('k\\nk') from e\n"
        "except KeyError: structlog.get_logger().exception('failed')"
    )
    lines = event["exception"].splitlines()
    assert "Traceback (most recent call last):" == lines[0]
    assert "KeyError: 'k\\nk'" == lines[-1]
    assert "ZeroDivisionError: division by zero" in lines


@pytest.mark.parametrize(
    "call",
    [
        "structlog.get_logger().error('x', exc_info=error)",
        "structlog.get_logger().error('x', exc_info=True)",
        "logging.getLogger().error('x', exc_info=error)",
        "logging.getLogger().exception('x')",
    ],
)
def test_an_exception_may_be_given_in_each_way(call: str) -> None:
    """Every way to give an exception gives the same field."""
    [event] = logged(f"try: 1 / 0\nexcept ArithmeticError as error: {call}")
    assert event["exception"].endswith("\nZeroDivisionError: division by zero")


def test_no_exception_is_no_field() -> None:
    """`exc_info=True` where nothing was raised adds nothing."""
    assert "exception" not in logged("logging.getLogger().error('x', exc_info=True)")[0]


def test_an_uncaught_exception_is_an_event() -> None:
    """The app's last traceback is an event, and its exit code is still 1."""
    [event] = logged("raise RuntimeError('the end')", 1)
    assert ("critical", "uncaught exception") == (event["level"], event["event"])
    assert event["exception"].endswith("\nRuntimeError: the end")


def test_an_uncaught_exception_of_a_thread_is_an_event() -> None:
    """So is a thread's, with the thread's name."""
    [event] = logged("t = threading.Thread(target=lambda: 1 / 0, name='w'); t.start(); t.join()")
    assert ("uncaught exception", "w") == (event["event"], event["in_thread"])


def test_an_interrupt_is_left_alone() -> None:
    """Ctrl-C is no event: the app ends by SIGINT as it does without logs."""
    # A shell starts what runs in the background with SIGINT ignored.
    usual = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    done = run(f"{usual}\nlogs.configure()\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)")
    assert (-2, "") == (done.returncode, done.stdout)
    assert done.stderr.endswith("KeyboardInterrupt\n")


def test_a_warning_is_an_event() -> None:
    """A warning says its text, its category and where it was given."""
    [event] = logged("warnings.warn('old', DeprecationWarning)")
    assert ("warning", "old", "py.warnings") == (event["level"], event["event"], event["logger"])
    assert ("DeprecationWarning", "<string>") == (event["category"], event["at"].split(":")[0])


def test_arguments_that_do_not_fit_are_told() -> None:
    """A call whose arguments do not fit its text is an event that says so and where it is."""
    [event] = logged("logging.getLogger().warning('%d files', 'many')")
    assert "%d files" == event["event"]
    assert event["problem"].startswith("cannot be formatted: TypeError: ")
    assert event["at"].endswith(":4") or event["at"].startswith("<string>:")


def test_any_value_becomes_json() -> None:
    """Whatever is given, the line is JSON: what JSON has no word for is text."""
    code = """
import uuid, pathlib, datetime, decimal, enum
class Bad:
    def __repr__(self): raise ValueError
class Level(str, enum.Enum): HIGH = "high"
ring = []; ring.append(ring)
structlog.get_logger().info('x', a=float('inf'), b={1: 2, (3, 4): 5}, c=Bad(), d=ring, e=b'\\xff',
    f=pathlib.Path('/x'), g=datetime.date(2026, 1, 2), h=decimal.Decimal('1.5'), i=Level.HIGH,
    j={'one'}, k='\\udc80', l=True, m=None, n='line\\nline', o=10**5000)
"""
    [event] = logged(code)
    assert {
        "a": "inf",
        "b": {"1": 2, "[3, 4]": 5},
        "c": "<Bad that cannot be shown>",
        "d": ["…"],
        "e": "\\xff",
        "f": "/x",
        "g": "2026-01-02",
        "h": "1.5",
        "i": "high",
        "j": ["one"],
        "k": "\udc80",
        "l": True,
        "m": None,
        "n": "line\nline",
        "o": "<int that cannot be shown>",
    } == dict(list(event.items())[4:])


def test_a_line_that_cannot_be_made_is_told() -> None:
    """Whatever fails in the making of a line, the app goes on and one event says so."""
    code = """
from tinyinit.logs import _events
def broken(*_): raise RecursionError("hunter2")
_events.plain = broken
structlog.get_logger("shop").info("x", a=1)
"""
    [event] = logged(code)
    assert ("a log call failed", "shop", "RecursionError") == (
        event["event"],
        event["logger"],
        event["problem"],
    )


def test_a_second_call_replaces_the_first() -> None:
    """Configured twice, each event is there once, in the last format."""
    code = "logs.configure(level='error')\nlogs.configure()\nlogging.getLogger().info('once')"
    assert ["once"] == [event["event"] for event in events(run(code).stdout)]


def test_what_basic_config_set_up_is_replaced() -> None:
    """A handler on the root that writes to the console is taken away; another one stays."""
    code = """
import io
kept = io.StringIO()
logging.basicConfig()
logging.getLogger().addHandler(logging.StreamHandler(kept))
logs.configure()
structlog.get_logger().info('once')
assert 'once\\n' == kept.getvalue()
"""
    done = run(code)
    assert (0, "") == (done.returncode, done.stderr)
    assert ["once"] == [event["event"] for event in events(done.stdout)]


def test_a_stack_is_a_field() -> None:
    """`stack_info` gives where the call was."""
    [event] = logged("structlog.get_logger().info('x', stack_info=True)")
    assert event["stack"].startswith("Stack (most recent call last):\n")


def test_text_is_readable_and_has_no_colours_in_a_pipe() -> None:
    """LOG_FORMAT=text gives a line for people; a pipe gets no colours."""
    done = run(
        "logs.configure()\nstructlog.get_logger('shop').info('paid', n=7)", LOG_FORMAT="text"
    )
    assert re.fullmatch(r"\S+Z \[info +\] paid +\[shop\] n=7\n", done.stdout)


def test_text_cannot_move_the_cursor() -> None:
    """Control characters of a value are shown, not sent: a log may hold what an attacker wrote."""
    code = "logs.configure()\nstructlog.get_logger().info('a\\x1b[2Jb\\r', c='\\x9b')"
    done = run(code, LOG_FORMAT="text")
    assert not [c for c in done.stdout if not c.isprintable() and c != "\n"]
    assert "a\\x1b[2Jb\\x0d" in done.stdout


def test_without_structlog_the_extra_is_named() -> None:
    """Where structlog is not installed, `configure()` says what to install."""
    head = "import sys\nsys.modules['structlog'] = None\nfrom tinyinit import logs\n"
    done = run("logs.hide('x')\nlogs.configure()", head=head)
    assert (
        "ImportError: tinyinit.logs needs structlog, which is not installed; "
        "install the extra: pip install 'tinyinit[logs]'" == done.stderr.splitlines()[-1]
    )


def test_nothing_happens_at_import() -> None:
    """Importing changes no logger and imports no structlog."""
    code = "assert 'structlog' not in sys.modules and not logging.getLogger().handlers"
    head = "import logging, sys\nfrom tinyinit import logs\n"
    done = run(code, head=head)
    assert (0, "") == (done.returncode, done.stderr)
