"""ELF files made by struct, and real programs made by musl-gcc."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import machine

MakeElf = Callable[..., bytes]
Compile = Callable[..., Path]

GNU_STACK = 0x6474E551
LOAD, INTERP = 1, 3


@pytest.fixture
def make_elf() -> MakeElf:
    """Return a function that makes an ELF file of any class and byte order."""

    def make(  # noqa: PLR0913  (a file has this many sides)
        bits: int = 64,
        order: str = "little",
        *,
        stacks: tuple[int, ...] = (0,),
        interpreter: bytes | None = b"/lib/ld-musl-x86_64.so.1",
        kind: int = 3,
        extended: bool = False,
    ) -> bytes:
        sign = "<" if order == "little" else ">"
        wide = bits == 64
        head, program, section = (64, 56, 64) if wide else (52, 32, 40)
        segments = [(LOAD, 0, 64, 64)]
        path = (interpreter or b"") + b"\0"
        count = len(stacks) + 1 + (interpreter is not None)
        table = head + (section if extended else 0)
        if interpreter is not None:
            segments.append((INTERP, table + program * count, len(path), len(path)))
        segments += [(GNU_STACK, 0, 0, size) for size in stacks]
        ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "little" else 2, 1]) + bytes(9)
        word = "Q" if wide else "I"
        file = ident + struct.pack(
            f"{sign}HHI{word}{word}{word}IHHHHHH",
            *(kind, 62, 1, 0, table, head if extended else 0, 0, head, program),
            *(0xFFFF if extended else count, section, 1 if extended else 0, 0),
        )
        if extended:
            null = struct.pack(f"{sign}II4{word}II2{word}", *(0,) * 7, count, 0, 0)
            file += null
        for type_, offset, in_file, in_memory in segments:
            fields = (
                (type_, 6, offset, 0, 0, in_file, in_memory, 16)
                if wide
                else (type_, offset, 0, 0, in_file, in_memory, 6, 16)
            )
            file += struct.pack(f"{sign}II6Q" if wide else f"{sign}8I", *fields)
        return file + path + b"the rest of the file" * 50

    return make


@pytest.fixture
def compile_musl(tmp_path: Path) -> Compile:
    """Return a function that compiles C for musl; it skips where there is no musl-gcc."""
    machine.need(machine.has_command("musl-gcc", "musl-tools"))

    def build(source: Path, *flags: str) -> Path:
        program = tmp_path / source.stem
        subprocess.run(
            ["musl-gcc", "-D_GNU_SOURCE", "-O1", "-o", program, source, *flags], check=True
        )
        return program

    return build
