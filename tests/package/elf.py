"""Read what a test asks about an ELF file: its header, its segments, its dynamic section."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ET_REL, ET_DYN = 1, 3
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PT_GNU_STACK = 0x6474E551
PF_X, PF_W, PF_R = 1, 2, 4
DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_TEXTREL = 1, 4, 5, 6, 22
DT_RELA, DT_RELASZ, DT_REL, DT_RELSZ, DT_FLAGS, DT_FLAGS_1 = 7, 8, 17, 18, 30, 0x6FFFFFFB
DF_BIND_NOW, DF_1_PIE = 0x8, 0x08000000
SHN_UNDEF, STB_LOCAL = 0, 0


@dataclass(frozen=True)
class Segment:
    """One program header."""

    kind: int
    flags: int
    offset: int
    address: int
    file_size: int
    memory_size: int
    alignment: int


@dataclass(frozen=True)
class Section:
    """One section header."""

    address: int
    size: int


class Elf:
    """One file, either class and byte order."""

    def __init__(self, path: Path) -> None:
        """Read the whole file; it must be ELF."""
        self.data = path.read_bytes()
        assert b"\x7fELF" == self.data[:4]
        self.bits = {1: 32, 2: 64}[self.data[4]]
        self.order = {1: "<", 2: ">"}[self.data[5]]
        self.word = "I" if self.bits == 32 else "Q"
        self.type, self.machine = self._read("HH", 16)
        self.segments = list(self._segments())
        self.dynamic = list(self._dynamic())

    def of(self, kind: int) -> list[Segment]:
        """Return the segments of one kind."""
        return [segment for segment in self.segments if segment.kind == kind]

    def value(self, tag: int) -> int:
        """Return the value of one dynamic entry; 0 if it is not there."""
        return dict(self.dynamic).get(tag, 0)

    def exported(self) -> list[str]:
        """Return the names of the symbols that other files could bind to."""
        symbols = self._at(self.value(DT_SYMTAB))
        names = self._at(self.value(DT_STRTAB))
        # The hash table's chain has one entry for each symbol.
        (count,) = self._read("I", self._at(self.value(DT_HASH)) + 4)
        size, info, index = (16, 12, 14) if self.bits == 32 else (24, 4, 6)
        exported: list[str] = []
        for number in range(count):
            symbol = symbols + number * size
            (name,) = self._read("I", symbol)
            (binding,) = self._read("B", symbol + info)
            (section,) = self._read("H", symbol + index)
            if binding >> 4 != STB_LOCAL and section != SHN_UNDEF:
                start = names + name
                exported.append(self.data[start : self.data.index(b"\0", start)].decode())
        return exported

    def relocated(self) -> list[tuple[int, int]]:
        """Return for each place that a loader changes its address and the number of the symbol."""
        found: list[tuple[int, int]] = []
        for table, length, words in ((DT_REL, DT_RELSZ, 2), (DT_RELA, DT_RELASZ, 3)):
            size = words * self.bits // 8
            for at in range(0, self.value(length), size):
                place, info = self._read(self.word * 2, self._at(self.value(table)) + at)
                found.append((place, info >> (8 if self.bits == 32 else 32)))
        return found

    def _read(self, layout: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(self.order + layout, self.data, offset)

    def _segments(self) -> Iterator[Segment]:
        (start,) = self._read(self.word, 28 if self.bits == 32 else 32)
        size, count = self._read("HH", 42 if self.bits == 32 else 54)
        for number in range(count):
            at = start + number * size
            if self.bits == 32:
                kind, offset, address, _, in_file, in_memory, flags, align = self._read("8I", at)
            else:
                kind, flags, offset, address, _, in_file, in_memory, align = self._read("2I6Q", at)
            yield Segment(kind, flags, offset, address, in_file, in_memory, align)

    def sections(self) -> dict[str, Section]:
        """Return the sections that take memory, by name."""
        (start,) = self._read(self.word, 32 if self.bits == 32 else 40)
        size, count, names = self._read("HHH", 46 if self.bits == 32 else 58)
        layout = "10I" if self.bits == 32 else "2I4Q2I2Q"
        headers = [self._read(layout, start + number * size) for number in range(count)]
        text = headers[names][4]
        found: dict[str, Section] = {}
        for name, _, _, address, _, length, *_ in headers:
            end = self.data.index(b"\0", text + name)
            if address:
                found[self.data[text + name : end].decode()] = Section(address, length)
        return found

    def _dynamic(self) -> Iterator[tuple[int, int]]:
        step = struct.calcsize("<" + self.word) * 2
        for segment in self.of(PT_DYNAMIC):
            for at in range(segment.offset, segment.offset + segment.file_size, step):
                tag, value = self._read(self.word * 2, at)
                yield tag, value

    def _at(self, address: int) -> int:
        """Return the place in the file of an address in memory."""
        (load,) = (
            segment
            for segment in self.of(PT_LOAD)
            if segment.address <= address < segment.address + segment.file_size
        )
        return address - load.address + load.offset
