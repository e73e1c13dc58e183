"""What an init says when memory runs out."""

from tests.cgroups import MEBIBYTE, memory_limit
from tests.namespaces import stage
from tests.payload.build import payload
from tests.peers.inits import Init


def main_killed_for_memory(init: Init) -> None:
    """Main killed by the kernel for memory: 137, and a line says so, with the limit."""
    with memory_limit(16 * MEBIBYTE) as group:
        command = [*init.plain(), payload(), "eat=64"]
        with stage(command, "--cgroup", str(group), patience=init.patience) as run:
            assert 137 == run.wait()
            message = run.errors()
    assert "memory" in message
    assert "16 MiB" in message


def child_killed_for_memory(init: Init) -> None:
    """A process killed for memory that is not main: a line says so, and main's code stands."""
    with memory_limit(16 * MEBIBYTE) as group:
        command = [*init.plain(), payload(), "child-eats=64", "exit=4"]
        with stage(command, "--cgroup", str(group), patience=init.patience) as run:
            assert "9" == run.skip_to("child status")
            assert 4 == run.wait()
            message = run.errors()
    assert "memory" in message
    assert "16 MiB" in message
