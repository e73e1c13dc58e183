"""How an init reaps."""

from tests.namespaces import Run, stage
from tests.payload.build import payload
from tests.peers.inits import Init


def _only_init_and_main(run: Run) -> bool:
    return 2 == len(run.processes())


def zombies_are_reaped(init: Init) -> None:
    """Zombies whose parent has ended are reaped."""
    command = [*init.plain(), payload(), "zombies=20", "hold"]
    with stage(command, patience=init.patience) as run:
        run.skip_to("zombies")
        run.until(lambda: _only_init_and_main(run))


def flood_of_orphans(init: Init) -> None:
    """Of 5,000 orphans that die at once, every one is reaped."""
    command = [*init.plain(), payload(), "orphans=5000", "hold"]
    with stage(command, patience=init.patience * 4) as run:
        run.skip_to("orphans")
        run.until(lambda: _only_init_and_main(run))


def orphans_are_adopted(init: Init) -> None:
    """Not PID 1, it adopts and reaps the orphans of main."""
    command = [*init.adopting(), payload(), "leave=orphan", "zombies=20", "hold"]
    with stage(command, pid1=False, patience=init.patience) as run:
        leftover = int(run.skip_to("leftover"))
        run.skip_to("zombies")
        parents = [one.parent for one in run.processes() if one.pid == leftover]
        assert [int(run.inner)] == parents
        run.until(lambda: 3 == len(run.processes()))


def zombies_do_not_end_it(init: Init) -> None:
    """An orphan's end is not taken for main's, whatever its code."""
    command = [
        *init.plain(),
        "sh",
        "-c",
        '(sh -c "exit 3" & exit 4) ; (exit 5) & sleep 0.1; exit 7',
    ]
    with stage(command, patience=init.patience) as run:
        assert 7 == run.wait()
