"""Where the value of a variable comes from: each sentence of it has a case here."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.conftest import Checked, Resolved


def test_order_of_sources(resolved: Resolved, tmp_path: Path) -> None:
    """Environment, NAME_FILE, an older name, the folder, env files, the default: the first wins."""
    (tmp_path / "file").write_text("from NAME_FILE\n")
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "app_x"
    secret.write_text("from the folder")
    env_file = tmp_path / ".env"
    env_file.write_text("APP_X='from the env file'\n")
    text = f"""
        [env]
        files = ["{env_file}"]
        secrets = "{tmp_path / "secrets"}"
        [var.APP_X]
        aliases = ["OLD_X"]
        default = "the default"
    """
    named = {"OLD_X": "from the older name"}
    pointed = named | {"APP_X_FILE": str(tmp_path / "file")}
    assert "itself" == resolved(text, named | {"APP_X": "itself"})["APP_X"]
    assert "from the folder" == resolved(text)["APP_X"]
    secret.unlink()
    assert "from the env file" == resolved(text)["APP_X"]
    env_file.write_text("")
    assert {"APP_X": "the default"} == resolved(text)
    quiet = "[init]\nquiet = true\n" + text
    assert "from NAME_FILE" == resolved(quiet, pointed)["APP_X"]
    assert "from the older name" == resolved(quiet, named)["APP_X"]


def test_name_file(resolved: Resolved, tmp_path: Path) -> None:
    """NAME_FILE is removed and NAME is set; one newline is taken off the file and nothing else."""
    (tmp_path / "key").write_text(" hunter2 \n\n")
    given = {"APP_KEY_FILE": str(tmp_path / "key"), "OTHER": "kept"}
    made = resolved("[var.APP_KEY]\n", given)
    assert {"OTHER": "kept", "APP_KEY": " hunter2 \n"} == made


def test_name_and_name_file(checked: Checked) -> None:
    """NAME and NAME_FILE both set is a problem, whatever is in them."""
    given = {"APP_X": "1", "APP_X_FILE": "/nowhere"}
    assert ["APP_X  is ambiguous: APP_X and APP_X_FILE are both set"] == checked(
        "[var.APP_X]\n", given
    )


def test_name_file_that_is_declared(resolved: Resolved) -> None:
    """A variable that is declared as NAME_FILE is a variable of its own."""
    text = '[var.TLS]\nrequired = false\n[var.TLS_FILE]\ntype = "path"\n'
    assert {"TLS_FILE": "/nowhere"} == resolved(text, {"TLS_FILE": "/nowhere"})


def _is_a_folder(path: Path) -> None:
    path.mkdir()


def _is_a_pipe(path: Path) -> None:
    os.mkfifo(path)


def _is_a_socket(path: Path) -> None:
    # Its name may be no longer than 107 bytes, and the folder's is not ours.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def _has_nul(path: Path) -> None:
    path.write_bytes(b"a\0b")


def _is_long(path: Path) -> None:
    path.write_bytes(b"x" * (128 << 10))


def _is_missing(path: Path) -> None:
    assert not path.exists()


BAD_FILES = [
    (_is_missing, "cannot be read: it does not exist"),
    (_is_a_folder, "cannot be read: it is not a regular file"),
    (_is_a_pipe, "cannot be read: it is not a regular file"),
    (_is_a_socket, "cannot be read: it is not a regular file"),
    (_has_nul, "cannot be read: it holds a NUL byte"),
    (_is_long, "cannot be read: it is longer than 128 KiB"),
]


@pytest.mark.parametrize(
    ("make", "problem"), BAD_FILES, ids=lambda one: getattr(one, "__name__", "")
)
def test_bad_file(
    checked: Checked, tmp_path: Path, make: Callable[[Path], None], problem: str
) -> None:
    """What is no regular file, NUL, too long or missing is a problem, and nothing waits for it."""
    make(tmp_path / "value")
    given = {"APP_X_FILE": str(tmp_path / "value")}
    assert [f"APP_X  from {tmp_path / 'value'} {problem}"] == checked("[var.APP_X]\n", given)


def test_longest_value(resolved: Resolved, checked: Checked, tmp_path: Path) -> None:
    """The longest value is the one that the kernel takes; a byte more is a problem."""
    most = (128 << 10) - len("APP_X=") - 1
    (tmp_path / "value").write_bytes(b"x" * most + b"\n")
    given = {"APP_X_FILE": str(tmp_path / "value")}
    assert most == len(resolved("[var.APP_X]\n", given)["APP_X"])
    (tmp_path / "value").write_bytes(b"x" * (most + 1))
    (line,) = checked("[var.APP_X]\n", given)
    assert line.endswith("is longer than 128 KiB")


def test_secret_under_the_wrong_name(checked: Checked) -> None:
    """A secret that was set as NAME_FILE is no file, and is not shown."""
    assert ["APP_KEY  from APP_KEY_FILE cannot be read: it does not exist"] == checked(
        "[var.APP_KEY]\n", {"APP_KEY_FILE": "hunter2"}
    )


def test_docker_secrets(resolved: Resolved, tmp_path: Path) -> None:
    """The folder has files named as the variable or in lower case; other folders in it are left."""
    (tmp_path / "app_key").write_text("one")
    (tmp_path / "APP_PIN").write_text("two")
    (tmp_path / "APP_DIR").mkdir()
    text = f'[env]\nsecrets = "{tmp_path}/"\n[var.APP_KEY]\n[var.APP_PIN]\n'
    text += "[var.APP_DIR]\nrequired = false\n"
    assert {"APP_KEY": "one", "APP_PIN": "two"} == resolved(text)


def test_kubernetes_secrets(resolved: Resolved, tmp_path: Path) -> None:
    """Kubernetes' links through ..data are followed."""
    (tmp_path / "..2026_11_24").mkdir()
    (tmp_path / "..2026_11_24" / "APP_KEY").write_text("one")
    (tmp_path / "..data").symlink_to("..2026_11_24")
    (tmp_path / "APP_KEY").symlink_to("..data/APP_KEY")
    assert {"APP_KEY": "one"} == resolved(f'[env]\nsecrets = "{tmp_path}"\n[var.APP_KEY]\n')


