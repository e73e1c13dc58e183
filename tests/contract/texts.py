"""Values of every type: valid, nearly valid and hostile ones."""

from hypothesis import strategies as st

SAMPLES = {
    "string": ("", "a", "käse", "\U0001f9c0", "x" * 200, 'a "b" \\ \t', "http://u:p@h/"),
    "int": (
        *("0", "-0", "+5", "007", "9223372036854775807", "9223372036854775808", "1_000", "٣"),
        *("-9223372036854775808", "-9223372036854775809", "18446744073709551616", "--1", "1.0"),
        "0" * 5000 + "1",
    ),
    "float": (
        *("1", "1.", ".5", "-.5e-3", "1e5", "1E+5", "0.000", "-0", "nan", "inf", "1e", ".", "+."),
        *("1e308", "1.7976931348623157e308", "1.7976931348623158e308", "1.797693134862315808e308"),
        *("1e309", "1e-400", "1e99999999999999999999", "1e-99999999999999999999", "1.2.3"),
        *("100", "1e2", "1.00e2", "0.001e5", "0" * 5000 + "." + "0" * 5000 + "1e5001"),
    ),
    "bool": ("true", "FALSE", "Yes", "no", "oN", "off", "0", "1", "2", "y", "t", "trueK"),
    "port": ("1", "65535", "65536", "0", "00080", "+80", "80a", "²"),
    "url": (
        *("http://h", "postgresql://app:secret@host:5432/db?x=1#y", "HTTP://[::1]:80/", "x://a:/"),
        *("http://", "http:///x", "http://h:0", "http://h:65536", "http://h:80:81", "1x://h"),
        *(
            "a+b-c.d://h",
            "://h",
            "http//u:p@h",
            "http:/u:p@h",
            "http://u:p a@h",
            "http://[::1",
            "a:b",
        ),
        *("redis://:p@h", "mongodb://u:p@a:1,b:2/", "http://u@h@i", "http://[::1]x", "http://[]"),
        *("http://u:pa/ss@h", "http://u:pa?ss@h:80", "http://@", "http://h@", "http://h\x7f"),
    ),
    "ip": (
        *("127.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "1..2.3", "::"),
        *("::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", ":::", "1::2::3"),
        *("::ffff:1.2.3.4", "1.2.3.4::", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", ":1"),
        *(
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2:3:4:5:6:7:8",
            "::12345",
            "fe80::1%eth0",
            "1:",
        ),
        *("1::2:3:4:5:1.2.3.4", "1::2:3:4:5:6:1.2.3.4", "::1.2.3.4:1", "::g"),
    ),
    "hostname": (
        *("localhost", "a.b-c.d", "-a", "a-", "a..b", ".a", "a.", "x_y", "10.0.0.1", "A" * 63),
        *("a" * 64, ".".join(["a" * 63] * 3 + ["a" * 61]), ".".join(["a" * 63] * 3 + ["a" * 62])),
    ),
    "hostport": (
        *(
            "localhost:80",
            "[::1]:80",
            "::1:80",
            ":80",
            "a:",
            "a:b:80",
            "[::1]",
            "[::1]80",
            "[x]:80",
        ),
        *("10.0.0.1:0080", "a:65536", "a.:1"),
    ),
    "email": ("a@b.c", "a@b", "@b.c", "a@.c", "a@b.", "a@@b.c", "a b@c.d", "a@b..c", "ä@ö.ü"),
    "uuid": (
        *("123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"),
        *("123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"),
        *("123e4567-e89b-12d3-a456-4266141740000", "123e4567-e89b-12d3-a4564-26614174000"),
        "------------------------------------",
    ),
    "path": ("/", "/nowhere", "/etc/passwd", "/etc", "/proc/1", "a", "/etc/passwd/x"),
    "duration": (
        *("250ms", "30s", "1h30m", "2d", "90", "1m1h", "1h1h", "1.5s", "ms", "1", "1s ", "1x"),
        *("36500d", "36501d", "36500d1ms", "3153600000", "3153600001", "99999999999999999999"),
        *("0", "1d1h1m1s1ms", "00001s", "0" * 5000 + "s"),
    ),
    "size": (
        *(
            "512",
            "10k",
            "64M",
            "2GiB",
            "1kB",
            "1KB",
            "1b",
            "1i",
            "1ki",
            "1kib",
            "8388607T",
            "8388608T",
        ),
        *("9223372036854775807", "9223372036854775808", "1K", "k", "1.5M", "-1", "1 k"),
    ),
    "json": (
        *("{}", "[]", "1", "-0.5e+3", '"a\\u00e9\\ud800"', '{"a": [1, {"b": null}], "a": true}'),
        *(
            "NaN",
            "Infinity",
            "-Infinity",
            "01",
            "1.",
            ".5",
            "+1",
            "'a'",
            "[1,]",
            '{"a":1,}',
            "[1 2]",
        ),
        *(
            '{"a"}',
            "{1:2}",
            '"\t"',
            '"\\x"',
            '"\\u12g4"',
            "tru",
            "nullx",
            " [ ] ",
            "\ufeff1",
            "\f1",
        ),
        *(
            "[" * 64 + "]" * 64,
            "[" * 65 + "]" * 65,
            '{"a":' * 64 + "1" + "}" * 64,
            "[}",
            "{]",
            "[1}",
        ),
        *(
            '{"a":' * 65 + "1" + "}" * 65,
            "[" * 100000,
            "9" * 5000,
            '{"a":' + "[" * 64 + "]" * 64 + "}",
        ),
        *(
            '{"a":' + "[" * 64 + "]" * 64 + ',"a":1}',
            '"',
            '"\\',
            '"\\"',
            "[",
            '{"a" : 1 , "b" : 2 }',
        ),
        "-",
    ),
    "list": ("a,b", "a,,b", ",", "a, b ,", " ", "1,2,3", "1;2", "1, 2 ,x", "a\v,\r\nb", "true,no"),
}
ALPHABETS = {
    "string": 'aä"\\\n\x1b\x7f@:/',
    "int": "0129+-_ ٣",
    "float": "0129+-.eE",
    "bool": "trueyson01",
    "port": "01256+",
    "url": "ahtp:/@.[]?#: 0189",
    "ip": "0125af:.%",
    "hostname": "aZ0-._ö",
    "hostport": "a0:[].-:1",
    "email": "a@. ö",
    "uuid": "0aF-",
    "path": "/.etc",
    "duration": "0159dhms.",
    "size": "0159kKmMgGtTiIbB",
    "json": '{}[]",:\\u0e+-.1 \n',
    "list": "a,1; \t",
}
TYPES = sorted(SAMPLES)

#: What is expected where none of them is.
ONE_OF = (
    "one of string int float bool port url ip hostname hostport email uuid path duration size json"
    " list"
)


@st.composite
def edited(draw: st.DrawFn, type_: str) -> str:
    """Return a sample in which a few characters may be replaced, left out or put in."""
    text = draw(st.sampled_from(SAMPLES[type_]))
    characters = st.sampled_from(ALPHABETS[type_]) | st.characters(
        exclude_categories=["Cs"], exclude_characters="\0"
    )
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        middle = draw(st.just("") | characters)
        text = text[:at] + middle + text[at + draw(st.integers(0, 1)) :]
    return text


def values(type_: str) -> st.SearchStrategy[str]:
    """Return values of a type, most of them nearly valid."""
    return edited(type_) | st.text(ALPHABETS[type_], max_size=12)


def any_bytes(type_: str) -> st.SearchStrategy[bytes]:
    """Return values as an environment holds them, some not UTF-8."""
    hostile = st.binary(max_size=80).map(lambda data: data.replace(b"\0", b"\xc3"))
    return values(type_).map(str.encode) | hostile
