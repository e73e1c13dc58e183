"""`python -m tests.doctor.figures [WORD…]`: find planted faults in images, cgroup v1 and v2.

Prints how many were found with the right id, and what could not be seen. WORDs choose faults.
"""

import sys

from tests.doctor.boxes import IMAGES, Missing, chosen, stage
from tinyinit.doctor.checks import CHECKS


def main(words: list[str]) -> int:
    """Run the planted faults, print one line each and the figures."""
    found = looked = unknown = 0
    try:
        with stage() as boxes:
            for planted in chosen(words):
                cells: list[str] = []
                for image in IMAGES:
                    with boxes.started(planted, image) as container:
                        for version in (1, 2):
                            result = boxes.look(planted, container, version=version)
                            right = planted.id in {one.id for one in result.findings}
                            found += right
                            looked += 1
                            unknown += len(result.unknown)
                            cells.append("found" if right else "MISSED")
                            if not right:
                                seen = [one.id for one in result.findings], result.unknown
                                sys.stderr.write(f"{planted.name} {image} v{version}: {seen}\n")
                sys.stdout.write(f"{planted.name:<26} {planted.id:<15} {' '.join(cells)}\n")
                sys.stdout.flush()
    except Missing as missing:
        sys.stderr.write(f"cannot run here: {missing}\n")
        return 125
    checks = looked * len(CHECKS)
    sys.stdout.write(
        f"{found} of {looked} planted faults found with the right id ({found / looked:.1%});"
        f" unknown in {unknown} of {checks} checks ({unknown / checks:.1%})\n"
    )
    return 0 if found >= looked * 0.95 and unknown <= checks * 0.1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
