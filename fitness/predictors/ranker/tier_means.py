"""The mean encodings that stand for tiers of quality.

Letters: B batch, T tiers, S tokens, D numbers of a token.
"""

import torch
from torch import Tensor

from fitness.predictors.tiers import TIERS


class TierMeans:
    """The mean of the encodings of each tier's members so far, zeros before the first."""

    def __init__(self) -> None:
        """Begin without a member."""
        self._sums: Tensor | None = None
        self._counts = torch.zeros(TIERS)

    def add(self, encoded: Tensor, tiers: Tensor) -> None:
        """Take in encodings [B, S, D] of members of these tiers [B]; no gradient flows through them."""
        if self._sums is None:
            self._sums = encoded.new_zeros(TIERS, *encoded.shape[1:])
        self._sums.index_add_(0, tiers, encoded.detach())
        self._counts += torch.bincount(tiers, minlength=TIERS)

    def means(self, like: Tensor) -> Tensor:
        """Return the means [T, S, D] of encodings such as ``like`` [B, S, D]."""
        if self._sums is None:
            return like.new_zeros(TIERS, *like.shape[1:])
        return self._sums / self._counts.clamp(min=1)[:, None, None]
