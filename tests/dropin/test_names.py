"""Called by another init's name, the file does what that init does: held against the real one."""

import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

PATIENCE = 30.0
NAMES = ["tini", "docker-init", "tini-static", "dumb-init", "catatonit"]
Called = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def called(tinyinit: Path, tmp_path: Path) -> Called:
    """Return a function that runs the file by a name, with the words that follow."""

    def call(
        name: str, *words: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        link = tmp_path / name
        if not link.exists():
            link.symlink_to(tinyinit)
        return run([str(link), *words], env)

    return call


def run(
    command: Sequence[str], env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command with PATH and `env` alone."""
    return subprocess.run(
        command,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


# The init, its words, its variables: both must exit alike and the program print alike.
ALIKE: list[tuple[str, list[str], dict[str, str]]] = [
    ("tini", ["true"], {}),
    ("tini", ["--", "true"], {}),
    ("tini", ["-s", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-s", "-g", "-v", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-gs", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-sw", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-s", "-vvv", "--", "true"], {}),
    ("tini", ["-s", "-e", "7", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-se7", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-s", "-e", "7", "-e", "8", "--", "sh", "-c", "exit 8"], {}),
    ("tini", ["-s", "-e", "8", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-s", "-e", "143", "--", "sh", "-c", "kill $$"], {}),
    ("tini", ["-s", "-p", "SIGTERM", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-s", "-p", "SIGKILL", "--", "sh", "-c", "exit 7"], {}),
    ("tini", ["-s", "-e", "256", "--", "true"], {}),
    ("tini", ["-s", "-e", "x", "--", "true"], {}),
    ("tini", ["-s", "-e"], {}),
    ("tini", ["-s", "-p", "NONE", "--", "true"], {}),
    ("tini", ["-x", "--", "true"], {}),
    ("tini", ["-s"], {}),
    ("tini", ["-s", "--"], {}),
    ("tini", ["-s", "--", "/none"], {}),
    ("tini", ["-s", "--", "none-of-that-name"], {}),
    ("tini", ["-s", "--", "/etc/passwd"], {}),
    ("tini", ["-s", "--", "/etc"], {}),
    ("tini", ["-s", "--", "printf", "<%s>", "-l", "--", "-x", "", "a b"], {}),
    ("tini", ["--", "sh", "-c", "kill -9 $$"], {"TINI_SUBREAPER": ""}),
    ("tini", ["--", "true"], {"TINI_SUBREAPER": "1", "TINI_VERBOSITY": "0"}),
    ("tini", ["-s", "--", "true"], {"TINI_KILL_PROCESS_GROUP": "1"}),
    ("dumb-init", ["sh", "-c", "exit 7"], {}),
    ("dumb-init", ["--", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["-c", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["--single-child", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["-v", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["--verbose", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["-r", "15:2", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["-r15:2", "-r", "1:0", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["--rewrite", "15:2", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["--rewrite=15:2", "sh", "-c", "exit 7"], {}),
    ("dumb-init", ["-r", "x", "true"], {}),
    ("dumb-init", ["-r"], {}),
    ("dumb-init", ["--none", "true"], {}),
    ("dumb-init", [], {}),
    ("dumb-init", ["/none"], {}),
    ("dumb-init", ["/etc/passwd"], {}),
    ("dumb-init", ["sh", "-c", "kill -9 $$"], {}),
    ("dumb-init", ["sh", "-c", "exit 127"], {}),
    ("dumb-init", ["printf", "<%s>", "-v", "--", "-x", "", "a b"], {}),
    ("dumb-init", ["sh", "-c", "exit 7"], {"DUMB_INIT_SETSID": "0", "DUMB_INIT_DEBUG": "1"}),
    ("catatonit", ["true"], {}),
    ("catatonit", ["-g", "--", "sh", "-c", "exit 7"], {}),
    ("catatonit", ["--", "sh", "-c", "kill -9 $$"], {}),
    ("catatonit", ["--none", "--", "true"], {}),
    ("catatonit", ["--", "/none"], {}),
    ("catatonit", ["--", "/etc/passwd"], {}),
    ("catatonit", ["--", "printf", "<%s>", "-g", "--", "-x", "", "a b"], {}),
    ("catatonit", ["--", "sh", "-c", "exit 7"], {"CATATONIT_DEBUG": "1"}),
]


@pytest.mark.parametrize(
    ("name", "words", "env"), ALIKE, ids=[" ".join([case[0], *case[1]]) for case in ALIKE]
)
def test_alike(called: Called, name: str, words: list[str], env: dict[str, str]) -> None:
    """The exit code and what the program prints are those under the init of that name."""
    real = shutil.which(name)
    if real is None:
        pytest.skip(f"{name} is not installed")
    expected = run([real, *words], env)
    got = called(name, *words, env=env)
    # tini's own messages at -v go to stdout.
    printed = "".join(line for line in expected.stdout.splitlines(True) if line[0] != "[")  # noqa: FBT003
    assert (expected.returncode, printed) == (got.returncode, got.stdout)


@pytest.mark.parametrize(
    ("name", "words", "text"),
    [
        ("tini", ["-x", "true"], "tinyinit: unknown option -x; -h lists what is taken here"),
        ("tini", ["-e", "256", "true"], 'tinyinit: -e is "256", not an exit code (0 to 255; '),
        ("tini", ["-e"], "tinyinit: -e needs a value"),
        ("tini", ["-p", "NONE", "true"], 'tinyinit: -p is "NONE", not a signal ('),
        ("tini", ["--version", "true"], "tinyinit: unknown option --version; -h lists"),
        ("dumb-init", ["--rewrit", "1:2"], "tinyinit: unknown option --rewrit; -h lists"),
        ("dumb-init", ["-r", "1", "true"], 'tinyinit: -r is "1", not FROM:TO ('),
        ("dumb-init", [], "tinyinit: no program to run; "),
        ("catatonit", ["-s", "true"], "tinyinit: unknown option -s; -h lists"),
    ],
)
def test_refused(called: Called, name: str, words: list[str], text: str) -> None:
    """What is wrong is one line, as everywhere, with the exit code of that init."""
    result = called(name, *words)
    assert (1, "") == (result.returncode, result.stdout)
    assert result.stderr.startswith(text)
    assert 1 == result.stderr.count("\n")


def test_versions(called: Called) -> None:
    """Dockerd finds a version and a commit, podman the name it looks for."""
    assert called("tini", "--version").stdout.startswith("tini version ")
    assert called("docker-init", "--version").stdout.endswith(" - git.tinyinit\n")
    assert called("dumb-init", "-V").stdout.startswith("dumb-init v")
    assert called("dumb-init", "--version").stdout.startswith("dumb-init v")
    assert "catatonit" in called("catatonit", "--version").stdout
    assert "catatonit" in called("catatonit", "-V").stdout


@pytest.mark.parametrize("name", NAMES)
def test_help(called: Called, name: str) -> None:
    """-h says which init's options are taken, and whose file it is."""
    result = called(name, "-h")
    assert (0, "") == (result.returncode, result.stderr)
    assert "tinyinit" in result.stdout
    assert name.removesuffix("-static") in result.stdout


@pytest.mark.parametrize(("name", "word"), [("tini", "-l"), ("catatonit", "-L")])
def test_license(called: Called, name: str, word: str) -> None:
    """The license is named, musl's too."""
    result = called(name, word)
    assert 0 == result.returncode
    assert "MIT" in result.stdout
    assert "musl" in result.stdout


def test_words_are_programs(called: Called) -> None:
    """No word of tinyinit's is one here: these are programs, as in the init of that name."""
    assert 127 == called("tini", "check").returncode
    assert 2 == called("dumb-init", "exec", "true").returncode


def test_variables_of_tinyinit(called: Called) -> None:
    """What tinyinit can do besides is set by its own variables."""
    result = called("tini", "--", "sh", "-c", "exit 5", env={"TINYINIT_SUCCESS": "5"})
    assert 0 == result.returncode


def test_flags_are_above_variables(called: Called) -> None:
    """A flag of the init replaces a list that a variable has set."""
    result = called("tini", "-e", "6", "--", "sh", "-c", "exit 5", env={"TINYINIT_SUCCESS": "5"})
    assert 5 == result.returncode


@pytest.mark.parametrize(
    ("name", "words", "env", "group"),
    [
        ("tini", [], {}, False),
        ("tini", ["-g"], {}, True),
        ("tini", [], {"TINI_KILL_PROCESS_GROUP": ""}, True),
        ("dumb-init", [], {}, True),
        ("dumb-init", ["-c"], {}, False),
        ("dumb-init", ["--single-child"], {}, False),
        ("dumb-init", [], {"DUMB_INIT_SETSID": "0"}, False),
        ("dumb-init", [], {"DUMB_INIT_SETSID": "1"}, True),
        ("catatonit", [], {}, False),
        ("catatonit", ["-g"], {}, True),
    ],
)
def test_whom_signals_reach(  # noqa: PLR0913  # a table's columns
    tinyinit: Path, tmp_path: Path, name: str, words: list[str], env: dict[str, str], *, group: bool
) -> None:
    """A signal goes to main alone or to its group, as that init's options and variables say."""
    link = tmp_path / name
    link.symlink_to(tinyinit)
    script = (
        "trap 'echo main; exec sleep 0' USR1; "
        'sh -c \'trap exit TERM; trap "echo child; exit" USR1; echo ready; '
        "while :; do sleep 0.05; done' & "
        "wait; wait"
    )
    with subprocess.Popen(
        [link, *words, "--", "sh", "-c", script],
        env={"PATH": "/usr/bin:/bin", "TINYINIT_GRACE": "20s", **env},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
        process.send_signal(signal.SIGUSR1)
        said = process.stdout.read().split()
    assert (["child", "main"] if group else ["main"]) == sorted(said)


def test_rewrite(tinyinit: Path, tmp_path: Path) -> None:
    """dumb-init's -r rewrites by number, several times, and 0 drops."""
    link = tmp_path / "dumb-init"
    link.symlink_to(tinyinit)
    script = (
        "trap 'echo hup' HUP; trap 'echo usr2; exit 0' USR2; echo ready; "
        "while :; do sleep 0.05; done"
    )
    with subprocess.Popen(
        [link, "-c", "-r", "1:0", "-r", "10:12", "--", "sh", "-c", script],
        env={"PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGUSR1)
        said = process.stdout.read().split()
    assert ["usr2"] == said
    assert 0 == process.returncode


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("-e", "for what tini -e does: --success CODE"),
        ("-p", "for what tini -p does: --parent-death SIGNAL"),
        ("-s", "orphans are always adopted, as tini does with -s"),
        ("-w", "for what tini -w does: --verbose"),
        ("-c", "signals go to main alone, as with dumb-init -c, unless --group says otherwise"),
        ("-r", "for what dumb-init -r does: --rewrite FROM:TO"),
    ],
)
def test_advice(tinyinit: Path, word: str, text: str) -> None:
    """Under its own name another init's option is refused with the one that does it here."""
    result = run([str(tinyinit), word, "1", "true"])
    assert 64 == result.returncode
    assert f"tinyinit: unknown option {word}; {text}\n" == result.stderr
