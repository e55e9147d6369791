"""How far a differentiable search has collapsed: what share of its architecture has no weights, and how sure it is.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from evo.differentiable.relaxations.operation_kinds import is_parametric, is_skip
from spaces import Supernet

Choices = Mapping[str, Sequence[str | None]]
NORMAL = "normal"
"""The cell, in spaces that have one, by which collapse is counted in the literature."""


@dataclass(frozen=True)
class Collapse:
    """Shares of the operations that a derived architecture keeps, of all its cells together, 0 to 1.

    skips: identities
    parameter_free: operations without weights
    entropy: of the softmax over the candidates of an edge, its mean over all edges, in nats; log K at most
    normal_skips, normal_parameter_free: of the normal cell alone, None where the space has none
    """

    skips: float
    parameter_free: float
    entropy: float
    normal_skips: float | None = None
    normal_parameter_free: float | None = None


def measure_collapse(supernet: Supernet[Any], candidate: Any) -> Collapse:
    """Return how far a supernet has collapsed whose present architecture is ``candidate``."""
    choices = choices_of(supernet, candidate)
    normal = _shares([choices[NORMAL]]) if NORMAL in choices else (None, None)
    return Collapse(*_shares(choices.values()), alpha_entropy(supernet.alphas.operations.values()), *normal)


def alpha_entropy(alphas: Iterable[Tensor]) -> float:
    """Return the mean over all edges of the entropy of softmax(alpha), alpha [E, K], in nats."""
    logs = [values.detach().double().log_softmax(1) for values in alphas]
    entropies = [-(log.exp() * log).sum(1) for log in logs]
    return float(sum(each.sum() for each in entropies) / sum(len(each) for each in entropies))


def choices_of(supernet: Supernet[Any], candidate: Any) -> dict[str, tuple[str | None, ...]]:
    """Return the operation on every edge [E] of each cell, None for an edge that is not kept."""
    gates = supernet.gates_of(candidate)
    return {
        name: tuple(_operation(names, row) for names, row in zip(supernet.candidates[name], cell.computed, strict=True))
        for name, cell in gates.cells.items()
        if cell.computed is not None
    }


def agreement(found: Sequence[Choices]) -> float | None:
    """Return the share of edges on which two seeds agree, its mean over all pairs; None for fewer than two seeds."""
    pairs = [(one, other) for index, one in enumerate(found) for other in found[index + 1 :]]
    shares = [_shared(one, other) for one, other in pairs]
    return sum(shares) / len(shares) if shares else None


def _shares(cells: Iterable[Sequence[str | None]]) -> tuple[float, float]:
    """Return the shares of skips and of operations without weights."""
    kept = [name for cell in cells for name in cell if name is not None]
    return sum(map(is_skip, kept)) / len(kept), sum(not is_parametric(name) for name in kept) / len(kept)


def _operation(names: Sequence[str], computed: Sequence[int]) -> str | None:
    return names[computed[0]] if computed else None


def _shared(one: Choices, other: Choices) -> float:
    edges = [pair for name in one for pair in zip(one[name], other[name], strict=True)]
    return sum(first == second for first, second in edges) / len(edges)
