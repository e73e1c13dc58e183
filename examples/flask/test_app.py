"""The service without a container: what it answers, what it needs, what its contract says."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from app import create_app
from settings import Settings

from tinyinit import config

TOKEN = "0123456789abcdef"  # noqa: S105  # a test's
HERE = Path(__file__).parent


def settings(folder: Path, more: Mapping[str, str] | None = None) -> Settings:
    """Return settings as this environment gives them."""
    environ = {"NOTES_TOKEN": TOKEN, "NOTES_FOLDER": str(folder), **(more or {})}
    return config.load(Settings, environ=environ)


def test_a_note_is_kept_for_who_knows_the_token(tmp_path: Path) -> None:
    """A writer with the token adds a note; one without does not."""
    client = create_app(settings(tmp_path)).test_client()
    known = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/", data="no", headers={}).status_code == 401
    assert client.post("/", data="buy\nmilk", headers=known).status_code == 201
    assert client.get("/").text == "buy milk\n"


def test_what_is_missing_is_said_at_once(tmp_path: Path) -> None:
    """Each problem is named, and no value of a secret."""
    with pytest.raises(config.ConfigError) as caught:
        settings(tmp_path, {"NOTES_TOKEN": "short", "NOTES_PORT": "80"})
    assert "NOTES_PORT" in str(caught.value)
    assert "NOTES_TOKEN" in str(caught.value)
    assert "short" not in str(caught.value)


def test_the_contract_is_that_of_the_class() -> None:
    """The file that the container enforces is exported from the class."""
    command = ["contract", "export", "settings:Settings", "--check", "tinyinit.toml"]
    done = subprocess.run([sys.executable, "-m", "tinyinit", *command], cwd=HERE, check=False)
    assert done.returncode == 0
