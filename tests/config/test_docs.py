"""What the pages on settings show is what happens."""

from __future__ import annotations

import doctest
import re
import sys
import types
import warnings
from pathlib import Path

import pytest

from tools import reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "config.md",
    "migrate-decouple.md",
    "migrate-environs.md",
    "migrate-pydantic-settings.md",
)


ENVIRON = {
    "APP_DATABASE_URL": "postgresql://shop:hunter2@db/shop",
    "APP_SECRET_KEY": "s3cret",
}


@pytest.mark.parametrize("page", PAGES)
def test_snippets_run(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of a page runs from top to bottom, and prints what is shown."""
    if "migrate" in page:
        pytest.importorskip(page.removeprefix("migrate-").removesuffix(".md").replace("-", "_"))
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    text = (ROOT / "docs" / page).read_text()
    module = types.ModuleType("app.settings")
    monkeypatch.setitem(sys.modules, "app.settings", module)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    blocks = re.findall(r"```(python|pycon)\n(.*?)```", text, re.DOTALL)
    assert blocks
    for kind, code in blocks:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if kind == "python":
                exec(compile(code, page, "exec"), vars(module))  # noqa: S102  # our own page
            else:
                test = doctest.DocTestParser().get_doctest(code, vars(module), page, page, 0)
                runner.run(test, clear_globs=False)
                vars(module).update(test.globs)
    assert 0 == runner.failures


def test_reference_is_current() -> None:
    """The reference is what the docstrings say; `make reference` writes it."""
    assert reference.page() == reference.PAGE.read_text(encoding="utf-8")
