"""Make files that look like programs, as far as a look at their headers goes."""

import os
import struct
from pathlib import Path

MACHINE = {"x86_64": 62, "aarch64": 183, "riscv64": 243, "ppc64le": 21, "s390x": 22}.get(
    os.uname().machine
)
MUSL = f"/lib/ld-musl-{os.uname().machine}.so.1"
GLIBC = "/lib64/ld-linux-x86-64.so.2"
LOAD, INTERPRETER = 1, 3


def headers(
    interpreter: str | None, *, bits: int = 64, machine: int | None = MACHINE, offset: int = 0x200
) -> bytes:
    """Return an ELF file that asks for a loader, whose name is at the offset."""
    head, entry, order = (64, 56, "<") if bits == 64 else (52, 32, "<")
    entries = [LOAD] if interpreter is None else [LOAD, INTERPRETER]
    ident = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1, 1]) + bytes(9)
    words = f"{order}HHI" + ("QQQ" if bits == 64 else "III") + "IHHHHHH"
    data = ident + struct.pack(
        words, 3, machine or 0, 1, 0, head, 0, 0, head, entry, len(entries), 0, 0, 0
    )
    for kind in entries:
        at = offset if kind == INTERPRETER else 0
        if bits == 64:
            data += struct.pack(f"{order}IIQQQQQQ", kind, 4, at, at, at, 64, 64, 1)
        else:
            data += struct.pack(f"{order}IIIIIIII", kind, at, at, at, 64, 64, 4, 1)
    if interpreter is not None:
        data = data.ljust(offset, b"\0") + interpreter.encode() + b"\0"
    return data


def executable(path: Path, data: bytes | str) -> Path:
    """Write a file that may be run, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    path.chmod(0o755)
    return path
