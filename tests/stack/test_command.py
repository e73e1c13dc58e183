"""The command line: words, sizes, output, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinyinit.commands.stack import main
from tinyinit.stack.size import parse, show

MakeElf = Callable[..., bytes]
Output = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(tmp_path: Path, make_elf: MakeElf) -> Path:
    """Return an ELF file that asks for no size."""
    path = tmp_path / "program"
    path.write_bytes(make_elf())
    return path


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8388608", 8 << 20),
        ("8M", 8 << 20),
        ("8m", 8 << 20),
        ("8MB", 8 << 20),
        ("8MiB", 8 << 20),
        ("8mib", 8 << 20),
        ("512k", 512 << 10),
        ("512K", 512 << 10),
        ("16KiB", 16 << 10),
        ("16384b", 16 << 10),
        ("0008M", 8 << 20),
        ("100001", 100001),
    ],
)
def test_sizes(text: str, size: int) -> None:
    """Units are powers of 1024, as docker reads them."""
    assert size == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "M", "8 M", " 8M", "8M ", "-8M", "+8M", "8.5M", "8_000_000", "0x800000", "8X"),
        *("8MM", "8iB", "8bM", "8iM", "٨M", "8²", "unlimited", "-1", "8M\n", "1e6"),
    ],
)
def test_what_is_no_size(text: str, program: Path, capsys: Output) -> None:
    """What is no size is refused with exit code 64 and one line, and nothing is written."""
    before = program.read_bytes()

    assert 64 == main(["set", "--", text, str(program)])

    told = capsys.readouterr()
    assert "is not a size; expected bytes or a unit: 512k, 8M, 1MiB\n" in told.err
    assert ("", 1) == (told.out, told.err.count("\n"))
    assert before == program.read_bytes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("8388609", "is more than 8 MiB, the most that musl gives"),
        ("9M", "is more than 8 MiB"),
        ("1T", "is more than 8 MiB"),
        ("9" * 5000, "is more than 8 MiB"),
        ("16383", "is less than 16 KiB"),
        ("15k", "is less than 16 KiB"),
        ("0", "is less than 16 KiB"),
    ],
)
def test_sizes_no_thread_can_have(text: str, words: str, program: Path, capsys: Output) -> None:
    """Over musl's cap or too small for a thread: 64, one line of a length that can be read."""
    assert 64 == main(["set", text, str(program)])

    told = capsys.readouterr().err
    assert words in told
    assert 1 == told.count("\n")
    assert len(told) < 300


@pytest.mark.parametrize(
    ("size", "text"),
    [(8 << 20, "8 MiB"), (132 << 10, "132 KiB"), (100001, "100001 bytes"), (0, "0 bytes")],
)
def test_sizes_are_shown_exactly(size: int, text: str) -> None:
    """A shown size is the size, not a rounded one."""
    assert text == show(size)


@given(st.integers(16 << 10, 8 << 20))
def test_a_shown_size_can_be_read_again(size: int) -> None:
    """What show prints, without its space and `bytes`, is a size that set takes."""
    assert size == parse(show(size).replace(" ", "").removesuffix("ytes"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "stack needs a subcommand; expected one of show, set, unset"),
        (["get"], 'unknown subcommand "get"; did you mean set?'),
        (["show"], "stack show needs a file or the id of a process"),
        (["set"], "stack set needs a size and a file: stack set 8M FILE"),
        (["set", "8M"], "stack set needs a size and a file"),
        (["unset"], "stack unset needs a file"),
        (["show", "--json", "x"], 'unknown option "--json" for stack show; expected --format'),
        (
            ["set", "--format", "json", "8M", "x"],
            'unknown option "--format" for stack set; it has no options',
        ),
        (["show", "--format", "xml", "x"], '--format is "xml"; expected one of text, json'),
        (["show", "x", "--format"], "--format needs a value"),
    ],
)
def test_wrong_words(words: list[str], told: str, capsys: Output) -> None:
    """Each wrong command line is told in one line on stderr, with exit code 64."""
    assert 64 == main(words)

    found = capsys.readouterr()
    assert f"tinyinit: {told}" in found.err
    assert ("", 1) == (found.out, found.err.count("\n"))


def test_help_fits_a_screen(capsys: Output) -> None:
    """The help has at most 24 lines of 100 columns, and an example."""
    assert 0 == main(["--help"])

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    assert any("stack set 8M /usr/local/bin/python3" in line for line in lines)
    assert 0 == main(["set", "-h"])


