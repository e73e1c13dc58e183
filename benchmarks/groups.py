"""The groups of benchmarks there are; a new one is a module with a GROUP and a line here."""

from benchmarks import contract, idle, latency, memory, orphans, settings, size, start, window
from benchmarks.model import Group

GROUPS: dict[str, Group] = {
    module.GROUP.name: module.GROUP
    for module in (start, memory, orphans, latency, window, idle, size, settings, contract)
}
