"""Which two candidates of every edge a pass of SSWP-NAS samples (Li et al., 2022).

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from evo.differentiable.draws import sample
from evo.differentiable.operation_kinds import is_parametric, is_pool, is_skip
from spaces.derivation import Candidates


@dataclass(frozen=True, eq=False)
class PairSampler:
    """The candidates of a cell: ``dropped`` [E, K] says which may be dropped, ``barred`` [E, K] what replaces none."""

    dropped: Tensor
    barred: Tensor

    @classmethod
    def of(cls, rows: Sequence[Candidates], *, pools: bool) -> "PairSampler":
        """Return the sampler of edges with these candidates; pools: whether they may be dropped as skips may.

        Nothing is dropped on an edge with fewer than two parametric operations.
        """
        barred = torch.tensor([[not is_parametric(operation) for operation in row] for row in rows])
        dropped = torch.tensor(
            [[is_skip(operation) or (pools and is_pool(operation)) for operation in row] for row in rows]
        )
        enough = (~barred).sum(dim=1, keepdim=True) >= 2
        return cls(dropped & enough, barred)

    def draw(self, values: Tensor, generator: torch.Generator, dropout: float = 0.0) -> Tensor:
        """Return two candidates of every edge [E, 2], drawn one after the other from the softmax of values [E, K].

        dropout: the chance that a pair with one that may be dropped is drawn again from the parametric operations.
        """
        pairs = sample(values, 2, generator)
        if not dropout:
            return pairs
        again = sample(values.detach().masked_fill(self.barred.to(values.device), -math.inf), 2, generator)
        coins = torch.rand(len(pairs), generator=generator, device=generator.device) < dropout
        hit = self.dropped.to(pairs.device).gather(1, pairs).any(dim=1) & coins
        return torch.where(hit.unsqueeze(1), again, pairs)
