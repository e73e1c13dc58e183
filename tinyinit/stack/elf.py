"""Read the thread stack size an ELF file asks for: its PT_GNU_STACK, by struct only.

Source: the System V ABI, chapters 4 and 5, and musl `ldso/dynlink.c`, which takes the `p_memsz` of
PT_GNU_STACK as the size of a thread's stack if it is larger than its default.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

from tinyinit.base.text import quote
from tinyinit.stack.size import MUSL_DEFAULT, MUSL_MAX

_PT_INTERP = 3
_PT_GNU_STACK = 0x6474E551
_ET_CORE = 4
_PN_XNUM = 0xFFFF
_PATH_MAX = 4096
_ORDER = {"little": "<", "big": ">"}


class _Layout(NamedTuple):
    """Where one class of ELF keeps what is read here, in bytes; formats are struct's."""

    file: str  # e_type, e_phoff, e_shoff, e_phentsize, e_phnum
    program: str  # p_type, p_offset, p_filesz, p_memsz
    memsz_at: int  # of p_memsz in a program header
    size: str
    info_at: int  # of sh_info in a section header


_LAYOUTS = {
    32: _Layout("16xH10xII6xHH", "II8xII8x", 20, "I", 28),
    64: _Layout("16xH14xQQ6xHH", "I4xQ16xQQ8x", 40, "Q", 44),
}


class ElfError(ValueError):
    """A file that is not a program or library to work on; says what was seen, without the name."""


class Field(NamedTuple):
    """The size in one PT_GNU_STACK: where it is in the file, and its bytes (0: names no size)."""

    offset: int
    size: int


class Elf(NamedTuple):
    """What an ELF file says about stacks."""

    bits: int
    """32 or 64."""
    order: str
    """`little` or `big`."""
    interpreter: str | None
    """The loader it asks for (PT_INTERP); None for a static program or a shared object."""
    fields: tuple[Field, ...]
    """One for each PT_GNU_STACK: one, as linkers write it, or none."""

    @property
    def stack(self) -> int | None:
        """Bytes that PT_GNU_STACK asks for; 0 if it names no size, None without the header."""
        return max((field.size for field in self.fields), default=None)

    @property
    def libc(self) -> str | None:
        """`musl`, `glibc`, or None if the file asks for neither's loader."""
        name = (self.interpreter or "").rsplit("/", 1)[-1]
        if name.startswith("ld-musl-"):
            return "musl"
        return "glibc" if name.startswith(("ld-linux", "ld64.so.", "ld.so.1")) else None

    def encode(self, size: int) -> bytes:
        """Return `size` in bytes as this file writes it into a field."""
        return struct.pack(_ORDER[self.order] + _LAYOUTS[self.bits].size, size)


def musl_gives(stack: int | None) -> int:
    """Return the bytes musl gives a thread if `stack` is the largest PT_GNU_STACK it sees."""
    return min(max(stack or 0, MUSL_DEFAULT), MUSL_MAX)


def read(file: int) -> Elf:
    """Return what the file open at descriptor `file` says; the descriptor's position is kept.

    `ElfError`: it is not an ELF program or library. `OSError`: it cannot be read.
    """
    ident = os.pread(file, 16, 0).ljust(16, b"\0")
    if ident[:4] != b"\x7fELF":
        raise ElfError(_what_it_is(file, ident))
    bits = {1: 32, 2: 64}.get(ident[4])
    order = {1: "little", 2: "big"}.get(ident[5])
    if bits is None or order is None:
        raise ElfError("is an ELF file of no known class or byte order")
    layout = _LAYOUTS[bits]
    table, entry, count = _program_headers(file, layout, _ORDER[order])
    program = struct.Struct(_ORDER[order] + layout.program)
    if count and entry < program.size:
        raise ElfError(f"is a broken ELF file: its program headers have {entry} bytes each")
    headers = _exactly(file, table, entry * count, "its program headers")
    fields: list[Field] = []
    interpreter = None
    for start in range(0, entry * count, entry or 1):
        kind, offset, in_file, in_memory = program.unpack_from(headers, start)
        if kind == _PT_GNU_STACK:
            fields.append(Field(table + start + layout.memsz_at, in_memory))
        elif kind == _PT_INTERP and interpreter is None:
            interpreter = _interpreter(file, offset, in_file)
    return Elf(bits, order, interpreter, tuple(fields))


def _program_headers(file: int, layout: _Layout, order: str) -> tuple[int, int, int]:
    """Return offset, bytes of one, and number of the program headers."""
    head = struct.Struct(order + layout.file)
    kind, table, sections, entry, count = head.unpack(_exactly(file, 0, head.size, "its header"))
    if kind == _ET_CORE:
        raise ElfError("is a core dump, not a program")
    if count == _PN_XNUM:
        # More headers than 16 bits can count: the first section header has the number.
        (count,) = struct.unpack(
            order + "I", _exactly(file, sections + layout.info_at, 4, "its section headers")
        )
    return (table, entry, count) if count else (0, 0, 0)


def _exactly(file: int, offset: int, length: int, what: str) -> bytes:
    # Compared before reading: an offset may be more than pread takes, a length more than memory.
    if offset + length > os.fstat(file).st_size:
        raise ElfError(f"is an ELF file cut short: {what} would end after the file does")
    found = os.pread(file, length, offset)
    if len(found) < length:
        raise ElfError(f"is an ELF file cut short: {what} would end after the file does")
    return found


def _interpreter(file: int, offset: int, length: int) -> str:
    if length > _PATH_MAX:
        raise ElfError(f"is a broken ELF file: its interpreter's path has {length} bytes")
    return os.fsdecode(_exactly(file, offset, length, "its interpreter's path").split(b"\0")[0])


def _what_it_is(file: int, start: bytes) -> str:
    if start.startswith(b"#!"):
        line = os.pread(file, 256, 0).splitlines()[0][2:].split()
        words = quote(" ".join(os.fsdecode(word) for word in line[:2]))
        return f"is a script, not an ELF file; expected the program that runs it, {words}"
    if not os.fstat(file).st_size:
        return "is empty, not an ELF file"
    return "is not an ELF file"
