"""Records the picture of the README: a wrapper's stop bare, under tini, and under tinyinit."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tinyinit.rehearse import svg
from tinyinit.rehearse.conduct import one_run
from tinyinit.rehearse.plan import Plan

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "shutdown.svg"
INITS = ("none", "tini", "tinyinit")
WRAPPER = """\
#!/bin/sh
./app
echo "never written"
"""
APP = """\
#!{python}
import signal, sys, time

def flush(*_):
    time.sleep(1)
    sys.exit(0)

signal.signal(signal.SIGTERM, flush)
print("ready", flush=True)
while True:
    time.sleep(60)
"""


def main() -> int:
    """Record the three runs and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("entry.sh", WRAPPER.replace("./app", f"{folder}/app")), ("app", APP)):
            file = Path(folder, name)
            file.write_text(text.replace("{python}", sys.executable))
            file.chmod(0o755)
        plan = Plan(program=(f"{folder}/entry.sh",), grace=3.0, ready_line="ready", ready_after=0.2)
        runs = [one_run(plan, init, None)[0] for init in INITS]
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(svg.as_svg(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
