"""What the ranker reads of a candidate: matrices of its operations and of what they cost, a token each.

As ReNAS (Xu et al., 2021) and NAR (Guo et al., 2022) describe: one matrix of operations for each kind of cell, then for
each cell of the network the multiply-adds and the parameters of its operations.

Letters: N candidates, S tokens, G of them of operations, V most vertices of a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spaces.operation_costs import CostedSpace, OperationCosts, Place, cifar_costs
from tasks import UsageError

Integers = NDArray[np.int64]

COSTS_PER_CELL = 2  # multiply-adds, then parameters


@dataclass(frozen=True)
class Tokens:
    """Matrices [N, S, V, V] of candidates, zeros after a network's last cell; graphs: G; place: of its operations."""

    matrices: Integers
    graphs: int
    place: Place

    def of(self, members: Integers) -> "Tokens":
        """Return those of the members of these numbers."""
        return replace(self, matrices=self.matrices[members])


def refusal(space: object) -> str | None:
    """Return why candidates of a space cannot be read, None where they can."""
    if isinstance(space, CostedSpace):
        return None
    return "it reads what each operation costs, and this space does not say (it has no operation_costs)"


def read_tokens(space: Any, texts: Sequence[str], tokens: int = 0) -> Tokens:
    """Return the tokens of N >= 1 candidates, ``tokens`` of each; 0: as many as the longest of them has.

    The costs of cells that are too many are added to those of the last one, so that the sum stays what it was. Raises
    ValueError for a text that is no candidate.
    """
    costs = [cifar_costs(space, space.decode(text)) for text in texts]
    graphs = len(costs[0].graphs)
    longest = tokens or graphs + COSTS_PER_CELL * max(len(one.cells) for one in costs)
    if longest < graphs + COSTS_PER_CELL:
        raise UsageError(f"candidates of {graphs} kinds of cells have more than {longest} tokens")
    capacity = costs[0].graphs[0].capacity
    matrices = np.zeros((len(texts), longest, capacity, capacity), np.int64)
    for row, one in zip(matrices, costs, strict=True):
        _fill(row, one)
    return Tokens(matrices, graphs, costs[0].graphs[0].place)


def read_bytes(space: Any, texts: Sequence[str]) -> bytes:
    """Return what is read of candidates as bytes, by which a space is known again; raises as ``read_tokens``."""
    return read_tokens(space, texts).matrices.tobytes()


def _fill(row: Integers, costs: OperationCosts) -> None:
    """Write a candidate's matrices into its row [S, V, V]."""
    for place, graph in enumerate(costs.graphs):
        row[place] = graph.matrix(graph.codes)
    for place, matrix in enumerate(_cost_matrices(costs), start=len(costs.graphs)):
        last = len(row) - COSTS_PER_CELL + (place - len(row)) % COSTS_PER_CELL  # of the same quantity
        row[min(place, last)] += matrix


def _cost_matrices(costs: OperationCosts) -> Iterator[Integers]:
    for cell in costs.cells:
        graph = costs.graphs[cell.kind]
        yield graph.matrix(cell.macs)
        yield graph.matrix(cell.params)
