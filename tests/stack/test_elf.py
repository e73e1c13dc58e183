"""Reading ELF headers: every class and byte order, real programs, and anything else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinyinit.stack.elf import Elf, ElfError, musl_gives, read

MakeElf = Callable[..., bytes]
EVERY = [(bits, order) for bits in (32, 64) for order in ("little", "big")]


def read_bytes(data: bytes) -> Elf:
    """Read `data` as a file."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return read(file.fileno())


def answer(data: bytes) -> Elf | str:
    """Read `data` as a file; return what it says, or the words of the refusal."""
    try:
        return read_bytes(data)
    except ElfError as error:
        return str(error)


def refusal(data: bytes) -> str:
    """Return the words in which `data` is refused."""
    found = answer(data)
    assert isinstance(found, str), found
    return found


@pytest.mark.parametrize(("bits", "order"), EVERY)
@pytest.mark.parametrize("size", [0, 8 << 20, 16 << 20, 0xFFFFFFFF])
def test_size_of_every_class_and_byte_order(
    make_elf: MakeElf, bits: int, order: str, size: int
) -> None:
    """The size, class, byte order and loader are those the file was made with."""
    elf = read_bytes(make_elf(bits, order, stacks=(size,)))

    assert (bits, order, size) == (elf.bits, elf.order, elf.stack)
    assert "/lib/ld-musl-x86_64.so.1" == elf.interpreter
    assert "musl" == elf.libc


@pytest.mark.parametrize(("bits", "order"), EVERY)
def test_no_header_is_not_size_zero(make_elf: MakeElf, bits: int, order: str) -> None:
    """A file without PT_GNU_STACK says None, so that nobody takes it for one that can be set."""
    assert read_bytes(make_elf(bits, order, stacks=())).stack is None


@pytest.mark.parametrize(("bits", "order"), EVERY)
def test_more_program_headers_than_sixteen_bits_count(
    make_elf: MakeElf, bits: int, order: str
) -> None:
    """With e_phnum of PN_XNUM the number comes from the first section header."""
    assert read_bytes(make_elf(bits, order, stacks=(4096,), extended=True)).stack == 4096


def test_the_largest_of_several_headers_counts(make_elf: MakeElf) -> None:
    """As musl takes the largest PT_GNU_STACK, so does the reader."""
    assert 3 << 20 == read_bytes(make_elf(stacks=(1 << 20, 3 << 20, 2 << 20))).stack


@pytest.mark.parametrize(
    ("interpreter", "libc"),
    [
        (b"/lib/ld-musl-armhf.so.1", "musl"),
        (b"/lib64/ld-linux-x86-64.so.2", "glibc"),
        (b"/lib64/ld64.so.2", "glibc"),
        (b"/lib/ld.so.1", "glibc"),
        (b"/libexec/ld-elf.so.1", None),
        (None, None),
    ],
)
def test_libc_by_the_loader(make_elf: MakeElf, interpreter: bytes | None, libc: str | None) -> None:
    """The C library is named by the loader alone; a static program's is not guessed."""
    assert libc == read_bytes(make_elf(interpreter=interpreter)).libc


@pytest.mark.parametrize(
    ("asked", "gives"),
    [
        (None, 128 << 10),
        (0, 128 << 10),
        (64 << 10, 128 << 10),
        (1 << 20, 1 << 20),
        (8 << 20, 8 << 20),
        (16 << 20, 8 << 20),
    ],
)
def test_what_musl_gives(asked: int | None, gives: int) -> None:
    """At least musl's default and at most 8 MiB, whatever the header asks for."""
    assert gives == musl_gives(asked)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\x7fEL", "is not an ELF file"),
        (b"MZ" + bytes(100), "is not an ELF file"),
        (b"#!/usr/bin/env python3\n", '"/usr/bin/env python3"'),
        (b"#!", 'the program that runs it, ""'),
        (b"#!/bin/\x1b[31m\xff\n", r'"/bin/\x1b[31m\xff"'),
        (b"\x7fELF", "no known class"),
        (b"\x7fELF\x03\x01" + bytes(100), "no known class"),
        (b"\x7fELF\x02\x03" + bytes(100), "no known class"),
        (b"\x7fELF\x02\x01" + bytes(20), "cut short"),
    ],
)
def test_what_is_no_elf_is_named(data: bytes, words: str) -> None:
    """What is no program is refused in words that say what it is instead."""
    assert words in refusal(data)


def test_core_dump_is_refused(make_elf: MakeElf) -> None:
    """A core dump has program headers, but no program."""
    assert "is a core dump, not a program" == refusal(make_elf(kind=4))


@pytest.mark.parametrize(("bits", "order"), EVERY)
def test_every_cut_of_a_file_is_an_answer_or_a_refusal(
    make_elf: MakeElf, bits: int, order: str
) -> None:
    """Wherever a file is cut before its headers end, it is refused, never misread."""
    whole = make_elf(bits, order, stacks=(8 << 20,))
    needed = whole.index(b"the rest")
    for length in range(needed - 1):
        assert refusal(whole[:length])
    assert 8 << 20 == read_bytes(whole[:needed]).stack


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_changed_bytes_never_surprise(make_elf: MakeElf, data: st.DataObject) -> None:
    """Any bytes changed anywhere in the headers: an answer or an ElfError, nothing else."""
    bits, order = data.draw(st.sampled_from(EVERY))
    file = bytearray(make_elf(bits, order, extended=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, 300))
        new = data.draw(st.sampled_from([b"\0", b"\xff", b"\xff" * 8, b"\x7f", b"\x01"]))
        file[at : at + len(new)] = new
    found = answer(bytes(file))
    if isinstance(found, str):
        assert "\n" not in found
    else:
        assert all(field.offset + found.bits // 8 <= len(file) for field in found.fields)


@settings(deadline=None)
@given(st.binary(max_size=200).map(lambda tail: b"\x7fELF" + tail) | st.binary(max_size=300))
def test_any_bytes_never_surprise(data: bytes) -> None:
    """Arbitrary bytes, ELF or not: an answer or an ElfError, nothing else."""
    found = answer(data)
    assert not isinstance(found, str) or "\n" not in found


@pytest.mark.parametrize("name", ["busybox", "sh", sys.executable, "/lib/ld-musl-x86_64.so.1"])
def test_real_files_read_as_readelf_reads_them(name: str) -> None:
    """On real programs and libraries the size is the one that binutils' readelf prints."""
    path = shutil.which(name) or name
    readelf = shutil.which("readelf")
    if readelf is None or not Path(path).exists():
        pytest.skip(f"no readelf or no {name}")
    told = subprocess.run([readelf, "-lW", path], capture_output=True, text=True, check=True)
    line = next(x for x in told.stdout.splitlines() if "GNU_STACK" in x)
    file = os.open(path, os.O_RDONLY)
    try:
        assert int(line.split()[5], 16) == read(file).stack
    finally:
        os.close(file)
