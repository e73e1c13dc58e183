"""What the image is: a distribution that is still cared for, and which tools it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyinit.base.text import plain
from tinyinit.doctor.checks import _ends_of_life as ends
from tinyinit.doctor.checks._words import some
from tinyinit.findings import ERROR, INFO, WARNING, Finding, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tinyinit.doctor.facts._model import Facts

_DAY = 86400
_OLD = 400
_SOON = 60
_ADVICE = {
    "docker": "FROM a later release, build again, and again each week: bases get fixes",
    "compose": "build: --pull, or a later tag",
    "kubernetes": "a later tag of the image",
}


def base(facts: Facts) -> Iterator[Finding | Unknown]:
    """The distribution is past the end of its life, or unknown."""
    image = facts.image
    if image.os is None:
        yield Unknown("base", facts.hidden.get("files", "os-release could not be read"))
        return
    if not image.os:
        return  # made from scratch: there is no distribution to look after
    today = int(facts.taken // _DAY)
    label = plain(image.name or f"{image.os} {image.version}")
    end = ends.find(image.os, image.version)
    if end is not None:
        left = end - today
        if left < _SOON:
            is_over = left < 0
            yield Finding(
                "base",
                WARNING if is_over else INFO,
                f"{label} {'had its' if is_over else 'has its'} end of life on {ends.date(end)}"
                f" ({ends.SOURCE} of {ends.TAKEN})",
                "holes that are found from then on stay open",
                _ADVICE,
            )
        return
    if image.os not in ends.ROLLING:
        yield Finding(
            "base",
            INFO,
            f"{label} is not in the table of ends of life ({ends.SOURCE} of {ends.TAKEN})",
            "whether anybody mends its holes is for you to know",
            _ADVICE,
        )
    if today - ends.day(ends.TAKEN) > _OLD:
        yield Finding(
            "base",
            INFO,
            f"this doctor's table of ends of life is of {ends.TAKEN}",
            "later releases of distributions are not in it",
            {"anywhere": "use a later release of tinyinit"},
        )


def tools(facts: Facts, expected: Collection[str] | None = None) -> Iterator[Finding | Unknown]:
    """Shells, package managers, compilers, network tools; new ones, where a list is given."""
    found = facts.image.tools
    if found is None:
        yield Unknown("tools", facts.hidden.get("files", "the image's files are hidden"))
        return
    why = "what is in the image is there for an attacker too; nothing of it is needed to run"
    advice = {
        "docker": "a last stage FROM scratch, distroless or slim that copies only the app",
        "compose": "the same, in the image",
        "kubernetes": "the same; kubectl debug brings tools along when they are needed",
    }
    if expected is None:
        if found:
            yield Finding(
                "tools",
                INFO,
                f"the image has {len(found)} of the usual tools: {some([plain(x) for x in found])}",
                why,
                advice,
            )
        return
    new = [plain(tool) for tool in found if tool not in expected]
    if new:
        yield Finding(
            "tools",
            ERROR,
            f"the image has {len(new)} that the committed list does not name: {some(new, 10)}",
            why,
            {"anywhere": "take it out of the image, or add it to the list in a change of its own"},
        )
