"""What docs/logs.md shows is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.logs.apps import ENVIRONMENT, ROOT

TEXT = (ROOT / "docs/logs.md").read_text()
# A snippet, and the output that may follow it at once.
SNIPPETS = re.findall(r"```python\n(.*?)```\n(?:```json\n(.*?)```\n)?", TEXT, re.DOTALL)
APPS = [snippet for snippet in SNIPPETS if "gunicorn.conf.py" not in snippet[0]]


def python(folder: Path, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**ENVIRONMENT, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def timeless(text: str) -> str:
    """Return lines of JSON as if all were written at once."""
    return re.sub(r'"time": "[^"]*"', '"time": "now"', text)


def test_the_snippets_are_found() -> None:
    """There are five, and three show their output."""
    assert (5, 3) == (len(SNIPPETS), len([output for _, output in SNIPPETS if output]))


@pytest.mark.parametrize(("code", "output"), APPS)
def test_a_snippet_does_what_is_shown(code: str, output: str, tmp_path: Path) -> None:
    """A snippet runs as it is and prints the lines below it; a server is set up and not started."""
    if "uvicorn" in code:
        pytest.importorskip("uvicorn")
    code = code.replace("uvicorn.run(", "uvicorn.Config(")
    done = python(tmp_path, "-c", code)
    assert (0, "") == (done.returncode, done.stderr)
    assert timeless(output) == timeless(done.stdout)


def test_gunicorn_takes_the_file(tmp_path: Path) -> None:
    """The file for gunicorn is one that it takes."""
    pytest.importorskip("gunicorn")
    [(code, _)] = [snippet for snippet in SNIPPETS if snippet not in APPS]
    (tmp_path / "gunicorn.conf.py").write_text(code)
    (tmp_path / "app.py").write_text("def app(environ, start_response): ...\n")
    done = python(tmp_path, "-m", "gunicorn", "--check-config", "app:app")
    assert (0, "") == (done.returncode, done.stderr)


def test_the_report_is_the_one_shown(tmp_path: Path) -> None:
    """A wrong LOG_LEVEL gives the report that is shown, and 78."""
    [shown] = re.findall(r"```text\n(tinyinit: .*?)```", TEXT, re.DOTALL)
    code = "from tinyinit import logs\nlogs.configure_or_exit()"
    done = python(tmp_path, "-c", code, LOG_LEVEL="loud")
    assert (78, "", shown) == (done.returncode, done.stdout, done.stderr)
