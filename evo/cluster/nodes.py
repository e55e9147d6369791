"""The machines of the cluster that this process has joined, and what of each nobody holds.

Times are seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from evo.records.resources import Machine

Amounts = Mapping[str, float]

FIRST_S, ANSWER_S = 30.0, 2.0
"""How long a cluster may take to say what is free: the first time, while a process starts there, and later."""
HEAD = "node:__internal_head__"
"""What of all nodes only the head has."""


def read_nodes(known: Sequence[Machine] = ()) -> tuple[Machine, ...]:
    """Return the machines that are up; one whose free room is not known yet has just joined, and is free.

    known: as they were last seen, which holds on for whatever the cluster does not say in time
    """
    alive = _alive()
    free = _free(alive, known) if alive else {}
    return tuple(_node(node, free.get(node["NodeID"], node["Resources"])) for node in alive)


def is_client() -> bool:
    """Return whether this process has joined its cluster through Ray's client server."""
    return bool(ray.util.client.ray.is_connected())  # type: ignore[no-untyped-call]


def at_head(function: Callable[..., Any]) -> Any:
    """Return a function as a task that runs where the cluster's head is, and takes no CPU there."""
    return _at_head(function, _alive())


def _alive() -> list[Mapping[str, Any]]:
    return [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]


def _at_head(function: Callable[..., Any], nodes: Sequence[Mapping[str, Any]]) -> Any:
    heads = [NodeAffinitySchedulingStrategy(node["NodeID"], soft=False) for node in nodes if HEAD in node["Resources"]]
    there = {"scheduling_strategy": heads[0]} if heads else {}  # any other node may be frozen
    return ray.remote(function).options(num_cpus=0, **there)


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


def _free(nodes: Sequence[Mapping[str, Any]], known: Sequence[Machine]) -> Mapping[str, Amounts]:
    """Return what nobody holds, by node: asked of the cluster's head, where this process is a client of it."""
    if not is_client():
        return _free_here()
    asked = _at_head(_free_here, nodes).remote()
    if not ray.wait([asked], timeout=ANSWER_S if known else FIRST_S)[0]:
        ray.cancel(asked, force=True)
        return {node.node_id: {"CPU": node.free_cpus, "GPU": node.free_gpus} for node in known}
    found: Mapping[str, Amounts] = ray.get(asked)
    return found


def _free_here() -> Mapping[str, Amounts]:
    from ray._private.state import available_resources_per_node  # Ray has no public way to ask by node

    found: Mapping[str, Amounts] = available_resources_per_node()  # type: ignore[no-untyped-call]
    return found
