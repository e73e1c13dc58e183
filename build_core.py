"""Compile the core and put it into the wheel: a command, and the project's hatchling hooks.

`python build_core.py` compiles `tinyinit/core` with the C compiler of the `ziglang`
package, which has musl for every target, so that no compiler need be on the machine. The bytes of
the file depend on the sources, the version and the release of ziglang, on nothing of the machine.

A wheel's target comes from `TINYINIT_TARGET`: an architecture, or `pure` for the package
without the file. Unset, it is this machine's architecture on Linux and `pure` elsewhere. One call
of a build frontend makes one wheel; `python build_core.py --wheels` makes all.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import os
import platform
import re
import shlex
import struct
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).resolve().parent
NAME = "tinyinit"
STACK_SIZE = 16 * 1024 * 1024  # more than the 8 MiB that musl takes at most, as linkers write it
PURE = "pure"
ALL = "all"


class Target(NamedTuple):
    """What one architecture asks of the compiler, and the wheel platforms that fit it."""

    triple: str
    cpu: str
    platforms: tuple[str, ...]


# The file needs no libc, so a wheel names the oldest platforms its architecture has. glibc 2.17 and
# musl 1.1 have most. RISC-V came with glibc 2.27, but its first manylinux policy is 2.31; LoongArch
# came with glibc 2.36 and musl 1.2.5; no musllinux policy before 1.2 has either.
OLD = ("manylinux_2_17", "manylinux2014", "musllinux_1_1")

TARGETS = {
    "x86_64": Target("x86_64-linux-musl", "baseline", OLD),
    # Zig's baseline is a Pentium 4, which has SSE2; the wheel tag promises a Pentium Pro.
    "i686": Target("x86-linux-musl", "i686", OLD),
    "aarch64": Target("aarch64-linux-musl", "baseline", OLD),
    # Thumb, which every ARMv7 has, takes 0.7 of the bytes. Zig's baseline has NEON, which the
    # hard-float ABI does not promise.
    "armv7l": Target("thumb-linux-musleabihf", "baseline-neon-d32", OLD),
    "riscv64": Target("riscv64-linux-musl", "baseline", ("manylinux_2_31", "musllinux_1_2")),
    "ppc64le": Target("powerpc64le-linux-musl", "baseline", OLD),
    "s390x": Target("s390x-linux-musl", "baseline", OLD),
    # Zig's baseline has the vector unit LSX, which not every core has (nor qemu before 8.1).
    "loongarch64": Target(
        "loongarch64-linux-musl", "baseline-lsx", ("manylinux_2_36", "musllinux_1_2")
    ),
}

COMMON_FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror")
RELEASE_FLAGS = (
    "-Os",
    "-fPIE",
    "-fomit-frame-pointer",
    "-fvisibility=hidden",
    "-fstack-protector-strong",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-asynchronous-unwind-tables",
    "-fno-unwind-tables",
    "-fno-jump-tables",
)
# Only where the layout is ours, with the section at its end: whatever else lies on its pages is
# unmapped with it, as GNU ld's .fini would be.
ZIG_FLAGS = (
    "-DTINYINIT_STARTUP_SECTION",
    # Zig takes -Oz for -Os; clang itself tells them apart, and that is a tenth of the file.
    *("-Xclang", "-Oz"),
)
LINK_FLAGS = (
    "-s",
    "-Wl,--gc-sections",
    "-Wl,--build-id=none",
    "-Wl,--hash-style=sysv",
    "-Wl,-z,now",
    "-Wl,-z,noexecstack",
)
# What a program that has the file in LD_PRELOAD is to find in it, and nothing else. Zig takes no
# such option: it offers all, of which link.ld leaves the one.
EXPORTED = "pid1/exported.c"
EXPORT_FLAGS = ("-Wl,--export-dynamic-symbol=pthread_attr_setstacksize",)
LAYOUT_FLAGS = ("-rdynamic", "-Wl,-z,norelro", "-Wl,-T,link.ld")
SANITIZE_FLAGS = ("-g", "-O1", "-fno-omit-frame-pointer", "-fno-sanitize-recover=all")

SOURCE_SUFFIXES = {".c", ".h", ".ld"}

# Variables by which a compiler takes headers, libraries and options from the machine.
HOST_VARIABLES = frozenset(
    (
        "CCC_OVERRIDE_OPTIONS",
        "COMPILER_PATH",
        "CPATH",
        "CPLUS_INCLUDE_PATH",
        "C_INCLUDE_PATH",
        "LIBRARY_PATH",
        "NIX_CFLAGS_COMPILE",
        "NIX_LDFLAGS",
        "ZIG_LIBC",
        "ZIG_LIB_DIR",
    )
)

AT_ONCE = 2


class BuildError(Exception):
    """The core cannot be built; the text says what is missing and what to do."""


def version() -> str:
    """Return the package's version, from the one place that holds it."""
    text = (ROOT / NAME / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise BuildError(f"no __version__ in {NAME}/__init__.py")
    return found[1]


def native_target(
    *,
    system: str = sys.platform,
    machine: str = platform.machine(),
    pointer_bits: int = struct.calcsize("P") * 8,
) -> str:
    """Return the architecture of this interpreter, or `pure` where there is no Linux.

    The interpreter's, not the kernel's: a 32-bit image on a 64-bit machine wants the 32-bit file.
    """
    if system != "linux":
        return PURE
    name = {"amd64": "x86_64", "arm64": "aarch64", "armv8l": "armv7l"}.get(machine, machine)
    if name in {"i386", "i486", "i586"} or (name == "x86_64" and pointer_bits == 32):
        name = "i686"
    elif name == "aarch64" and pointer_bits == 32:
        name = "armv7l"
    if name not in TARGETS:
        raise BuildError(
            f"no target for this machine ({machine}), expected {', '.join(TARGETS)}; "
            f"TINYINIT_TARGET={PURE} builds the package without the file"
        )
    return name


def wheel_target(environ: Mapping[str, str] = os.environ) -> str:
    """Return what the wheel is for: an architecture or `pure`."""
    name = environ.get("TINYINIT_TARGET") or native_target()
    if name == ALL:
        raise BuildError(
            f"TINYINIT_TARGET={ALL}, but one call makes one wheel; "
            "for all of them: python build_core.py --wheels"
        )
    if name != PURE and name not in TARGETS:
        raise BuildError(
            f'TINYINIT_TARGET is "{name}", expected one of {", ".join((*TARGETS, PURE))}'
        )
    return name


def wheel_tag(target: str) -> str:
    """Return the wheel's compatibility tag; one wheel has several platforms, joined by dots."""
    if target == PURE:
        return "py3-none-any"
    return "py3-none-" + ".".join(f"{name}_{target}" for name in TARGETS[target].platforms)


def zig() -> list[str]:
    """Return the command of the C compiler in the `ziglang` package."""
    if importlib.util.find_spec("ziglang") is None:
        raise BuildError("no C compiler: pip install ziglang, or name one with --cc")
    return [sys.executable, "-m", "ziglang", "cc"]


def as_one(folder: Path, names: Sequence[str]) -> str:
    """Return a C source that includes all those named, with each function internal.

    But for main() and what `EXPORTED` offers.

    So the compiler knows every caller, which saves 1 to 5 % of the file. It takes names of
    functions and types that are unique over all sources.

    The text begins with a digest of all files in the folder: it is all of the sources that Zig's
    cache has in its key, so two checkouts that build at once would get each other's file.
    """
    texts = (path.read_text(encoding="utf-8") for path in folder.rglob("*.[ch]"))
    system = {line for text in texts for line in text.splitlines() if line.startswith("#include <")}
    lines = [
        f"/* {digest(folder)} */",
        *sorted(system),  # their functions are not ours to make internal
        "#pragma clang attribute push(__attribute__((internal_linkage)), apply_to = function)",
    ]
    for name in names:
        if name in {"main.c", EXPORTED}:
            continue
        # The section is until the end of the source.
        lines += [f'#include "{name}"', '#pragma clang section text = ""']
        lines.append("#undef TINYINIT_STARTUP_ONLY_H")
    lines.append("#pragma clang attribute pop")
    return "\n".join([*lines, f'#include "{EXPORTED}"', '#include "main.c"', ""])


def digest(folder: Path) -> str:
    """Return a digest of the names and contents of all files in `folder`."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in SOURCE_SUFFIXES):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder)} {len(content)}\n".encode() + content)
    return found.hexdigest()


def flags_for(target: str) -> list[str]:
    """Return the flags that compile one source for `target`, without those of the link."""
    architecture = TARGETS[target]
    return ["-target", architecture.triple, f"-mcpu={architecture.cpu}", *RELEASE_FLAGS, *ZIG_FLAGS]


def compile_core(
    output: Path,
    *,
    target: str | None = None,
    compiler: Sequence[str] = (),
    sanitize: str = "",
    environ: Mapping[str, str] = os.environ,
) -> Path:
    """Compile the core to the file `output` and return it; a file there is replaced whole.

    `target` is a key of `TARGETS`, by default this machine. `compiler` is a command to use
    instead of Zig's; it compiles for its own machine and libc. `sanitize` is a list as
    `-fsanitize` takes it; that build is for tests only, dynamic, and by clang: Zig has no
    runtime for it.
    """
    folder = ROOT / NAME / "core"
    # In their own folder and in fixed order: names and order do not depend on the machine.
    sources = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.c"))
    if not sources:
        raise BuildError(f"no C sources in {folder}")
    command, one_source = list(compiler), ""
    if sanitize:
        command = command or ["clang"]
        command += [*SANITIZE_FLAGS, f"-fsanitize={sanitize}"]
        # Dynamic, with glibc, whose threads are laid out otherwise: it offers nothing.
        sources[sources.index(EXPORTED)] = str(ROOT / "tests" / "sanitize" / "options.c")
    elif command:
        command += [*RELEASE_FLAGS, "-static-pie", *LINK_FLAGS, *EXPORT_FLAGS]
    else:
        command = [*zig(), *flags_for(target or native_target()), "-static", *LINK_FLAGS]
        command += LAYOUT_FLAGS
        one_source, sources = as_one(folder, sources), ["-x", "c", "-"]
    command += ["-I.", *COMMON_FLAGS, f'-DTINYINIT_VERSION="{version()}"']
    clean = {name: value for name, value in environ.items() if name not in HOST_VARIABLES}
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".") as scratch:
        result = Path(scratch, NAME).resolve()
        try:
            done = subprocess.run(  # noqa: S603
                [*command, *sources, "-o", str(result)],
                cwd=folder,
                env=clean,
                check=False,
                input=one_source.encode(),
            )
        except OSError as error:
            raise BuildError(f"cannot run {command[0]}: {error.strerror}") from error
        if done.returncode != 0:
            raise BuildError(f"{shlex.join(command[:4])} … ended with {done.returncode}")
        if not sanitize:
            ask_for_stack(result)
        result.replace(output)
    return output


def ask_for_stack(file: Path) -> None:
    """Write `STACK_SIZE` into the file's PT_GNU_STACK, as `tinyinit stack set` does."""
    sys.path.insert(0, str(ROOT))
    from tinyinit.stack import elf  # a wheel without the file needs none of it

    with file.open("r+b") as opened:
        found = elf.read(opened.fileno())
        for field in found.fields:
            opened.seek(field.offset)
            opened.write(found.encode(STACK_SIZE))


def compile_all(output: Path) -> list[Path]:
    """Compile for every target, each to `output`/ARCHITECTURE/tinyinit."""

    def compile_one(target: str) -> Path:
        return compile_core(output / target / NAME, target=target)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(compile_one, TARGETS))


