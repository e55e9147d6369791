"""Two sampled paths per edge, of which one is active: the gates of SSWP-NAS (Li et al., 2022), after ProxylessNAS.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from evo.differentiable.relaxations.draws import sample
from evo.differentiable.relaxations.known_values import moved
from evo.differentiable.relaxations.operation_kinds import is_parametric, is_pool, is_skip
from spaces import Candidates, CellGates


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

        dropout: the probability that a pair with one that may be dropped is drawn again from the parametric operations.
        """
        pairs = sample(values, 2, generator)
        if not dropout:
            return pairs
        again = sample(values.detach().masked_fill(self.barred.to(values.device), -math.inf), 2, generator)
        coins = torch.rand(len(pairs), generator=generator, device=generator.device) < dropout
        hit = self.dropped.to(pairs.device).gather(1, pairs).any(dim=1) & coins
        return torch.where(hit.unsqueeze(1), again, pairs)


@dataclass(frozen=True, eq=False)
class TwoPaths:
    """Two different candidates of every edge of a cell [E, 2], the active one first."""

    pairs: Tensor

    @classmethod
    def drawn(cls, values: Tensor, pairs: Tensor, generator: torch.Generator) -> "TwoPaths":
        """Draw the active one from the softmax of parameters [E, K] over the pairs [E, 2]."""
        pairs = pairs.to(generator.device)
        order = sample(values.detach().to(pairs.device).gather(1, pairs), 2, generator)
        return cls(pairs.gather(1, order))

    def active(self) -> CellGates:
        """Return gates under which the active one alone is run."""
        return CellGates(computed=self.pairs[:, :1].tolist())

    def learning(self, values: Tensor) -> CellGates:
        """Return gates that carry gradients to parameters [E, K].

        The active one's gate g is 1, the other's 0; its operation is run to learn dL/dg, and no gradient goes through
        it. With p the softmax over the pair, dL/dalpha_i = sum_j dL/dg_j p_j (delta_ij - p_i).
        """
        pairs = moved(self.pairs, values.device)
        shares = values.gather(1, pairs).softmax(dim=1)
        hard = torch.zeros_like(values).scatter(1, pairs[:, :1], 1.0)
        weights = hard + torch.zeros_like(values).scatter(1, pairs, shares - shares.detach())
        return CellGates(weights, computed=self.pairs.tolist(), detached=self.pairs[:, 1:].tolist())

    def rescaled(self, before: Tensor, after: Tensor) -> Tensor:
        """Return the parameters [E, K] of a step, so changed that nothing but the pairs' shares of their sum moved.

        Both of a pair are shifted so that the sum of their exponentials is what it was before. All others are as
        before, whatever an optimiser does to parameters whose gradient is 0.
        """
        pairs = moved(self.pairs, before.device)
        old, new = before.gather(1, pairs), after.gather(1, pairs)
        shift = new.logsumexp(dim=1, keepdim=True) - old.logsumexp(dim=1, keepdim=True)
        return before.scatter(1, pairs, new - shift)
