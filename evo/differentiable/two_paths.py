"""Two sampled paths per edge, of which one is active: the gates of SSWP-NAS (Li et al., 2022), after ProxylessNAS.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from evo.differentiable.draws import sample
from spaces import CellGates


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
        pairs = self.pairs.to(values.device)
        shares = values.gather(1, pairs).softmax(dim=1)
        hard = torch.zeros_like(values).scatter(1, pairs[:, :1], 1.0)
        weights = hard + torch.zeros_like(values).scatter(1, pairs, shares - shares.detach())
        return CellGates(weights, computed=self.pairs.tolist(), detached=self.pairs[:, 1:].tolist())

    def rescaled(self, before: Tensor, after: Tensor) -> Tensor:
        """Return the parameters [E, K] of a step, so changed that nothing but the pairs' shares of their sum moved.

        Both of a pair are shifted so that the sum of their exponentials is what it was before. All others are as
        before, whatever an optimiser does to parameters whose gradient is 0.
        """
        pairs = self.pairs.to(before.device)
        old, new = before.gather(1, pairs), after.gather(1, pairs)
        shift = new.logsumexp(dim=1, keepdim=True) - old.logsumexp(dim=1, keepdim=True)
        return before.scatter(1, pairs, new - shift)
