"""How several searches share a cluster: one that waits and holds less gets room from one that holds more.

Whoever holds more than another that waits gives places back, between two trials, up to where both hold the same;
whoever has none at all gets its first whatever that takes, and whoever gives keeps one. Nobody takes more while a
poorer one waits. Pools are compared by the GPUs that they hold where both need some, else by CPUs. What a pool waits
for is taken for something it can use, so beside others a pool waits for no more than its own nodes hold in all.
Supernets get room in this way and never give any back: they hold it until their training is over, also as the richer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from evo.cluster.room import ROUNDING, Need, freed, places
from evo.records.resources import Machine


@dataclass(frozen=True)
class Holding:
    """What a pool has: the id of the node of every actor that has room, and how many actors wait for some."""

    need: Need
    nodes: tuple[str, ...] = ()
    waiting: int = 0


def fair_part(capacity: int, others: int) -> int:
    """Return how many places of a cluster a search may ask for, whoever holds them; none where it is alone."""
    return capacity // (1 + others) if others else 0


def poorer_waits(nodes: Iterable[Machine], mine: Holding, others: Iterable[Holding]) -> bool:
    """Return whether another pool waits for what is free or this one holds, and has no more than this one."""
    machines = {node.node_id: node for node in nodes}
    return any(
        other.waiting and not _is_richer(other, mine) and _cheapest(machines, mine, other.need) is not None
        for other in others
    )


def to_give(nodes: Iterable[Machine], mine: Holding, others: Iterable[Holding]) -> list[str]:
    """Return the ids of the nodes, with repetitions, on which this pool should give places back."""
    machines = {node.node_id: node for node in nodes}
    given: list[str] = []
    for other in others:
        needy = other
        while needy.waiting and (found := _cheapest(machines, mine, needy.need)) is not None:
            node_id, count = found
            after, had = _without(mine, node_id, count), len(needy.nodes)
            needy = replace(needy, nodes=(*needy.nodes, node_id), waiting=needy.waiting - 1)
            if count and (not after.nodes or (had and _is_richer(needy, after))):
                break
            given += [node_id] * count
            machines[node_id] = freed(freed(machines[node_id], mine.need, count), needy.need, -1)
            mine = after
    return given


def _cheapest(machines: Mapping[str, Machine], mine: Holding, need: Need) -> tuple[str, int] | None:
    """Return the node where another's actor would fit after the fewest places given back, and their number."""
    costs = [(count, node_id) for node_id, node in machines.items() if (count := _cost(node, mine, need)) is not None]
    return (min(costs)[1], min(costs)[0]) if costs else None


def _cost(node: Machine, mine: Holding, need: Need) -> int | None:
    for count in range(mine.nodes.count(node.node_id) + 1):
        less = freed(node, mine.need, count)
        if places(less.free_cpus, less.free_gpus, need):
            return count
    return None


def _without(mine: Holding, node_id: str, count: int) -> Holding:
    left = list(mine.nodes)
    for _ in range(count):
        left.remove(node_id)
    return replace(mine, nodes=tuple(left))


def _is_richer(one: Holding, other: Holding) -> bool:
    by_gpu = one.need.gpus and other.need.gpus
    ours, theirs = ((each.need.gpus if by_gpu else each.need.cpus) * len(each.nodes) for each in (one, other))
    return bool(ours > theirs + ROUNDING)
