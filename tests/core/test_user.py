"""The user that main runs as, asked of the kernel, and held against gosu."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest

from tests.core.accounts import Etc, Identity, identity
from tests.core.conftest import Call, Start, the_message
from tests.namespaces import SEARCH_PATH, Argument, stage

GOSU = shutil.which("gosu") or ""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


class Become(Protocol):
    """Returns who main is under a command, and what HOME was before."""

    def __call__(self, command: Sequence[Argument], home: str | None = None) -> Identity:
        """Run the payload under the command."""
        ...


@pytest.fixture
def become(payload: Path, etc: Etc) -> Become:
    """Return a function that gives who main is under a command and its options."""

    def become(command: Sequence[Argument], home: str | None = None) -> Identity:
        environment = {"PATH": SEARCH_PATH} | ({} if home is None else {"HOME": home})
        words: list[Argument] = [payload, "environment", "say=ready", "hold"]
        with stage([*command, *words], *etc.options, environment=environment) as run:
            return identity(run)

    return become


def of_all(uid: int, gid: int, groups: set[int], home: str) -> Identity:
    """Return an identity that is the same in all respects the kernel has."""
    return Identity([uid] * 4, [gid] * 4, groups | {gid}, home)


WHO = [
    ("root", of_all(0, 0, set(), "/root")),
    ("0", of_all(0, 0, set(), "/root")),
    ("app", of_all(1000, 1001, {33, 29, 1003}, "/srv/app")),
    ("1000", of_all(1000, 1001, {33, 29, 1003}, "/srv/app")),
    ("app:audio", of_all(1000, 29, set(), "/srv/app")),
    ("1000:33", of_all(1000, 33, set(), "/srv/app")),
    ("app:5555", of_all(1000, 5555, set(), "/srv/app")),
    ("alone", of_all(1002, 1002, {33, 1003}, "/home/alone")),
    ("4242", of_all(4242, 0, set(), "/")),
    ("4242:4343", of_all(4242, 4343, set(), "/")),
    ("4242:www", of_all(4242, 33, set(), "/")),
    ("0:0", of_all(0, 0, set(), "/root")),
    ("1000:0", of_all(1000, 0, set(), "/srv/app")),
]


@pytest.mark.parametrize(("who", "expected"), WHO, ids=[who for who, _ in WHO])
def test_who_main_is(become: Become, tinyinit: Path, who: str, expected: Identity) -> None:
    """Every name and number gives the ids, groups and home that the kernel then reports."""
    assert expected == become([tinyinit, "--user", who, "--"])


@pytest.mark.skipif(not GOSU, reason="no gosu (Debian: apt install gosu)")
@pytest.mark.parametrize("who", [who for who, _ in WHO])
def test_who_main_is_under_gosu(become: Become, tinyinit: Path, who: str) -> None:
    """It is the same user, with the same groups and home, as under gosu."""
    assert become([GOSU, who]) == become([tinyinit, "--user", who, "--"])


def test_numbers_of_32_bits(become: Become, tinyinit: Path) -> None:
    """The highest numbers there are reach the kernel whole; gosu takes only half of them."""
    expected = of_all(4294967294, 4294967293, set(), "/high")
    assert expected == become([tinyinit, "--user", "high", "--"])


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        (None, "/srv/app"),
        ("", "/srv/app"),
        ("/", "/srv/app"),
        ("/root", "/srv/app"),
        ("/data", "/data"),
        ("/home/alone", "/home/alone"),
    ],
)
def test_home(become: Become, tinyinit: Path, home: str | None, expected: str) -> None:
    """HOME is set if it was root's, / or none; one that somebody has chosen stays."""
    assert expected == become([tinyinit, "--user", "app", "--"], home=home).home


def test_home_of_a_root_that_lives_elsewhere(become: Become, tinyinit: Path, etc: Etc) -> None:
    """HOME is set if it is what /etc/passwd says of root, which docker has taken from there."""
    etc.write("passwd", "app:x:1000:1000::/srv/app:\nroot:x:0:0::/home/admin:/bin/sh\n")
    assert "/srv/app" == become([tinyinit, "--user", "app", "--"], home="/home/admin").home


def test_other_variables_stay(start: Start, etc: Etc) -> None:
    """Of the environment nothing but HOME changes, and it keeps its order."""
    environment = {"A": "1", "HOME": "/root", "PATH": SEARCH_PATH, "B": "2"}
    with start(["--user", "app"], ["environment"], *etc.options, environment=environment) as run:
        assert [
            "env A=1",
            "env HOME=/srv/app",
            f"env PATH={SEARCH_PATH}",
            "env B=2",
            "env end",
        ] == run.output().splitlines()


@pytest.mark.parametrize("missing", ["passwd", "group", "both", "etc"])
def test_missing_files(become: Become, tinyinit: Path, etc: Etc, missing: str) -> None:
    """Numbers need no /etc/passwd and no /etc/group, as in an image from scratch."""
    for name in ("passwd", "group") if missing in ("both", "etc") else (missing,):
        (etc.folder / name).unlink()
    known = missing == "group"
    home = "/srv/app" if known else "/"
    command: list[Argument] = [tinyinit, "--user"]
    assert of_all(1000, 7, set(), home) == become([*command, "1000:7", "--"])
    assert of_all(1000, 1001 if known else 0, set(), home) == become([*command, "1000", "--"])


UNKNOWN = [
    ("nobody-here", "nobody-here", "/etc/passwd"),
    ("ap", "ap", "/etc/passwd"),
    ("app,alone", "app,alone", "/etc/passwd"),
    ("app:nogroup-here", "nogroup-here", "/etc/group"),
    ("4294967295", "4294967295", "/etc/passwd"),
    ("99999999999999999999", "9999999999999", "/etc/passwd"),
    ("app:4294967295", "4294967295", "/etc/group"),
    ("-1", "-1", "/etc/passwd"),
    ("x" * 300, "xxxx", "/etc/passwd"),
    ("1000 ", "1000 ", "/etc/passwd"),
]