def make_wheels(output: Path, targets: Sequence[str]) -> None:
    """Build the wheels for `targets` into the folder `output`."""

    def make_one(target: str) -> None:
        make_wheel(output, target)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(make_one, targets))


def make_wheel(output: Path, target: str) -> None:
    """Build the wheel for `target` into the folder `output`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(output)]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, "TINYINIT_TARGET": target}, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"the wheel for {target} was not built")


class CoreHook(BuildHookInterface[Any]):
    """Compile the core and add it to the wheel as `bin/tinyinit`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Set the wheel's tag and, unless it is pure, its script."""
        del version  # "standard" or "editable": both get the file
        with reported():
            target = wheel_target()
            build_data["tag"] = wheel_tag(target)
            if target == PURE:
                return
            build_data["pure_python"] = False
            file = compile_core(ROOT / "build" / target / NAME, target=target)
            build_data["shared_scripts"][str(file)] = NAME


class ScriptHook(MetadataHookInterface):
    """Declare the Python command, in the pure wheel only: elsewhere the file has its name."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `project.scripts`."""
        pure = False
        # An sdist asks too, on any machine; what is wrong with a wheel's target, CoreHook reports.
        with contextlib.suppress(BuildError):
            pure = wheel_target() == PURE
        metadata["scripts"] = {NAME: "tinyinit.__main__:console"} if pure else {}


