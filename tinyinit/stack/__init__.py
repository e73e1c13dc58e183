"""Thread stacks on musl: read and write the size a file asks for, see what a process has.

`size` reads and prints sizes, `elf` reads one file's header, `replace` writes it, `process` reads
one process from /proc, `command` is `tinyinit stack`. Nothing is imported before it is used.
"""


def main(argv: list[str]) -> int:
    """Run `tinyinit stack` with the words after `stack`; return the exit code, never raise."""
    from tinyinit.stack.command import main as run  # noqa: PLC0415  (readers need no command line)

    return run(argv)
