"""The documentation of the rehearsal says what there is."""

import re
from pathlib import Path

from tests.rehearse.test_command import rehearse
from tinyinit.rehearse import VERDICTS

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_each_verdict_has_a_page_with_the_fix() -> None:
    """Each verdict has a page that says what to write for docker, compose and kubernetes."""
    for verdict in VERDICTS:
        text = (DOCS / "verdicts" / f"{verdict}.md").read_text()
        assert text.startswith(f"# {verdict}\n")
        for place in ("docker", "compose", "kubernetes"):
            assert f"{place}" in text, f"{verdict}: nothing for {place}"


def test_help_and_page_have_the_same_options() -> None:
    """What `--help` lists is what the page explains, and both fit."""
    said = rehearse("--help").stdout
    assert len(said.splitlines()) <= 36
    assert max(len(line) for line in said.splitlines()) <= 100
    page = (DOCS / "rehearse.md").read_text()
    assert set(re.findall(r"(--[a-z-]+)", said)) - {"--"} <= set(re.findall(r"(--[a-z-]+)", page))
