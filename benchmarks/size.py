"""How many bytes an init's file has; without the C library, which tini and dumb-init need too."""

from collections.abc import Sequence

from benchmarks.model import Bench, Bound, Figure, Group

_NAME = "size of the file"


def measure(bench: Bench) -> Sequence[Figure]:
    """Look at each file."""
    sizes = {init.name: [float(init.file.stat().st_size)] for init in bench.inits if init.file}
    return [Figure(_NAME, "bytes", sizes)]


GROUP = Group("size", measure, [Bound(_NAME, 96 * 1024)])