def test_special_file_among_secrets(checked: Checked, tmp_path: Path) -> None:
    """A pipe among the secrets is a problem, and nothing waits for it."""
    os.mkfifo(tmp_path / "app_key")
    text = f'[env]\nsecrets = "{tmp_path}"\n[var.APP_KEY]\n'
    problem = f"from {tmp_path}/app_key cannot be read: it is not a regular file"
    assert [f"APP_KEY  {problem}"] == checked(text)


def test_missing_folder_of_secrets(resolved: Resolved) -> None:
    """A folder of secrets that is not there holds none."""
    text = '[env]\nsecrets = "/nowhere"\n[var.APP_X]\ndefault = "1"\n'
    assert {"APP_X": "1"} == resolved(text)


def test_alias(checked: Checked, resolved: Resolved) -> None:
    """An older name is taken with a warning that names the new one."""
    text = '[var.APP_WORKERS]\ntype = "int"\naliases = ["WEB_CONCURRENCY"]\n'
    given = {"WEB_CONCURRENCY": "4"}
    warning = "APP_WORKERS  comes from WEB_CONCURRENCY, an older name; set APP_WORKERS"
    assert [warning] == checked(text, given)
    assert [] == checked(text, given, "--quiet")
    assert given | {"APP_WORKERS": "4"} == resolved("[init]\nquiet = true\n" + text, given)
    assert ['APP_WORKERS  from WEB_CONCURRENCY is "x", not an int', warning] == checked(
        text, {"WEB_CONCURRENCY": "x"}
    )


def test_env_files(resolved: Resolved, tmp_path: Path) -> None:
    """A later env file wins; what it sets and nobody declares main gets too."""
    (tmp_path / "one.env").write_text("APP_X=1\nOTHER=1\nSET=file\n")
    (tmp_path / "two.env").write_text("APP_X=2\n")
    names = f'"{tmp_path}/one.env", "{tmp_path}/two.env", "?{tmp_path}/three.env"'
    made = resolved(f"[env]\nfiles = [{names}]\n[var.APP_X]\n", {"SET": "before"})
    assert {"SET": "before", "APP_X": "2", "OTHER": "1"} == made


def test_missing_env_file(checked: Checked, tmp_path: Path) -> None:
    """An env file that is not there is a problem, unless a question mark leads it."""
    text = f'[env]\nfiles = ["{tmp_path}/.env"]\n'
    assert [f"{tmp_path}/.env  cannot be read: it does not exist"] == checked(text)
    assert [] == checked(text.replace('["', '["?'))


def test_problems_of_env_files_come_first(checked: Checked, tmp_path: Path) -> None:
    """Problems of env files come first, then those of variables in order, then the undeclared."""
    env_file = tmp_path / ".env"
    env_file.write_text("APP_B=x\nbad line\nAPP_STRANGE=1\n")
    text = f"""
        [env]
        files = ["{env_file}"]
        prefix = "APP_"
        unknown = "error"
        [var.APP_B]
        type = "int"
        [var.APP_LAST]
    """
    lines = checked(text, {"APP_FOREIGN": "1"})
    problem = "is not NAME=value; a name has letters, digits and _, no digit first"
    assert [
        f"{env_file}:2  {problem}",
        f'APP_B  from {env_file}:1 is "x", not an int',
        "APP_LAST  is missing",
        "APP_FOREIGN  is not declared",
        f"APP_STRANGE  from {env_file}:3 is not declared",
    ] == ["  ".join(line.split(maxsplit=1)) for line in lines]


def test_empty_is_not_set(checked: Checked, resolved: Resolved) -> None:
    """An empty value is none, except for a string whose min_length is 0."""
    assert ["APP_X  is missing"] == checked("[var.APP_X]\n", {"APP_X": ""})
    assert {"APP_X": "1"} == resolved('[var.APP_X]\ndefault = "1"\n', {"APP_X": ""})
    text = '[var.APP_X]\nmin_length = 0\ndefault = "1"\n'
    assert {"APP_X": ""} == resolved(text, {"APP_X": ""})


@pytest.mark.parametrize("scheme", ["tcp", "udp", "sctp"])
@pytest.mark.parametrize("kind", ["port", "int"])
def test_service_link(checked: Checked, scheme: str, kind: str) -> None:
    """A Kubernetes service link in a port or an int has its own words."""
    (line,) = checked(f'[var.APP_PORT]\ntype = "{kind}"\n', {"APP_PORT": f"{scheme}://10.0.0.1:80"})
    assert "is a Kubernetes service link, not a" in line
    assert "rename the service or set enableServiceLinks: false" in line
