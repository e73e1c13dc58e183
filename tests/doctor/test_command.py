"""`tinyinit doctor`: its options, its exit codes, what it says where it cannot look."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import machine
from tests.namespaces import stage
from tinyinit.commands.doctor import main
from tinyinit.doctor.checks import CHECKS
from tinyinit.doctor.explain import page

SLEEP = "/bin/sleep"


def _run(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tinyinit", "doctor", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["x"], '"x" is not a PID; expected a number, - or --docker NAME'),
        (["1", "2"], "one target at a time"),
        (["--docker", "a", "1"], "one target at a time; --docker and 1 were given"),
        (["--format", "xml"], '--format is "xml"; expected one of text, json, sarif, github'),
        (["--fail-on", "bad"], '--fail-on is "bad"'),
        (["--explain", "zombis"], 'no finding is called "zombis"; did you mean zombies?'),
        (["-", "--watch"], "--watch needs the container itself"),
        (["--for", "3s"], "give that too"),
        (["--watch", "--for", "never"], '--for is "never"; expected seconds'),
        (["--docker-all", "--watch"], "take one container"),
        (["--wath"], "did you mean --watch?"),
    ],
)
def test_wrong_usage(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command line is one line that says what was expected, and exit code 64."""
    assert main(arguments) == 64
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_help_fits_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """Help fits a screen, and has an example."""
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 28
    assert max(map(len, lines)) <= 100
    assert any(line.startswith("examples:") for line in lines)


@pytest.mark.parametrize("id_", CHECKS)
def test_every_finding_has_a_page(id_: str) -> None:
    """The page of a finding says what was seen, why it matters, and what to do in each place."""
    text = page(id_) or ""
    assert text.startswith(f"# {id_}\n")
    for part in ("## What was seen", "## Why it matters", "## What to do"):
        assert part in text
    for place in ("docker", "compose", "Kubernetes"):
        assert place in text


def test_findings_and_exit_codes(tmp_path: Path) -> None:
    """A deaf PID 1 is exit code 1; with --fail-on never 0; ignored with a reason 0."""
    machine.need(machine.can_unshare())
    with stage([SLEEP, "100"]) as run:
        pid = str(run.pid)
        code, out, _ = _run(pid, "--format", "json", cwd=tmp_path)
        assert code == 1
        assert "pid1-term" in {one["id"] for one in json.loads(out)["findings"]}
        assert _run(pid, "--fail-on", "never", cwd=tmp_path)[0] == 0
        text = '[ignore.pid1-term]\nreason = "a test"\n[ignore.hardening]\nreason = "a stage"\n'
        (tmp_path / ".tinyinit.toml").write_text(text)
        code, out, _ = _run(pid, cwd=tmp_path)
        assert code == 0
        assert "2 ignored" in out or "3 ignored" in out


def test_facts_are_judged_elsewhere() -> None:
    """What --facts writes, `doctor -` judges as if it had looked itself."""
    machine.need(machine.can_unshare())
    with stage([SLEEP, "100"]) as run:
        code, facts, _ = _run(str(run.pid), "--facts")
        assert code == 0
        there = json.loads(_run(str(run.pid), "--format", "json")[1])
    code, out, _ = _run("-", "--format", "json", stdin=facts.encode())
    assert code == 1
    here = json.loads(out)
    assert [one["id"] for one in there["findings"]] == [one["id"] for one in here["findings"]]


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        (b"", "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b"{}", 'has no "schema"'),
        (b'{"schema": 9}', "use the doctor of the same or a later release"),
    ],
)
def test_input_that_is_not_ours(stdin: bytes, says: str) -> None:
    """Facts that are none are one line and exit code 126."""
    code, out, error = _run("-", stdin=stdin)
    assert (code, out) == (126, "")
    assert says in error
    assert error.count("\n") == 1


def test_docker_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without docker, or with one that does not answer, one line says so."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    code, _, error = _run("--docker", "web")
    assert code == 126
    assert error.startswith("tinyinit: ")
    assert error.count("\n") == 1


def test_watch_without_a_terminal() -> None:
    """--watch writes a line for each look where there is no terminal, then all findings."""
    machine.need(machine.can_unshare())
    with stage([SLEEP, "100"]) as run:
        code, out, _ = _run(str(run.pid), "--watch", "--for", "2.5s")
    lines = out.splitlines()
    assert code == 1
    assert 2 <= sum("1 processes" in line for line in lines) <= 4
    assert any(line.startswith("error     pid1-term") for line in lines)


def test_sbom(tmp_path: Path) -> None:
    """The list of packages is CycloneDX with package URLs; the file that has it is named."""
    pytest.importorskip("cyclonedx")
    machine.need(machine.can_unshare())
    target = tmp_path / "bom.json"
    with stage([SLEEP, "100"]) as run:
        code, out, _ = _run(str(run.pid), "--sbom", str(target))
    assert code == 0
    assert out.startswith(f"{target}: CycloneDX 1.5")
    bom = json.loads(target.read_text())
    assert bom["bomFormat"] == "CycloneDX"
    assert bom["metadata"]["component"]["type"] == "container"
    if Path("/var/lib/dpkg/status").exists():
        assert any(one.get("purl", "").startswith("pkg:deb/") for one in bom["components"])


def test_tools_against_a_list(tmp_path: Path) -> None:
    """A tool that the list does not name is an error; a list that is not there is one line."""
    machine.need(machine.can_unshare())
    tools = tmp_path / "tools.txt"
    tools.write_text("# none\n")
    with stage([SLEEP, "100"]) as run:
        out = json.loads(_run(str(run.pid), "--format", "json", "--tools", str(tools))[1])
        code, _, error = _run(str(run.pid), "--tools", str(tmp_path / "no"))
    assert "error" in {one["severity"] for one in out["findings"] if one["id"] == "tools"}
    assert code == 126
    assert "expected a file with a path on each line" in error
