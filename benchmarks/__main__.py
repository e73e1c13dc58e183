"""Measure tinyinit and other inits in turns; print a Markdown table and write JSON."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.contract import ENTRYPOINTS
from benchmarks.groups import GROUPS
from benchmarks.inits import find_inits, find_tinyinit
from benchmarks.model import Bench, BenchmarkError, Figure
from benchmarks.report import as_json, as_markdown, judge, measure_noise
from benchmarks.settings import LIBRARIES
from benchmarks.tools import compile_tools


def main() -> int:
    """Run the command; 0 also where a bound is not met: a busy machine does not break a build."""
    options = _parser().parse_args()
    try:
        _run(options)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--tinyinit", metavar="PATH", help="the file under test")
    parser.add_argument("--json", metavar="FILE", type=Path, default=Path("build/benchmarks.json"))
    parser.add_argument("--only", metavar="NAME", action="append", choices=[*GROUPS])
    parser.add_argument("--init", metavar="NAME", action="append", help="measure only this")
    parser.add_argument("--rounds", metavar="N", type=_positive, default=11)
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def _run(options: argparse.Namespace) -> None:
    load_before = os.getloadavg()[0]
    groups = [GROUPS[name] for name in options.only or GROUPS]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="tinyinit-benchmarks-") as folder:
        tools = Path(folder)
        inits = find_inits(find_tinyinit(options.tinyinit), tools)
        only = options.init or ()
        names = dict.fromkeys([*(init.name for init in inits), *LIBRARIES, *ENTRYPOINTS])
        for name in only:
            if name not in names:
                raise BenchmarkError(f"{name} is not one of {', '.join(names)}")
        compile_tools(tools)
        wanted = [init for init in inits if not only or init.name in only]
        bench = Bench(wanted, tools, options.rounds, only)
        for group in groups:
            figures += group.measure(bench)
    by_name = {figure.name: figure for figure in figures}
    verdicts = [judge(bound, by_name) for group in groups for bound in group.bounds]
    noise = measure_noise(load_before, figures)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(as_json(figures, verdicts, noise))
    sys.stdout.write(as_markdown(figures, verdicts, noise))


if __name__ == "__main__":
    sys.exit(main())
