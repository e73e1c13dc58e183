"""The tools of CI and releases are those of pyproject.toml, pinned with hashes."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build_core import ROOT

REQUIREMENTS = (ROOT / "requirements" / "dev.txt").read_text()
PINNED = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", REQUIREMENTS, re.MULTILINE))


def test_has_the_tools_of_pyproject() -> None:
    """Each tool of the group `dev` is there in that version; else run `make requirements`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for text in project["dependency-groups"]["dev"]:
        wanted = Requirement(text)
        found = PINNED.get(canonicalize_name(wanted.name))
        assert found is not None, f"no {wanted.name}: run make requirements"
        assert found in wanted.specifier, f"{wanted.name}=={found}: run make requirements"


def test_every_package_has_hashes() -> None:
    """Each package has hashes, so that pip refuses any other file."""
    packages = re.split(r"^(?=[a-z])", REQUIREMENTS, flags=re.MULTILINE)[1:]
    assert len(PINNED) == len(packages)
    assert [] == [text.split()[0] for text in packages if "--hash=sha256:" not in text]
