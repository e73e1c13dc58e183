"""Print who passes what, as the Markdown table of the README: python -m tests.peers.table."""

import sys

import pytest

from tests.peers import inits
from tests.peers.cases import CASES, Case, sentence
from tests.under_test import find_tinyinit

PATIENCE = 5.0
"""Seconds that a step may take before an init has failed; ours gets no more than the others."""


def verdict(case: Case, init: inits.Init) -> str:
    """Run one case and return what the table says of it."""
    try:
        case(init._replace(patience=PATIENCE))
    except inits.NoOptionError:
        return "no option"
    except AssertionError as failure:
        sys.stderr.write(f"{init.name}: {case.__name__}: {inits.reason(failure)}\n")
        return "fail"
    except pytest.skip.Exception:
        return "not run"
    return "pass"


def main() -> None:
    """Run every case on every init that is installed and print the table."""
    found = [inits.peer(name) for name in inits.PEERS]
    tested = [inits.tinyinit(find_tinyinit()), *(init for init in found if init)]
    headings = [f"{init.name} {inits.version(init)}" for init in tested]
    lines = ["| What must hold | " + " | ".join(headings) + " |", "|---|" + "---|" * len(tested)]
    for case in CASES:
        verdicts = [verdict(case, init) for init in tested]
        lines.append(f"| {sentence(case)} | " + " | ".join(verdicts) + " |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