@contextlib.contextmanager
def reported() -> Generator[None]:
    """End with one line instead of a traceback."""
    try:
        yield
    except BuildError as error:
        sys.exit(f"build_core: {error}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="build_core.py", description="Compile tinyinit's core.")
    parser.add_argument("--target", choices=[*TARGETS, PURE, ALL], help="default: this machine")
    parser.add_argument("--output", type=Path, help="folder; default: build, or dist for wheels")
    parser.add_argument("--sanitize", default="", metavar="LIST", help="address,undefined")
    parser.add_argument("--cc", default="", help="a C compiler for this machine instead of Zig's")
    parser.add_argument("--wheels", action="store_true", help="make wheels: all, or --target's")
    options = parser.parse_args(arguments)
    if (options.cc or options.sanitize) and (options.target or options.wheels):
        parser.error("--cc and --sanitize build for this machine: not with --target or --wheels")
    if options.target == PURE and not options.wheels:
        parser.error(f"--target {PURE} is a wheel without the file: only with --wheels")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; prints the path of each file it made."""
    options = parse(arguments)
    output: Path = options.output or Path("dist" if options.wheels else "build")
    output = output.resolve()
    with reported():
        if options.wheels:
            wanted = os.environ.get("TINYINIT_TARGET") or ALL
            target = options.target or wanted
            targets = [*TARGETS, PURE] if target == ALL else [target]
            make_wheels(output, targets)
        elif options.target == ALL:
            for file in compile_all(output):
                print(file)
        else:
            print(
                compile_core(
                    output / NAME,
                    target=options.target,
                    compiler=shlex.split(options.cc),
                    sanitize=options.sanitize,
                )
            )


if __name__ == "__main__":
    main()
