"""Print for each job, as JSON, the last size tried, the exit code and what it said."""

import json
import subprocess
import sys
from pathlib import Path

VICTIM = str(Path(__file__).with_name("victim.py"))


def main() -> None:
    """Try the sizes of each job in a process of its own until one dies or is refused in words."""
    command = [sys.executable, VICTIM]
    known = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    found = {}
    for name, sizes in known.items():
        for size in sizes:
            done = subprocess.run([*command, name, str(size)], check=False, capture_output=True)
            found[name] = [size, done.returncode, done.stdout.decode().strip()]
            if done.returncode:
                break
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
