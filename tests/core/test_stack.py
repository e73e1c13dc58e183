"""For which programs threads get stacks of 8 MiB, by what, and the stack of main itself."""

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.core.conftest import Call, Start, the_message
from tests.core.elf import GLIBC, MACHINE, MUSL, executable, headers
from tests.core.proc import main_file
from tests.namespaces import SEARCH_PATH, stage

MIB = 1 << 20
SAYS = "threads on musl get stacks of 8 MiB (LD_PRELOAD="

pytestmark = pytest.mark.skipif(MACHINE is None, reason="no headers for this machine")


def preload(
    call: Call, program: Path | str, *options: str, environment: dict[str, str] | None = None
) -> str | None:
    """Return the LD_PRELOAD that is set for a program, None if it is left alone."""
    result = call("-v", *options, "--", program, environment=environment)
    lines = [line for line in result.stderr.splitlines() if SAYS in line]
    assert 1 >= len(lines)
    return lines[0].partition(SAYS)[2].removesuffix(")") if lines else None


@pytest.mark.parametrize(
    ("interpreter", "offset"),
    [
        (MUSL, 0x200),
        ("/nix/store/abc-musl-1.2.5/lib/ld-musl-x86_64.so.1", 0x200),
        (MUSL, 1023 - len(MUSL)),
        (MUSL, 1020),
        (MUSL, 4096 - len(MUSL)),
        (MUSL, 4096),
        (MUSL, 100_000),
        (MUSL, 4090),
    ],
)
def test_musl(call: Call, tinyinit: Path, tmp_path: Path, interpreter: str, offset: int) -> None:
    """A program that asks for musl's loader gets this file, wherever a linker puts the name."""
    program = executable(tmp_path / "program", headers(interpreter, offset=offset))
    assert str(tinyinit) == preload(call, program)


@pytest.mark.parametrize(
    "data",
    [
        headers(GLIBC),
        headers(None),
        headers("ld-musl-x86_64.so.1"),
        headers("/lib/ld-musl/other.so"),
        headers("/lib/xld-musl-x86_64.so.1"),
        headers(MUSL, bits=32),
        headers(MUSL, machine=8),
        headers(MUSL, bits=32, machine=40),
        headers("/" + "x" * 300 + MUSL, offset=100_000),
        b"",
        b"\x7fELF",
        b"#!",
        b"#!\n",
        b"#! \t \n",
        MUSL.encode(),
    ],
    ids=str,
)
def test_not_musl(call: Call, tmp_path: Path, data: bytes) -> None:
    """No other file does: glibc, static, another machine or class, or no program at all."""
    assert preload(call, executable(tmp_path / "program", data)) is None


def test_cut_off_anywhere(call: Call, tmp_path: Path) -> None:
    """A file that ends anywhere in its headers is no reason to fail before the kernel does."""
    whole = headers(MUSL, offset=0x100)
    for length in range(0, len(whole) - 30, 5):
        assert preload(call, executable(tmp_path / str(length), whole[:length])) is None


@pytest.mark.parametrize("size", ["ffffffffffffffff", "fffffffffffffff0", "7fffffffffffffff"])
@pytest.mark.parametrize("at", [32, 64 + 56 + 8], ids=["headers", "name"])
def test_offsets_that_wrap(call: Call, tmp_path: Path, size: str, at: int) -> None:
    """Offsets at the end of all numbers lead nowhere."""
    data = bytearray(headers(MUSL))
    data[at : at + 8] = int(size, 16).to_bytes(8, "little")
    result = call("-v", "--", executable(tmp_path / "program", bytes(data)))
    assert SAYS not in result.stderr
    assert result.returncode in (126, 128 + 11, 128 + 9)


@pytest.mark.parametrize(("scripts", "found"), [(1, True), (4, True), (5, False)])
def test_scripts(call: Call, tinyinit: Path, tmp_path: Path, scripts: int, found: bool) -> None:  # noqa: FBT001
    """What counts is the program at the end of the `#!` lines, as far as the kernel follows."""
    last = executable(tmp_path / "0", headers(MUSL))
    for number in range(1, scripts + 1):
        last = executable(tmp_path / str(number), f"#!  {last}\t-x y\nrest")
    assert (str(tinyinit) if found else None) == preload(call, last)


def test_script_of_itself(call: Call, tmp_path: Path) -> None:
    """A script that is its own interpreter ends nowhere, soon."""
    assert preload(call, executable(tmp_path / "loop", f"#!{tmp_path}/loop\n")) is None


def test_script_of_a_name_too_long(call: Call, tmp_path: Path) -> None:
    """A name longer than the kernel takes is not followed."""
    long = executable(tmp_path / ("a" * 200) / ("b" * 100), headers(MUSL))
    assert preload(call, executable(tmp_path / "script", f"#!{long}\n")) is None


