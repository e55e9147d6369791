"""The architectures of a supernet that its parameters make likeliest, where every edge draws its operation by itself.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import heapq
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from spaces import ZERO, Supernet


def likeliest_architectures(supernet: Supernet[Any], count: int) -> list[Any]:
    """Return what the ``count`` likeliest choices derive, the likeliest first, each once.

    A choice is one operation of every edge, drawn from the softmax of its parameters; ``none`` is chosen only where the
    space derives it. It is derived by how likely its operations are. Edges that the likeliest architecture does not
    keep stay at their likeliest operation; choices that are one architecture all the same are found once, so that there
    may be fewer than ``count``.
    """
    shares = _shares(supernet)
    edges = [row for rows in _varied(supernet, shares).values() for row in rows.tolist()]
    found: dict[Hashable, Any] = {}
    for choice in islice(likeliest_choices(edges), count):
        candidate = supernet.derive(_chosen(shares, choice))
        found.setdefault(candidate, candidate)
    return list(found.values())


def likeliest_choices(edges: Sequence[Sequence[float]]) -> Iterator[tuple[int, ...]]:
    """Yield choices of one number on every edge, that of the largest product of shares first; of share 0 none.

    A heap holds the best choices not yet yielded. Each but the first follows from one other, by the next best number
    of the last edge that is not at its best, or of one behind it.
    """
    orders = [sorted((at for at, share in enumerate(row) if share > 0), key=lambda at: -row[at]) for row in edges]
    logs = [[math.log(row[at]) for at in order] for row, order in zip(edges, orders, strict=True)]
    heap = [(-sum(row[0] for row in logs), (0,) * len(logs))]
    while heap:
        cost, places = heapq.heappop(heap)
        yield tuple(order[place] for order, place in zip(orders, places, strict=True))
        last = max((edge for edge, place in enumerate(places) if place), default=0)
        for edge in range(last, len(places)):
            place = places[edge]
            if place + 1 < len(logs[edge]):
                later = cost + logs[edge][place] - logs[edge][place + 1]
                heapq.heappush(heap, (later, (*places[:edge], place + 1, *places[edge + 1 :])))


def _shares(supernet: Supernet[Any]) -> Mapping[str, Tensor]:
    """Return how likely the candidates [E, K] of each cell are; 0 for ``none`` where the space does not derive it."""
    alphas = supernet.alphas.operations
    shares = {name: values.detach().double().cpu().softmax(dim=1) for name, values in alphas.items()}
    zeros = {name: torch.tensor([[one == ZERO for one in row] for row in supernet.candidates[name]]) for name in shares}
    if _derives_zero(supernet, zeros):
        return shares
    return {name: values.masked_fill(zeros[name], 0.0) for name, values in shares.items()}


def _varied(supernet: Supernet[Any], shares: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Return the shares [E, K] of each cell, of edges that it would not keep those of the likeliest operation alone."""
    derived = supernet.gates_of(supernet.derive(shares)).cells
    kept = {name: torch.tensor([bool(numbers) for numbers in derived[name].computed or ()]) for name in shares}
    best = {name: values == values.amax(dim=1, keepdim=True) for name, values in shares.items()}
    return {name: values * (kept[name][:, None] | best[name]) for name, values in shares.items()}


def _derives_zero(supernet: Supernet[Any], zeros: Mapping[str, Tensor]) -> bool:
    """Return whether ``none`` is derived where it is the strongest; zeros: where it stands [E, K] in each cell."""
    derived = supernet.gates_of(supernet.derive({name: where.double() for name, where in zeros.items()})).cells
    return any(
        bool(row[list(numbers)].any())
        for name, where in zeros.items()
        for row, numbers in zip(where, derived[name].computed or (), strict=True)
    )


def _chosen(shares: Mapping[str, Tensor], choice: Sequence[int]) -> Mapping[str, Tensor]:
    """Return strengths [E, K] of each cell at which nothing but the choice has any."""
    rest = iter(choice)
    chosen = {name: torch.tensor([[next(rest)] for _ in range(len(values))]) for name, values in shares.items()}
    return {
        name: torch.zeros_like(values).scatter(1, chosen[name], values.gather(1, chosen[name]))
        for name, values in shares.items()
    }
