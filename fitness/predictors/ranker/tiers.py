"""Tiers of quality, and the mean encodings that stand for them.

Letters: N members, B batch, T tiers, S tokens, D numbers of a token.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

TIERS = 5


def tiers_of(labels: Sequence[float]) -> NDArray[np.int64]:
    """Return the tier [N] of each label, 0 the best: equal slices of the members in falling order of labels.

    What is left over after N // T for each belongs to the last tier. Of equal labels the earlier is the better one.
    """
    order = np.argsort(-np.asarray(labels, np.float64), kind="stable")
    tiers = np.empty(len(order), np.int64)
    tiers[order] = np.minimum(np.arange(len(order)) // max(len(order) // TIERS, 1), TIERS - 1)
    return tiers


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
