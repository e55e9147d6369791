"""Gates that many gradient searches use: the softmax of DARTS and single paths.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from spaces.supernet.base import Alphas, CellGates, Gates
from spaces.supernet.derivation import Edge


def mixture(alphas: Alphas, edges: Sequence[Edge]) -> Gates:
    """Return the gates of DARTS (Liu et al., 2019): the softmax over the candidates of each edge.

    Where edges have parameters, every edge also counts as much as its softmax among the edges into its node says
    (PC-DARTS, Xu et al., 2020).
    """
    shares = {name: edge_shares(values, edges) for name, values in alphas.edges.items()}
    cells = {
        name: CellGates(values.softmax(dim=1), edges=shares.get(name)) for name, values in alphas.operations.items()
    }
    return Gates(cells)


def edge_shares(values: Tensor, edges: Sequence[Edge]) -> Tensor:
    """Return the softmax of one value per edge [E] among the edges into the same node."""
    targets = [target for _, target in edges]
    counts = [targets.count(node) for node in sorted(set(targets))]
    return torch.cat([incoming.softmax(dim=0) for incoming in torch.split(values, counts)])


def strengths_of(gates: Gates) -> dict[str, Tensor]:
    """Return how strong each candidate is under gates that have weights, [E, K] for each cell: edge times operation."""
    found = {}
    for name, cell in gates.cells.items():
        if cell.weights is None:
            raise ValueError(f"gates of cell {name!r} have no weights, so no candidate is stronger than another")
        found[name] = cell.weights if cell.edges is None else cell.weights * cell.edges.unsqueeze(1)
    return found


def single_paths(choices: Mapping[str, Sequence[int | None]]) -> Gates:
    """Return gates under which every edge computes one candidate alone, or nothing where its choice is None."""
    return Gates(
        {
            name: CellGates(computed=[() if number is None else (number,) for number in numbers])
            for name, numbers in choices.items()
        }
    )
