"""Checks: pure functions of facts that yield findings, or what they could not see.

A check of an id may yield several findings or none; `CHECKS` names all there are, in the order of
docs/doctor.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tinyinit.base.text import plain
from tinyinit.doctor.checks import _growth, _image, _limits, _signals, _state
from tinyinit.findings import Finding, Result, Unknown, worst_first

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tinyinit.doctor.facts import Facts

CHECKS: Final[dict[str, Callable[[Facts], Iterable[Finding | Unknown]]]] = {
    "pid1-shell": _signals.pid1_shell,
    "pid1-term": _signals.pid1_term,
    "wrapped-shell": _signals.wrapped_shell,
    "zombies": _growth.zombies,
    "reaping": _signals.reaping,
    "init-needed": _signals.init_needed,
    "thread-stack": _limits.thread_stack,
    "rlimits": _limits.rlimits,
    "oom": _growth.oom,
    "limits-view": _limits.limits_view,
    "pids": _growth.pids,
    "one-task": _state.one_task,
    "written-state": _state.written_state,
    "hardening": _state.hardening,
    "secrets-in-env": _state.secrets_in_env,
    "contract": _state.contract,
    "base": _image.base,
    "tools": _image.tools,
}
"""Every check by its id."""


def examine(facts: Facts, *, tools: Collection[str] | None = None) -> Result:
    """Return what all checks find in facts; `tools` are the paths that may be in the image."""
    findings: list[Finding] = []
    unknown: dict[str, Unknown] = {}
    for name, check in CHECKS.items():
        found = _image.tools(facts, tools) if name == "tools" else check(facts)
        for one in found:
            # Names come from the container, or with facts from anywhere: no escape gets through.
            if isinstance(one, Finding):
                findings.append(one._replace(evidence=plain(one.evidence), why=plain(one.why)))
            else:
                unknown.setdefault(one.id, one._replace(why=plain(one.why)))
    return Result(plain(facts.target), worst_first(findings), tuple(unknown.values()))
