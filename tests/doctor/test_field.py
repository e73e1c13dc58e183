"""Nothing is said of healthy services: a part of `python -m tests.doctor.field`."""

import pytest

from tests import machine
from tests.doctor.field import SERVICES, Service, available, false_findings, started
from tinyinit.doctor.checks import examine
from tinyinit.doctor.facts import Asked, gather

pytestmark = machine.needs(machine.can_unshare())

CHOSEN = [("gunicorn", "tinyinit"), ("python", ""), ("node", "tini"), ("redis", "s6")]


@pytest.mark.parametrize(
    "service",
    [one for one in SERVICES if (one.name, one.init) in CHOSEN],
    ids=lambda one: f"{one.name}-{one.init or 'bare'}",
)
def test_a_healthy_service_is_fine(service: Service) -> None:
    """A service that ends on SIGTERM and leaves nothing behind gets no warning and no error."""
    if not available(service):
        pytest.skip(f"no {service.command[0]} or {service.init} here")
    with started(service) as pid:
        assert [] == false_findings(examine(gather(Asked(pid=pid))))
