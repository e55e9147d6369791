"""Machines of a cluster that is not there."""

from evo.records.resources import Machine


def machine(
    name: str, cpus: float, gpus: float = 0.0, *, free_cpus: float | None = None, free_gpus: float | None = None
) -> Machine:
    """Return a node of which everything is free unless less is said; its id is its name."""
    left = cpus if free_cpus is None else free_cpus, gpus if free_gpus is None else free_gpus
    return Machine(name, name, cpus, gpus, *left)