def test_search(call: Call, tinyinit: Path, tmp_path: Path) -> None:
    """Along PATH that file counts which is run: not a folder, nor one that may not be run."""
    (tmp_path / "a" / "program").mkdir(parents=True)
    executable(tmp_path / "b" / "program", headers(GLIBC)).chmod(0o644)
    executable(tmp_path / "c" / "program", headers(MUSL))
    executable(tmp_path / "d" / "program", headers(GLIBC))
    path = {"PATH": ":".join(str(tmp_path / name) for name in "abcd")}
    assert str(tinyinit) == preload(call, "program", environment=path)
    path = {"PATH": ":".join(str(tmp_path / name) for name in "abdc")}
    assert preload(call, "program", environment=path) is None


@pytest.mark.parametrize("before", ["/lib/a.so", "/lib/a.so /lib/b.so", "/lib/a.so:/lib/b.so"])
def test_what_is_there_is_kept(call: Call, tinyinit: Path, tmp_path: Path, before: str) -> None:
    """An LD_PRELOAD that is there stays, and stays first."""
    program = executable(tmp_path / "program", headers(MUSL))
    after = preload(call, program, environment={"LD_PRELOAD": before})
    assert f"{before}:{tinyinit}" == after


@pytest.mark.parametrize("form", ["{}", "/a.so:{}", "{}:/a.so", "/a.so {} /b.so", " {} ", "::{}"])
def test_not_twice(call: Call, tinyinit: Path, tmp_path: Path, form: str) -> None:
    """Where this file is listed already, as under another tinyinit, nothing is added."""
    program = executable(tmp_path / "program", headers(MUSL))
    assert preload(call, program, environment={"LD_PRELOAD": form.format(tinyinit)}) is None


@pytest.mark.parametrize("form", ["", "{}2", "/x{}", "{}/x"])
def test_only_the_whole_name_counts(call: Call, tinyinit: Path, tmp_path: Path, form: str) -> None:
    """A name that only has this file's in it is another, and an empty list is none."""
    before = form.format(tinyinit)
    program = executable(tmp_path / "program", headers(MUSL))
    after = preload(call, program, environment={"LD_PRELOAD": before})
    assert (f"{before}:" if before else "") + str(tinyinit) == after


@pytest.mark.parametrize(
    ("options", "variable", "found"),
    [
        ([], None, True),
        (["--stack", "auto"], None, True),
        (["--stack", "off"], None, False),
        (["--stack=0"], None, False),
        (["--stack", "2M"], None, True),
        ([], "off", False),
        ([], "512k", True),
        (["--stack=auto"], "off", True),
        (["--stack=off"], "auto", False),
    ],
)
def test_option(
    call: Call,
    tmp_path: Path,
    options: list[str],
    variable: str | None,
    found: bool,  # noqa: FBT001
) -> None:
    """Off leaves main alone; auto and a size do not; the flag goes over the variable."""
    program = executable(tmp_path / "program", headers(MUSL))
    environment = {} if variable is None else {"TINYINIT_STACK": variable}
    assert found == (preload(call, program, *options, environment=environment) is not None)


def started_as(command: list[str], folder: Path, program: Path) -> str:
    """Return what tinyinit says when it is started by a name, in a folder."""
    result = subprocess.run(
        [*command, "-v", "--", program],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
        env={"PATH": SEARCH_PATH},
    )
    return result.stderr


@pytest.mark.parametrize("name", ["./tinyinit", "../inner/tinyinit"])
def test_started_by_a_relative_name(tinyinit: Path, tmp_path: Path, name: str) -> None:
    """However tinyinit was started, what main gets is a path from the root that names it."""
    program = executable(tmp_path / "program", headers(MUSL))
    executable(tmp_path / "inner" / "tinyinit", tinyinit.read_bytes())
    said = started_as([name], tmp_path / "inner", program)
    path = said.partition(SAYS)[2].partition(")")[0]
    assert path.startswith("/")
    assert (tmp_path / "inner" / "tinyinit").samefile(path)


@pytest.mark.parametrize("folder", ["with space", "with:colon", "with\ttab"])
def test_path_that_cannot_be_listed(tinyinit: Path, tmp_path: Path, folder: str) -> None:
    """A path that LD_PRELOAD cannot hold is one warning, without -v too, and main is run."""
    copy = executable(tmp_path / folder / "tinyinit", tinyinit.read_bytes())
    program = executable(tmp_path / "program", headers(MUSL))
    said = started_as([str(copy)], tmp_path, program)
    assert SAYS not in said
    assert 1 == said.count("main's threads keep musl's small stacks, because the path")
    assert "program" in said.splitlines()[-1]


def test_started_by_a_descriptor(tinyinit: Path, tmp_path: Path) -> None:
    """Started through a descriptor, as by fexecve, it names none to main, and says so."""
    program = executable(tmp_path / "program", headers(MUSL))
    script = (
        "import os, sys; fd = os.open(sys.argv[1], os.O_RDONLY); os.set_inheritable(fd, True);"
        "os.execve(fd, ['tinyinit', *sys.argv[2:]], os.environ)"
    )
    said = started_as(
        [shutil.which("python3") or "", "-c", script, str(tinyinit)], tmp_path, program
    )
    assert SAYS not in said
    assert "by a name that is no path" in said


