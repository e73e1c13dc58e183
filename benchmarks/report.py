"""From figures to verdicts, a Markdown table and JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from benchmarks.inits import TINYINIT
from benchmarks.model import Bound, Figure


class Verdict(NamedTuple):
    """A bound and what came of it; None where the run did not measure it."""

    bound: Bound
    value: float | None

    @property
    def met(self) -> bool | None:
        """Whether the bound holds."""
        return None if self.value is None else self.value <= self.bound.limit

    @property
    def word(self) -> str:
        """What the table says."""
        return {True: "met", False: "not met", None: "not measured"}[self.met]


class Noise(NamedTuple):
    """How busy the machine was: the load before and after, and the spread of a direct start."""

    load_before: float
    load_after: float
    spread: float | None


def judge(bound: Bound, figures: Mapping[str, Figure]) -> Verdict:
    """Compare tinyinit with a bound; a ratio is the median of the ratios of each round."""
    rounds: Mapping[str, Sequence[float]] = {}
    if bound.figure in figures:
        rounds = figures[bound.figure].rounds
    if not {TINYINIT, bound.against or TINYINIT} <= rounds.keys():
        return Verdict(bound, None)
    ours = rounds[TINYINIT]
    if bound.against is None:
        return Verdict(bound, median(ours))
    return Verdict(bound, _ratio(ours, rounds[bound.against]))


def compare(figure: Figure) -> dict[str, float]:
    """Return how many times tinyinit's value each other one is; nothing where one is 0."""
    ours = figure.rounds.get(TINYINIT, ())
    if not ours or not all(ours):
        return {}
    return {
        name: _ratio(theirs, ours) for name, theirs in figure.rounds.items() if name != TINYINIT
    }


def _ratio(values: Sequence[float], over: Sequence[float]) -> float:
    return median(one / other for one, other in zip(values, over, strict=True))


def measure_noise(load_before: float, figures: Sequence[Figure]) -> Noise:
    """Return how noisy a run was; the spread is between quartiles of the rounds, over the median.

    A spread of 0.05 is quiet; from 0.2 on, only large differences mean anything.
    """
    direct = [f.rounds["direct"] for f in figures if f.name.startswith("start directly")]
    spread = None
    if direct and len(direct[0]) > 1:
        low, middle, high = quantiles(direct[0], n=4)
        spread = (high - low) / middle
    return Noise(load_before, os.getloadavg()[0], spread)


def as_markdown(figures: Sequence[Figure], verdicts: Sequence[Verdict], noise: Noise) -> str:
    """Return tables of medians and one of bounds, and a line about the noise."""
    lines: list[str] = []
    for table in dict.fromkeys(figure.table for figure in figures):
        shown = [figure for figure in figures if figure.table == table]
        lines += [*_medians(shown), ""]
        if table != "inits":
            lines += [*_comparison(shown), ""]
    lines += [_row(["bound", "limit", "tinyinit", ""]), _row(["---", "---:", "---:", "---"])]
    for verdict in verdicts:
        bound = verdict.bound
        ratio = bound.against is not None
        name = f"{bound.figure}, over {bound.against}" if ratio else bound.figure
        value = "" if verdict.value is None else _number(verdict.value, ratio=ratio)
        lines.append(_row([name, _number(bound.limit, ratio=ratio), value, verdict.word]))
    spread = "not measured" if noise.spread is None else f"{noise.spread:.0%} apart"
    load = f"{noise.load_before:.1f} before, {noise.load_after:.1f} after"
    lines += ["", f"Load {load}, on {os.cpu_count()} CPUs; quartiles of a direct start: {spread}."]
    return "\n".join(lines) + "\n"


def _medians(figures: Sequence[Figure]) -> list[str]:
    columns = list(dict.fromkeys(name for figure in figures for name in figure.rounds))
    lines = [_row(["median", "unit", *columns]), _row(["---", "---", *["---:"] * len(columns)])]
    for figure in figures:
        cells = [
            _number(median(figure.rounds[name])) if name in figure.rounds else ""
            for name in columns
        ]
        lines.append(_row([figure.name, figure.unit, *cells]))
    return lines


def _comparison(figures: Sequence[Figure]) -> list[str]:
    ratios = {figure.name: found for figure in figures if (found := compare(figure))}
    columns = list(dict.fromkeys(name for found in ratios.values() for name in found))
    lines = [_row(["times tinyinit", *columns]), _row(["---", *["---:"] * len(columns)])]
    for name, found in ratios.items():
        cells = [_number(found[who], ratio=True) if who in found else "" for who in columns]
        lines.append(_row([name, *cells]))
    return lines if columns else []


def as_json(figures: Sequence[Figure], verdicts: Sequence[Verdict], noise: Noise) -> str:
    """Return all rounds, their medians, the bounds and the noise."""
    document = {
        "machine": {
            "architecture": platform.machine(),
            "kernel": platform.release(),
            "cpus": os.cpu_count(),
        },
        "noise": noise._asdict(),
        "figures": [
            {
                "name": figure.name,
                "unit": figure.unit,
                "median": {name: median(values) for name, values in figure.rounds.items()},
                "rounds": dict(figure.rounds),
                "times_tinyinit": compare(figure),
            }
            for figure in figures
        ],
        "bounds": [
            {**verdict.bound._asdict(), "value": verdict.value, "met": verdict.met}
            for verdict in verdicts
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float, *, ratio: bool = False) -> str:
    if ratio and value < 100:
        return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
