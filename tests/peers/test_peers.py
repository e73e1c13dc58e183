"""Every case holds for tinyinit; what the others do is recorded, not asked for."""

from pathlib import Path

import pytest

from tests.peers import inits
from tests.peers.cases import CASES, Case

SLOW = {"flood_of_orphans", "pending_signal_is_not_lost", "pending_signal_to_group_is_not_lost"}

every_case = pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.__name__, marks=[pytest.mark.slow] * (case.__name__ in SLOW))
        for case in CASES
    ],
)


@every_case
def test_tinyinit(case: Case, tinyinit: Path) -> None:
    """Every case holds for tinyinit."""
    case(inits.tinyinit(tinyinit))


@pytest.mark.slow
@pytest.mark.parametrize("name", inits.PEERS)
@every_case
def test_peer(case: Case, name: str) -> None:
    """Every case runs to a verdict with the other inits; a failure is theirs, and expected."""
    init = inits.peer(name)
    if init is None:
        pytest.skip(f"{name} is not installed")
    try:
        case(init)
    except AssertionError as failure:
        pytest.xfail(inits.reason(failure))


@every_case
def test_case_can_fail(case: Case) -> None:
    """No case holds for a program that ends at once and starts nothing."""
    nothing = inits.tinyinit(Path("/bin/true"))._replace(name="true", patience=0.5)
    with pytest.raises(AssertionError):
        case(nothing)
