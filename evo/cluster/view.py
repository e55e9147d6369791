"""What a pool sees of the cluster when it looks around: the machines that are up, and what every pool holds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from evo.cluster.head_watch import await_head
from evo.cluster.nodes import read_nodes
from evo.cluster.reservations import Booking, listed
from evo.cluster.room import Need
from evo.cluster.sharing import Holding
from evo.records.resources import Machine


@dataclass(frozen=True)
class View:
    """A cluster at a moment; reservations: all of selfnas, by key."""

    nodes: tuple[Machine, ...] = ()
    reservations: Mapping[str, Booking] = field(default_factory=dict)

    def node_of(self, key: str) -> str | None:
        """Return the id of the node where a reservation has room, None while it waits."""
        found = self.reservations.get(key)
        return found.node if found else None

    def named(self, node_id: str) -> str:
        """Return the name of a node."""
        return next((node.name for node in self.nodes if node.node_id == node_id), node_id[:8])

    def others(self, pool: str) -> list[Holding]:
        """Return what the other pools hold."""
        found: dict[str, Holding] = defaultdict(lambda: Holding(Need()))
        for each in self.reservations.values():
            if each.pool != pool:
                found[each.pool] = _and_one(found[each.pool], each)
        return list(found.values())


NOTHING = View()


def look(known: View = NOTHING) -> View:
    """Return what there is now; known: what was seen last. Raises LostClusterError where the cluster's head is gone."""
    await_head()
    return View(read_nodes(known.nodes), listed())


def _and_one(holding: Holding, more: Booking) -> Holding:
    if more.node is None:
        return replace(holding, need=more.need, waiting=holding.waiting + 1)
    return replace(holding, need=more.need, nodes=(*holding.nodes, more.node))
