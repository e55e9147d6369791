"""What each operation of a candidate's network costs, and the graph of its cell in which it stands.

Letters: V most vertices of a space's cells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from spaces.base import InputSpec, NetworkSpace, SequenceSpec
from spaces.complexity import Complexity, count_complexity

_CIFAR_CLASSES = 10


class Place(StrEnum):
    """What an operation of a cell belongs to."""

    VERTEX = "vertex"
    EDGE = "edge"


@dataclass(frozen=True)
class OperationGraph:
    """One kind of cell.

    vertices: of this cell, the inputs first and the output last; capacity: V; edges: source and target of each, a
    target being the higher number, none twice; place: what operations belong to; operations: name of each vertex or
    edge; codes: number that stands for each in a matrix
    """

    vertices: int
    capacity: int
    edges: tuple[tuple[int, int], ...]
    place: Place
    operations: tuple[str, ...]
    codes: tuple[int, ...]

    def matrix(self, values: Sequence[int]) -> NDArray[np.int64]:
        """Return a matrix [V, V]: at [s, t] the value of the edge from s to t, or that of vertex t.

        values: one for each operation. The cell's input is the first row, its output the last; zeros stand for the
        vertices that it lacks. The value of a vertex to which no edge leads is not in it.
        """
        number = [*range(self.vertices - 1), self.capacity - 1]
        found = np.zeros((self.capacity, self.capacity), np.int64)
        for edge, (source, target) in enumerate(self.edges):
            found[number[source], number[target]] = values[edge if self.place is Place.EDGE else target]
        return found


@dataclass(frozen=True)
class CellCosts:
    """Parameters and multiply-adds of each operation of one cell; kind: which of the graphs it follows."""

    kind: int
    params: tuple[int, ...]
    macs: tuple[int, ...]

    @classmethod
    def of(cls, operations: Iterable[Complexity], kind: int = 0) -> "CellCosts":
        """Return the costs of a cell whose operations cost these."""
        costs = tuple(operations)
        return cls(kind, tuple(each.params for each in costs), tuple(each.macs for each in costs))


@dataclass(frozen=True)
class OperationCosts:
    """A network as kinds of cells, its cells in the order in which they compute, and what is outside of them."""

    graphs: tuple[OperationGraph, ...]
    cells: tuple[CellCosts, ...]
    outside: Complexity

    @property
    def total(self) -> Complexity:
        """What all cells cost together with what is outside of them: the complexity of the network."""
        parts = (Complexity(sum(cell.params), sum(cell.macs)) for cell in self.cells)
        return sum(parts, self.outside)


@runtime_checkable
class CostedSpace(Protocol):
    """A space whose candidates' costs are known operation by operation; they add up to those of the network.

    All candidates have as many graphs, of one capacity and one sort of places. A name of an operation has one code. The
    number of cells may be the candidate's own.
    """

    def operation_costs(self, candidate: Any, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return the costs of a candidate's network; raises what ``build`` raises."""
        ...


def cifar_costs(space: CostedSpace, candidate: Any) -> OperationCosts:
    """Return the costs of a candidate's network for CIFAR-10, images of 3 x 32 x 32 in ten classes.

    Other sizes and numbers of classes move all candidates alike, so that these do to compare them. Raises what
    ``build`` raises.
    """
    return space.operation_costs(candidate, InputSpec(), _CIFAR_CLASSES)


def network_complexity(
    space: NetworkSpace, candidate: Any, input_spec: InputSpec | SequenceSpec, num_outputs: int
) -> Complexity:
    """Return the complexity of a candidate's network; where the costs of its operations are known none is built.

    Raises what ``space.build`` raises.
    """
    if isinstance(space, CostedSpace) and isinstance(input_spec, InputSpec):
        return space.operation_costs(candidate, input_spec, num_outputs).total
    return count_complexity(space, candidate, input_spec, num_outputs)
