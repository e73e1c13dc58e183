"""Thread stacks on musl: read and write the size a file asks for, see what a process has.

`size` reads and prints sizes, `elf` reads one file's header, `replace` writes it, `process` reads
one process from /proc. Nothing is imported before it is used.
"""
