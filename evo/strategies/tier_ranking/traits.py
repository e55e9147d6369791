"""What of a candidate is compared between tiers of quality: its parameters, its multiply-adds, and its operations."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from spaces import SearchSpace
from spaces.operation_costs import CostedSpace, Place, cifar_costs

CACHED = 100_000
"""Candidates whose traits are kept."""


class Trait(StrEnum):
    """What is compared."""

    PARAMS = "parameters"
    MACS = "MACs"
    OPERATIONS = "operations"
    """Names of operations where they belong to edges, the number of vertices where they belong to these."""

    def shown(self, place: Place) -> str:
        """Return its name for readers, where operations have this place."""
        return "vertices" if self is Trait.OPERATIONS and place is Place.VERTEX else self.value


@dataclass(frozen=True)
class Traits:
    """Those of one candidate: trainable weights, multiply-adds, vertices of its cells, and how often each operation."""

    params: int
    macs: int
    vertices: int
    operations: Mapping[str, int]
    place: Place


class TraitReader:
    """Reads the traits of a space's candidates."""

    def __init__(self, space: SearchSpace[Any]) -> None:
        """Keep the space; see ``refuses``."""
        self._space: Any = space
        self._known: dict[str, Traits] = {}

    def of(self, candidate: Any) -> Traits:
        """Return the traits of a candidate."""
        text = self._space.encode(candidate)
        if text not in self._known:
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[text] = self._read(candidate)
        return self._known[text]

    def _read(self, candidate: Any) -> Traits:
        costs = cifar_costs(self._space, candidate)
        total = costs.total
        names = Counter(name for graph in costs.graphs for name in graph.operations)
        vertices = sum(graph.vertices for graph in costs.graphs)
        return Traits(total.params, total.macs, vertices, names, costs.graphs[0].place)


def refuses(space: object) -> str | None:
    """Return why the traits of a space's candidates cannot be read, None where they can."""
    if isinstance(space, CostedSpace):
        return None
    return "it does not say what its operations cost (operation_costs), as nasbench101, nasbench201 and darts do"