def test_set_show_unset(program: Path, capsys: Output) -> None:
    """Each says what is now and what was, and show prints a table."""
    assert 0 == main(["set", "8M", str(program)])
    assert 0 == main(["set", "8M", str(program)])
    assert 0 == main(["show", str(program)])
    assert 0 == main(["unset", str(program)])

    set_line, again, head, row, unset = capsys.readouterr().out.splitlines()
    assert f"{program}: 8 MiB (was no size)" == set_line
    assert f"{program}: 8 MiB already" == again
    assert ["FILE", "ELF", "LIBC", "ASKS", "FOR", "MUSL", "THREAD", "GETS"] == head.split()
    assert f"{program}  64 little  musl  8 MiB     8 MiB" == row
    assert f"{program}: no size (was 8 MiB)" == unset


def test_show_as_json(tmp_path: Path, make_elf: MakeElf, capsys: Output) -> None:
    """JSON has bytes and null, for files and processes in the order they were given."""
    path = tmp_path / "library.so"
    path.write_bytes(make_elf(32, "big", stacks=(), interpreter=None))

    assert 0 == main(["show", "--format=json", str(path), str(os.getpid())])

    file, process = json.loads(capsys.readouterr().out)
    assert {
        "file": str(path),
        "bits": 32,
        "order": "big",
        "interpreter": None,
        "libc": None,
        "stack": None,
        "thread": 128 << 10,
    } == file
    assert os.getpid() == process["pid"]
    assert {"thread", "size", "used"} == set(process["main"])
    assert isinstance(process["stacks"], list)


def test_show_tells_what_it_can(program: Path, tmp_path: Path, capsys: Output) -> None:
    """One bad file does not hide the others, but the exit code says so."""
    assert 126 == main(["show", str(program), str(tmp_path / "missing"), "4194305"])

    told = capsys.readouterr()
    assert str(program) in told.out
    assert 'missing" does not exist\ntinyinit: there is no process 4194305\n' in told.err


def test_a_number_with_a_slash_is_a_file(
    tmp_path: Path, make_elf: MakeElf, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """./1 is the file 1, whatever runs as process 1."""
    (tmp_path / "1").write_bytes(make_elf())
    monkeypatch.chdir(tmp_path)

    assert 0 == main(["show", "./1"])
    assert "./1   64 little" in capsys.readouterr().out


def test_words_for_what_has_no_effect(tmp_path: Path, make_elf: MakeElf, capsys: Output) -> None:
    """A size under musl's default, and a program for glibc, are written with a warning."""
    path = tmp_path / "program"
    path.write_bytes(make_elf(interpreter=b"/lib64/ld-linux-x86-64.so.2"))

    assert 0 == main(["set", "64k", str(path)])

    assert [
        "tinyinit: warning: musl gives 128 KiB unasked; 64 KiB changes nothing there",
        f'tinyinit: warning: "{path}" runs with glibc, which does not read this size',
    ] == capsys.readouterr().err.splitlines()


def test_names_cannot_write_to_the_terminal(
    tmp_path: Path, make_elf: MakeElf, capsys: Output
) -> None:
    """Control characters and bytes that are no text are escaped, in tables and in messages."""
    path = tmp_path / os.fsdecode(b"a\x1b[31m\xff")
    path.write_bytes(make_elf())

    assert 126 == main(["show", str(path), f"{path}\n"])

    told = capsys.readouterr()
    assert r"a\x1b[31m\xff  64" in told.out
    assert r'a\x1b[31m\xff\n" does not exist' in told.err


def test_a_terminal_that_lacks_characters(program: Path) -> None:
    """Help and names print on a terminal that knows ASCII alone."""
    name = program.with_name("größe")
    program.rename(name)
    for words in (["--help"], ["show", name], ["set", "8M", name]):
        done = subprocess.run(
            [sys.executable, "-m", "tinyinit", "stack", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
        )
        assert (0, b"") == (done.returncode, done.stderr)
        assert done.stdout.isascii()


def test_a_system_without_pread(
    program: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """On Windows it says in one line where it works."""
    monkeypatch.delattr(os, "pread")

    assert 126 == main(["show", str(program)])
    assert (
        "tinyinit: stack reads and writes files on Linux only; run it in the image\n"
        == capsys.readouterr().err
    )


def test_reader_that_goes_away(program: Path) -> None:
    """A closed pipe is no traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "tinyinit", "stack", "show", program],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert (126, b"") == (done.returncode, done.stderr)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    verb=st.sampled_from(["show", "set", "unset"]),
    words=st.lists(st.text() | st.sampled_from(["--", "-h", "8M", "--format=json", "/", ""])),
    content=st.binary(max_size=100),
)
def test_any_words_and_any_content(
    tmp_path: Path, capsys: Output, verb: str, words: list[str], content: bytes
) -> None:
    """Whatever the words and the file: an exit code of ours, never an exception."""
    path = tmp_path / "any"
    path.write_bytes(b"\x7fELF" + content)

    assert main([verb, *words, str(path)]) in (0, 64, 126)
    capsys.readouterr()
