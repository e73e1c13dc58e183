"""The job: an env file of N variables, and what each tool needs to check them and run a program."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

KINDS = ("string", "int", "port", "bool", "float")
_VALUES = ("value-{n}", "{n}", "80{n:02}", "true", "{n}.5")
_PYTHON = ("str", "int", "Port", "bool", "float")
_VARLOCK = ("string", "number(isInt=true)", "port", "boolean", "number")


class Variable(NamedTuple):
    """One variable of the job."""

    name: str
    kind: int
    value: str


def variables(count: int) -> Iterator[Variable]:
    """Return so many variables, of each kind in turn."""
    for n in range(count):
        kind = n % len(KINDS)
        yield Variable(f"APP_VARIABLE_{n}", kind, _VALUES[kind].format(n=n % 100))


def write_job(folder: Path, count: int) -> None:
    """Write the env file, and beside it what each tool wants."""
    folder.mkdir()
    job = [*variables(count)]
    (folder / ".env").write_text("".join(f"{each.name}={each.value}\n" for each in job))
    (folder / "contract.toml").write_text(_contract(folder / ".env", job))
    (folder / "entry.sh").write_text(_shell(folder / ".env", job))
    (folder / "entry.py").write_text(_python(folder / ".env", job))
    (folder / ".env.schema").write_text(_schema(job))


def break_job(folder: Path) -> None:
    """Take the last variable away."""
    file = folder / ".env"
    *kept, _ = file.read_text().splitlines(keepends=True)
    file.write_text("".join(kept))


def _contract(file: Path, job: list[Variable]) -> str:
    head = f"[env]\nfiles = [{json.dumps(str(file))}]\n"
    return head + "".join(f'[var.{each.name}]\ntype = "{KINDS[each.kind]}"\n' for each in job)


def _shell(file: Path, job: list[Variable]) -> str:
    checks = "".join(f': "${{{each.name}:?}}"\n' for each in job)
    return f'set -a\n. {file}\nset +a\n{checks}exec "$@"\n'


def _python(file: Path, job: list[Variable]) -> str:
    fields = "".join(f"    {each.name}: {_PYTHON[each.kind]}\n" for each in job)
    return f"""\
import os, sys
from typing import Annotated
from dotenv import load_dotenv
from pydantic import Field
from pydantic_settings import BaseSettings

load_dotenv({str(file)!r})
Port = Annotated[int, Field(ge=1, le=65535)]

class Settings(BaseSettings):
{fields}
Settings()
os.execv(sys.argv[1], sys.argv[1:])
"""


def _schema(job: list[Variable]) -> str:
    items = "".join(f"# @required @type={_VARLOCK[each.kind]}\n{each.name}=\n" for each in job)
    return f"# @defaultSensitive=false\n# ---\n{items}"
