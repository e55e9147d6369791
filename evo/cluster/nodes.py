"""The machines of the cluster that this process has joined, and what of each nobody holds."""

from collections.abc import Mapping
from typing import Any

import ray

from evo.records.resources import Machine

Amounts = Mapping[str, float]


def read_nodes() -> tuple[Machine, ...]:
    """Return the machines that are up; one whose free room is not known yet has just joined, and is free."""
    alive = [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    free = _free() if alive else {}
    return tuple(_node(node, free.get(node["NodeID"], node["Resources"])) for node in alive)


def _node(known: Mapping[str, Any], free: Amounts) -> Machine:
    has = known["Resources"]
    return Machine(
        node_id=known["NodeID"],
        name=known.get("NodeManagerHostname") or known["NodeID"][:8],
        cpus=has.get("CPU", 0.0),
        gpus=has.get("GPU", 0.0),
        free_cpus=free.get("CPU", 0.0),
        free_gpus=free.get("GPU", 0.0),
    )


def _free() -> Mapping[str, Amounts]:
    """Return what nobody holds, by node: asked of the cluster itself, where this process is a client of it."""
    if ray.util.client.ray.is_connected():  # type: ignore[no-untyped-call]
        asked: Mapping[str, Amounts] = ray.get(ray.remote(_free_here).options(num_cpus=0).remote())
        return asked
    return _free_here()


def _free_here() -> Mapping[str, Amounts]:
    from ray._private.state import available_resources_per_node  # Ray has no public way to ask by node

    found: Mapping[str, Amounts] = available_resources_per_node()  # type: ignore[no-untyped-call]
    return found
