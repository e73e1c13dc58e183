"""How an init starts main: what main must find."""

import os
import resource
from pathlib import Path

from tests.namespaces import Argument, stage, status_field
from tests.payload.build import payload
from tests.peers.inits import Init

MASK = {1, 13, 15, 20, 34, 64}
PRCTL = {"x86_64": 157, "aarch64": 167}
EVERYTHING = 0xFFFFFFFFFFFFFFFF & ~(1 << 8 | 1 << 18)
"""All signals but SIGKILL and SIGSTOP, which cannot be blocked."""


def bits(signals: set[int]) -> int:
    """Return a set of signals as the kernel shows it."""
    return sum(1 << (number - 1) for number in signals)


def numbers(signals: set[int]) -> str:
    """Return a set of signals as the stage reads it."""
    return ",".join(map(str, sorted(signals)))


def _exits_7(init: Init, *options: str, pid1: bool = True, closed_output: bool = False) -> None:
    command = [*init.adopting(), payload()]
    command += ["exit=7"] if closed_output else ["say=hello", "exit=7"]
    with stage(command, *options, pid1=pid1, patience=init.patience) as run:
        if not closed_output:
            assert "hello" == run.line()
        assert 7 == run.wait()


def mask_is_exact(init: Init) -> None:
    """Main starts with exactly the signal mask that the init was started with."""
    command = [*init.plain(), payload(), "masks"]
    with stage(command, "--block", numbers(MASK), patience=init.patience) as run:
        assert bits(MASK) == int(run.skip_to("blocked"), 16)


def ignored_set_is_exact(init: Init) -> None:
    """Main ignores exactly the signals that were ignored when the init was started."""
    command = [*init.plain(), payload(), "masks"]
    with stage(command, "--ignore", numbers(MASK), patience=init.patience) as run:
        assert bits(MASK) == int(run.skip_to("ignored"), 16)


def whole_mask_is_exact(init: Init) -> None:
    """Even the two signals that the C library keeps to itself, 32 and 33, stay blocked for main."""
    command = [*init.plain(), payload(), "masks"]
    with stage(command, "--block", "all", patience=init.patience) as run:
        assert EVERYTHING == int(run.skip_to("blocked"), 16)


def all_blocked(init: Init) -> None:
    """Started with every signal blocked, it forwards, reaps and ends."""
    command = [*init.plain(), payload(), "zombies=3", "until=15"]
    with stage(command, "--block", "all", patience=init.patience) as run:
        run.skip_to("zombies")
        run.until(lambda: not [one for one in run.processes() if one.state == "Z"])
        run.kill(15)
        assert 0 == run.wait()


def child_signal_ignored(init: Init) -> None:
    """Started with SIGCHLD ignored, it still sees main end."""
    _exits_7(init, "--ignore", "17")


def closed_stdin(init: Init) -> None:
    """It works with standard input closed."""
    _exits_7(init, "--close", "0")


def closed_standard_descriptors(init: Init) -> None:
    """It works with standard input, output and error closed."""
    _exits_7(init, "--close", "0,1,2", closed_output=True)


def no_proc(init: Init) -> None:
    """It works without /proc."""
    _exits_7(init, "--no-proc")


def read_only_root(init: Init) -> None:
    """It works where nothing can be written."""
    _exits_7(init, "--read-only")


def refused_prctl(init: Init) -> None:
    """Not PID 1 and refused prctl, as on Lambda, it still runs main."""
    _exits_7(init, "--refuse", str(PRCTL[os.uname().machine]), pid1=False)


def descriptors_are_not_held(init: Init) -> None:
    """Main gets inherited descriptors from 3 up, and the init does not keep them open."""
    command = [*init.plain(), payload(), "descriptors", "hold"]
    with stage(command, "--open", "5,57,500", patience=init.patience) as run:
        assert {"5", "57", "500"} <= set(run.skip_to("open").split())
        held = Path(f"/proc/{run.pid}/fd")
        run.until(lambda: not {"5", "57", "500"} & {entry.name for entry in held.iterdir()})


def directory_is_not_pinned(init: Init) -> None:
    """Main starts in the working directory; the init itself does not pin it."""
    command = [*init.plain(), payload(), "directory", "hold"]
    with stage(command, "--directory", "/usr/lib", patience=init.patience) as run:
        assert "/usr/lib" == run.skip_to("directory")
        run.until(lambda: "/" == str(Path(f"/proc/{run.pid}/cwd").readlink()))


def own_process_group(init: Init) -> None:
    """Main leads a process group of its own, so that a terminal's keys do not reach the init."""
    command = [*init.plain(), payload(), "state", "hold"]
    with stage(command, patience=init.patience) as run:
        main = run.skip_to("pid")
        assert main == run.skip_to("group")
        assert main != status_field(run.pid, "NSpgid").split()[-1]


def arguments_are_exact(init: Init) -> None:
    """Arguments arrive byte for byte: empty, not UTF-8, with dashes."""
    arguments = [b"-l", b"--", b"-x", b"", b"a b", b"\xff\xfe\x80", b"--help", "ü\n".encode()]
    command: list[Argument] = [*init.plain(), payload(), "arguments", *arguments]
    with stage(command, patience=init.patience) as run:
        for argument in arguments:
            assert argument == bytes.fromhex(run.skip_to("argument"))
        assert 0 == run.wait()


def options_after_program(init: Init) -> None:
    """Options after the program are the program's, without a `--` before it."""
    command = [*init.command, payload(), "arguments", "-l", "-h", "--version"]
    with stage(command, patience=init.patience) as run:
        received = [bytes.fromhex(run.skip_to("argument")) for _ in range(3)]
        assert [b"-l", b"-h", b"--version"] == received


def two_megabytes_of_arguments(init: Init) -> None:
    """Two megabytes of arguments arrive."""
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))
    try:
        arguments = ["x" * 100_000] * 20
        command = [*init.plain(), payload(), "arguments", *arguments]
        with stage(command, patience=init.patience) as run:
            assert 20 * 200_000 == sum(len(run.skip_to("argument")) for _ in arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))


def environment_is_exact(init: Init) -> None:
    """Main gets the environment as it was, nothing added and nothing lost."""
    environment = {"PATH": "/bin", "EMPTY": "", "B": "x=y", "A": "ü"}
    command = [*init.plain(), payload(), "environment"]
    with stage(command, environment=environment, patience=init.patience) as run:
        received: list[str] = []
        while (line := run.line()) != "env end":
            received.append(line.removeprefix("env "))
        assert [f"{name}={value}" for name, value in environment.items()] == received


def no_path(init: Init) -> None:
    """Without PATH, a program is found where the system keeps programs."""
    with stage(
        [*init.plain(), "sh", "-c", "exit 7"], environment={}, patience=init.patience
    ) as run:
        assert 7 == run.wait()
