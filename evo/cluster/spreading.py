"""Room for several actors, on as many machines and GPUs as there are before any GPU is shared.

Ray spreads reservations over machines by itself, yet on one machine it puts a share on the fullest GPU that it fits.
So the rest of a GPU is held, for milliseconds, once a share of it is: the next share goes to another one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from evo.cluster.reservations import PASSING, PREFIX, SOON_S, Reservation, listed, reserve
from evo.cluster.room import ROUNDING, Need, free_places
from evo.records.resources import Machine

FILLER = PREFIX + "filler"


def reserve_spread(
    names: Sequence[str], pool: str, need: Need, nodes: Collection[Machine], *, avoid: Collection[str] = ()
) -> list[Reservation]:
    """Return a reservation for each name; where there is no room for it, it waits for some."""
    made: list[Reservation] = []
    if 0 < need.gpus <= 1 / 2 and len(names) < free_places(nodes, need):
        made = _by_levels(names, pool, need, {node.node_id: int(node.gpus) for node in nodes}, avoid)
    return made + [reserve(name, pool, need, avoid=avoid) for name in names[len(made) :]]


def _by_levels(
    names: Sequence[str], pool: str, need: Need, gpus: dict[str, int], avoid: Collection[str]
) -> list[Reservation]:
    """Return reservations of which no GPU has two more than another of its machine; fewer where room is slow."""
    made: list[Reservation] = []
    count: Counter[str] = Counter()
    fillers: dict[str, list[Reservation]] = defaultdict(list)
    try:
        for name in names:
            made.append(reserve(name, pool, need, avoid=avoid))
            node = listed()[made[-1].key].node if made[-1].held_within(SOON_S) else None
            if node is None:
                return made
            level, at = divmod(count[node], gpus.get(node, 1))  # a node may have joined just now
            count[node] += 1
            rest = 1 - (level + 1) * need.gpus
            if at == gpus.get(node, 1) - 1:
                _give_back(fillers.pop(node, []))
            elif rest >= need.gpus - ROUNDING:
                fillers[node].append(_filler(f"{made[-1].key}-{at}", rest, node))
    finally:
        for held in fillers.values():
            _give_back(held)
    return made


def _filler(name: str, gpus: float, node: str) -> Reservation:
    filler = reserve(f"{FILLER}-{name}", PASSING, Need(0.0, gpus), on=node)
    filler.held_within(SOON_S)
    return filler


def _give_back(fillers: Sequence[Reservation]) -> None:
    for filler in fillers:
        filler.give_back()
