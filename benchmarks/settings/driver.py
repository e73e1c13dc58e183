"""Measures one use of a library: `python -I driver.py USE TIMES`; prints JSON.

It runs in the library's own environment and imports nothing before the library that the library
would import too.
"""

import sys
import time

KIB_OF = "VmHWM:"


def main() -> None:
    """Import, define and load, check what was loaded, define and load again."""
    path, times = sys.argv[1], int(sys.argv[2])
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  # pathlib would be imported for free
        code = compile(file.read(), path, "exec")
    module = type(sys)("use")
    sys.modules["use"] = module
    clock = time.perf_counter_ns
    begin = clock()
    exec(code, module.__dict__)  # noqa: S102  # it is ours
    imported = clock()
    loaded = module.load(module.define())
    first = clock()
    memory = _peak()
    _check(loaded)
    again: list[int] = []
    load_again: list[int] = []
    for _ in range(times):
        start = clock()
        defined = module.define()
        middle = clock()
        module.load(defined)
        end = clock()
        again.append(end - start)
        load_again.append(end - middle)
    sys.stdout.write(
        f'{{"import": {imported - begin}, "first": {first - imported}, '
        f'"again": {_median(again)}, "load": {_median(load_again)}, "memory": {memory}}}\n'
    )


def _peak() -> int:
    # Not ru_maxrss, which begins with what the parent had.
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) for line in file if line.startswith(KIB_OF))


def _check(loaded: object) -> None:
    """Make sure that all load the same: a use that reads nothing would be the fastest."""
    if loaded is None:
        return
    names = ("port", "debug", "ratio", "level", "shards", "verbose", "zone")
    expected = (8080, True, 0.5, "info", [1, 2, 3], False, "z1")
    found = tuple(getattr(loaded, name) for name in names)
    if found != expected:
        sys.exit(f"loaded {found}, expected {expected}")


def _median(values: list[int]) -> int:
    return sorted(values)[len(values) // 2] if values else 0


main()
