"""What a pool knows of its cluster: the nodes as last seen, those that went away, and those where it must not be.

Times are seconds of a clock that only goes on.
"""

import logging
from collections.abc import Callable

from evo.cluster.room import Need, lacking, places
from evo.cluster.view import View, look
from evo.records.resources import Machine

LOOK_S, LOOK_SOON_S = 2.0, 0.25

logger = logging.getLogger(__name__)


class Surroundings:
    """The cluster around a pool whose actors need ``need`` each."""

    def __init__(self, need: Need, *, look: Callable[[View], View] = look) -> None:
        """Look at nothing yet."""
        self.view = View()
        self.nodes_lost = 0
        self._need, self._look = need, look
        self._at = float("-inf")
        self._avoided: dict[str, str] = {}

    @property
    def avoided(self) -> frozenset[str]:
        """The ids of the nodes where no actor of the pool is to be."""
        return frozenset(self._avoided)

    @property
    def usable(self) -> list[Machine]:
        """The nodes that could hold an actor of the pool, if nobody else had anything there."""
        nodes = [node for node in self.view.nodes if node.node_id not in self._avoided]
        return [node for node in nodes if places(node.cpus, node.gpus, self._need)]

    @property
    def lacks(self) -> str:
        """What an actor that has no room waits for, ``GPU`` or ``CPU``."""
        return lacking(self.view.nodes, self._need)

    def is_due(self, now: float, *, soon: bool) -> bool:
        """Return whether it is time to look again."""
        return now - self._at >= (LOOK_SOON_S if soon else LOOK_S)

    def look(self, now: float) -> bool:
        """Look, and return whether a node has joined since the last time."""
        before, self._at = {node.node_id for node in self.view.nodes}, now
        self.view = self._look(self.view)
        there = {node.node_id for node in self.view.nodes}
        self.nodes_lost += len(before - there)
        return bool(before) and bool(there - before)

    def leave_out(self, node_id: str, reason: str) -> None:
        """Have no more actors on a node, and say so once."""
        if node_id not in self._avoided:
            self._avoided[node_id] = reason
            logger.warning("node %s is left out: %s", self.view.named(node_id), reason)
