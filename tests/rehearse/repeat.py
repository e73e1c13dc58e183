"""`python -m tests.rehearse.repeat 20`: each planted fault so often, the same verdict each time."""

import os
import re
import sys
from collections import Counter
from pathlib import Path

from tests.faults.cases import FAULTS, build_c, can_run
from tests.rehearse.test_faults import recorded


def main(times: int) -> int:
    """Print how often each fault was named right; 1 if one was not, once."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    build_c()
    wrong = 0
    for fault in FAULTS:
        if why_not := can_run(fault).why_not:
            sys.stdout.write(f"{fault.id:24} skipped: {why_not}\n")
            continue
        said: Counter[str] = Counter()
        for _ in range(times):
            first = recorded(fault).verdicts[0]
            right = first.id == fault.verdict and re.search(fault.cause, first.cause)
            said["right" if right else f"{first.id}: {first.cause}"] += 1
        wrong += times - said["right"]
        sys.stdout.write(f"{fault.id:24} {said['right']:3} of {times} right\n")
        for text in said.keys() - {"right"}:
            sys.stdout.write(f"    {said[text]} times {text}\n")
        sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