@pytest.mark.parametrize(("who", "name", "file"), UNKNOWN, ids=[who[:20] for who, *_ in UNKNOWN])
def test_unknown(start: Start, etc: Etc, who: str, name: str, file: str) -> None:
    """An unknown user or group is one line with its name and the file, 64, and nothing starts."""
    with start([f"--user={who}"], ["say=started"], *etc.options) as run:
        assert 64 == run.wait()
        assert "" == run.output()
        (line,) = run.errors().splitlines()
        assert f'"{name}' in line
        assert file in line


@pytest.mark.parametrize("who", ["", ":", ":app", "app:", "app:app:app", "1000::1000"])
def test_what_names_nobody(call: Call, payload: Path, who: str) -> None:
    """A text that cannot be a user is refused with what was expected, code 64."""
    result = call(f"--user={who}", "--", payload, "say=started")
    assert 64 == result.returncode
    assert "NAME|UID[:GROUP|GID]" in the_message(result)


@pytest.mark.parametrize(
    ("name", "problem"), [("passwd", "is not in this image"), ("group", "is not in this image")]
)
def test_name_without_file(start: Start, etc: Etc, name: str, problem: str) -> None:
    """A name where the file for it is missing: the line says that the file is missing."""
    (etc.folder / name).unlink()
    with start(["--user", "app:www"], ["say=started"], *etc.options) as run:
        assert 64 == run.wait()
        (line,) = run.errors().splitlines()
        assert f"/etc/{name} {problem}" in line


HOSTILE = [
    b"",
    b"# a comment",
    b":::::::",
    b":x:1:1::/:",
    b"app",
    b"app:x",
    b"app:x:",
    b"app:x:1",
    b"app:x:1:1",
    b"app:x:1:1:",
    b"app:x::1::/bad:",
    b"app:x:-1:1::/bad:",
    b"app:x:1:-1::/bad:",
    b"app:x:0x0:0::/bad:",
    b"app:x:4294967296:4294967296::/bad:",
    b"app:x:18446744073709551616:0::/bad:",
    b"app:x:0 :0::/bad:",
    b"app:x:0\0:0::/bad:",
    b"app\0:x:0:0::/bad:",
    b" app:x:0:0::/bad:",
    b"+::::::",
    b"app:x:0:0::/" + b"b" * 5000 + b":",
    b"app:x:0:0::" + b"/bad" * 5000 + b":",
    b"x" * 8191,
    b"x" * 8192,
    b"\xff\xfe:x:0:0::/bad:",
]


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["cut off", "whole"])
def test_hostile_accounts(become: Become, tinyinit: Path, etc: Etc, end: bytes) -> None:
    """Lines of /etc/passwd and /etc/group that are none are passed over, the next is found."""
    good = b"app:x:1000:1001::/srv/app:/bin/sh"
    etc.write("passwd", b"\n".join([*HOSTILE, good]) + end)
    members = [b"www", b"www:x", b"www:x:", b"www:x:-1:app", b"www:x:0x21:app", b":x:34:app"]
    etc.write("group", b"\n".join([*HOSTILE, *members, b"www:x:33:app"]) + end)
    assert of_all(1000, 1001, {33}, "/srv/app") == become([tinyinit, "--user", "app", "--"])
    assert of_all(1000, 33, set(), "/srv/app") == become([tinyinit, "--user", "app:www", "--"])


def test_first_line_of_a_name_wins(become: Become, tinyinit: Path, etc: Etc) -> None:
    """Of two lines of one name or number the first is taken, as everywhere."""
    etc.write("passwd", "a:x:7:7::/a:\nb:x:7:8::/b:\na:x:9:9::/c:\n")
    etc.write("group", "g:x:70:\ng:x:71:\n")
    assert of_all(7, 7, set(), "/a") == become([tinyinit, "--user", "a", "--"])
    assert of_all(7, 7, set(), "/a") == become([tinyinit, "--user", "7", "--"])
    assert of_all(7, 70, set(), "/a") == become([tinyinit, "--user", "a:g", "--"])


def test_files_that_are_none(start: Start, etc: Etc) -> None:
    """A folder or a pipe in the place of /etc/passwd makes a name unknown, and nothing waits."""
    (etc.folder / "passwd").unlink()
    os.mkfifo(etc.folder / "passwd")
    (etc.folder / "group").unlink()
    (etc.folder / "group").mkdir()
    for who in ("app", "1000:www"):
        with start(["--user", who], ["say=started"], *etc.options) as run:
            assert 64 == run.wait()
            assert 1 == len(run.errors().splitlines())


@pytest.mark.parametrize(("count", "code"), [(255, 0), (256, 126)])
def test_many_groups(start: Start, etc: Etc, count: int, code: int) -> None:
    """A user has up to 256 groups; with more, one line says so and nothing starts."""
    etc.write("group", "".join(f"g{i}:x:{2000 + i}:app\n" for i in range(count)))
    with start(["--user", "app"], ["say=started"], *etc.options) as run:
        assert code == run.wait()
        assert ["started"][code:] == run.output().splitlines()
        assert ["256" in line for line in run.errors().splitlines()] == [True] * (code != 0)


def test_nested(become: Become, tinyinit: Path) -> None:
    """One tinyinit in another, both with --user, gives what one gives."""
    command: list[Argument] = [tinyinit, "--user", "app", "--"]
    assert become(command) == become([*command, *command])
