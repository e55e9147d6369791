"""Room that is held for one actor on one machine, as a placement group of Ray's.

Whatever is held, and waited for, by whichever search stands in one table of the cluster; that is how searches see each
other. A reservation ends with the process that made it. Times are seconds.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ray.util.placement_group import placement_group, placement_group_table, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from evo.cluster.head_watch import await_head
from evo.cluster.room import Need
from evo.records.failures import LostClusterError

PREFIX = "selfnas/"
"""Of all names that selfnas gives in a cluster."""
SOON_S = 1.0
"""Within which room that is free is given."""
PASSING = "passing"
"""Pool of what is held for a moment only."""
NODE_LABEL = "ray.io/node-id"
HELD, GONE = "CREATED", "REMOVED"


@dataclass(frozen=True)
class Reservation:
    """One that this process has made."""

    group: Any

    @property
    def key(self) -> str:
        """Return what the table calls it."""
        return str(self.group.id.hex())

    def inside(self) -> PlacementGroupSchedulingStrategy:
        """Return how an actor is told to be in it; that actor waits until there is room."""
        return PlacementGroupSchedulingStrategy(self.group, 0)

    def held_within(self, timeout_s: float) -> bool:
        """Return whether it has room by then."""
        return bool(self.group.wait(timeout_s))

    def give_back(self) -> None:
        """End it, and whatever is in it; where the cluster's head is gone, both have ended already."""
        with suppress(LostClusterError):
            await_head()  # for which Ray would wait for a minute, and then end the process
            remove_placement_group(self.group)


@dataclass(frozen=True)
class Booking:
    """One of anybody's; pool: whose it is; node: where it has room, None while it waits."""

    pool: str
    need: Need
    node: str | None


def reserve(name: str, pool: str, need: Need, *, on: str | None = None, avoid: Collection[str] = ()) -> Reservation:
    """Ask for room, on one node or on any but those to avoid, which may take its time; name: one of its own."""
    await_head()
    wanted = {"CPU": need.cpus, "GPU": need.gpus}
    bundle = {kind: amount for kind, amount in wanted.items() if amount}
    where = f"!in({','.join(sorted(avoid))})" if avoid else None
    selector = [{NODE_LABEL: on or where}] if on or where else None
    return Reservation(placement_group([bundle], name=f"{name}.{pool}", bundle_label_selector=selector))


def listed() -> dict[str, Booking]:
    """Return all reservations of selfnas in the cluster, by key."""
    table = placement_group_table().items()
    rows = {key: row for key, row in table if row["name"].startswith(PREFIX) and row["state"] != GONE}
    return {key: _read(row) for key, row in rows.items() if not row["name"].endswith(f".{PASSING}")}


def _read(row: Mapping[str, Any]) -> Booking:
    (bundle,) = row["bundles"].values()
    (node,) = row["bundles_to_node_id"].values()
    need = Need(bundle.get("CPU", 0.0), bundle.get("GPU", 0.0))
    return Booking(row["name"].rpartition(".")[2], need, node if row["state"] == HELD else None)
