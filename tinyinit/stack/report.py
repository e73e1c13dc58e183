"""What `tinyinit stack` prints: text for people, dictionaries for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinyinit.base.text import plain
from tinyinit.stack.elf import Elf, musl_gives
from tinyinit.stack.process import Process
from tinyinit.stack.size import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tinyinit.stack.replace import Target

Item = Process | tuple[str, Elf]
"""A process, or a file by the name it was given and what it says."""


def as_dict(item: Item) -> dict[str, Any]:
    """Return `item` for JSON: sizes in bytes, null for what is not known or not there."""
    if isinstance(item, Process):
        return item._asdict() | {
            "main": item.main and item.main._asdict(),
            "stacks": item.stacks and [stack._asdict() for stack in item.stacks],
        }
    name, elf = item
    return {
        "file": name,
        "bits": elf.bits,
        "order": elf.order,
        "interpreter": elf.interpreter,
        "libc": elf.libc,
        "stack": elf.stack,
        "thread": _thread_gets(elf),
    }


def as_text(items: Iterable[Item]) -> str:
    """Return one table for the files of `items`, then one for each process."""
    files = [_file_row(*item) for item in items if not isinstance(item, Process)]
    head = ("FILE", "ELF", "LIBC", "ASKS FOR", "MUSL THREAD GETS")
    blocks = [_table([head, *files])] if files else []
    blocks += [_process(item) for item in items if isinstance(item, Process)]
    return "\n".join(blocks)


def is_unknown(item: Item) -> bool:
    """Say if the stacks of a process could not be read."""
    return isinstance(item, Process) and item.unknown is not None


def change(target: Target, size: int, *, changed: bool) -> str:
    """Return one line for each name of `target` that says what it asks for now and did before."""
    now = _asks(size)
    text = f"{now} (was {_asks(target.elf.stack)})" if changed else f"{now} already"
    return "".join(f"{plain(name)}: {text}\n" for name in target.names)


def _asks(stack: int | None) -> str:
    return "no header" if stack is None else show(stack) if stack else "no size"


def _thread_gets(elf: Elf) -> int | None:
    return None if elf.libc == "glibc" else musl_gives(elf.stack)


def _file_row(name: str, elf: Elf) -> tuple[str, ...]:
    gets = _thread_gets(elf)
    return (
        plain(name),
        f"{elf.bits} {elf.order}",
        elf.libc or "-",
        _asks(elf.stack),
        "-" if gets is None else show(gets),
    )


def _process(process: Process) -> str:
    plural = "thread" if process.threads == 1 else "threads"
    head = f"process {process.pid} ({plain(process.name)}), {process.threads} {plural}"
    limit = "unlimited" if process.limit is None else show(process.limit)
    if process.unknown is not None:
        return f"{head}, main limit {limit}\nstacks unknown: {process.unknown}\n"
    rows = [("THREAD", "SIZE", "USED")]
    if process.main:
        rows.append(("main", limit, show(process.main.used)))
    rows += [
        (str(stack.thread or "?"), show(stack.size), show(stack.used))
        for stack in process.stacks or ()
    ]
    by = f" ({plain(process.asked_by)})" if process.asked and process.asked_by else ""
    program = plain(process.program or "unknown")
    lines = [
        f"{head}, {process.libc or 'libc unknown'}",
        f"program {program}, largest size asked for: {_asks(process.asked)}{by}",
    ]
    return "\n".join(lines) + "\n" + _table(rows) + _note(process)


def _note(process: Process) -> str:
    """Say what the table cannot show: stacks of no thread, threads of no stack."""
    missing = process.threads - 1 - len(process.stacks or ())
    if missing > 0:
        return f"{missing} more with stacks that its runtime made (Go, Java): not seen\n"
    if missing < 0:
        return f"{-missing} of these are of threads that have ended, or no stacks\n"
    return ""


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(line + "\n" for line in lines)