def test_list_that_is_too_long(call: Call, tmp_path: Path) -> None:
    """A list with no room left is kept as it is, with one warning."""
    program = executable(tmp_path / "program", headers(MUSL))
    result = call("--", program, environment={"LD_PRELOAD": "/a" * 5000})
    assert 1 == result.stderr.count("LD_PRELOAD is too long already")


def test_other_variables_stay(start: Start) -> None:
    """Main gets its variables in their order, and nothing else, when nothing is set."""
    environment = {"B": "1", "PATH": SEARCH_PATH, "A": "2"}
    with start([], ["environment"], environment=environment) as run:
        expected = ["env B=1", f"env PATH={SEARCH_PATH}", "env A=2", "env end"]
        assert expected == run.output().splitlines()


def test_needs_no_proc(tinyinit: Path, tmp_path: Path) -> None:
    """Where there is no /proc, both the program and this file are found all the same."""
    program = executable(tmp_path / "program", headers(MUSL))
    with stage([tinyinit, "-v", "--", program], "--no-proc") as run:
        run.wait()
        assert f"{SAYS}{tinyinit})" in run.errors()


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace")
def test_reads_one_page_of_the_program(tinyinit: Path, tmp_path: Path) -> None:
    """The look at the program is one read of at most a page, and nothing in /proc."""
    log = tmp_path / "log"
    command: list[str | Path] = [
        "strace",
        "-o",
        log,
        "-e",
        "trace=openat,open,read,pread64",
        tinyinit,
        "/bin/true",
    ]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    lines = log.read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if '"/bin/true"' in line)
    looked = lines[first:]
    assert [] == [line for line in looked if '"/proc' in line and "cgroup" not in line]
    reads = [line for line in looked if "ELF" in line]
    assert 1 == len(reads)
    assert 4096 >= int(reads[0].rpartition("=")[2])


# ---- main's own stack ----


def stack_of_main(start: Start, *options: str) -> tuple[str, str]:
    """Return the soft and hard limit of main's stack."""
    with start(list(options), ["say=ready", "hold"]) as run:
        run.skip_to("ready")
        (line,) = [x for x in main_file(run, "limits").splitlines() if x.startswith("Max stack")]
        soft, hard = line.removeprefix("Max stack size").split()[:2]
        assert "" == run.so_far("errors")
        return soft, hard


def hard_limit() -> str:
    """Return the hard limit of the stack here."""
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    return "unlimited" if hard == resource.RLIM_INFINITY else str(hard)


@pytest.mark.parametrize(
    ("size", "expected"),
    [("16k", 16 << 10), ("512k", 512 << 10), ("1MiB", MIB), ("8M", 8 * MIB), ("2000000", 2000000)],
)
def test_size(start: Start, size: str, expected: int) -> None:
    """A size is the soft limit of main's stack; the hard one stays."""
    assert (str(expected), hard_limit()) == stack_of_main(start, "--stack", size)


def test_size_and_limit(start: Start) -> None:
    """With --ulimit stack too, the size goes over its soft limit, in any order."""
    expected = (str(2 * MIB), str(4 * MIB))
    options = ["--ulimit", "stack=1M:4M"]
    assert expected == stack_of_main(start, "--stack", "2M", *options)
    assert expected == stack_of_main(start, *options, "--stack", "2M")


def test_auto_leaves_main_its_stack(start: Start) -> None:
    """Without a size main's stack is as it was."""
    assert stack_of_main(start, "--stack", "off") == stack_of_main(start)


@pytest.mark.parametrize("by", ["ulimit", "inherited"])
def test_hard_limit_is_lower(tinyinit: Path, payload: Path, by: str) -> None:
    """Where the hard limit is lower, main gets that, and one warning has both numbers."""
    options = ["--ulimit", "stack=1M"] if by == "ulimit" else []
    result = subprocess.run(
        [tinyinit, "--stack", "8M", *options, "--", payload, "exit=3"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=None
        if options
        else lambda: resource.setrlimit(resource.RLIMIT_STACK, (MIB, MIB)),
    )
    assert 3 == result.returncode
    message = the_message(result)
    assert str(8 * MIB) in message
    assert str(MIB) in message
    assert "docker run --ulimit stack=" in message


WRONG = [
    ("large", "a size"),
    ("", "a size"),
    ("8X", "a size"),
    ("-1", "a size"),
    ("8 M", "a size"),
    ("1.5M", "a size"),
    ("true", "a size"),
    ("unlimited", "a size"),
    ("99999999999999999999", "a size"),
    ("8388609", "musl"),
    ("9M", "musl"),
    ("1G", "musl"),
    ("16383", "16k"),
    ("1", "a size"),
    ("15k", "16k"),
]


@pytest.mark.parametrize(("size", "expected"), WRONG)
def test_wrong_size(call: Call, payload: Path, size: str, expected: str) -> None:
    """What is no size, too large for musl or too small: one line that says so, 64, no start."""
    result = call(f"--stack={size}", "--", payload, "say=started")
    assert 64 == result.returncode
    message = the_message(result)
    assert message.startswith("--stack is ")
    assert expected in message
    assert os.linesep not in message
