"""What the ranker is trained for: to tell tiers apart, and to put pairs of members in order (NAR, Guo et al., 2022).

Letters: B batch, T tiers.
"""

import torch
from torch import Tensor
from torch.nn import functional


def tier_loss(logits: Tensor, tiers: Tensor) -> Tensor:
    """Return the mean cross-entropy of logits [B, T] and the tiers [B] that are right."""
    return functional.cross_entropy(logits, tiers)


def rank_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the mean over all pairs i != j of log(1 + exp(-(s_i - s_j) sign(y_i - y_j))).

    scores: s [B]; labels: y [B], B >= 2. A pair of equal labels gives log 2, whatever its scores.
    """
    signs = torch.sign(labels[:, None] - labels).to(scores.dtype)
    pairs = functional.softplus((scores - scores[:, None]) * signs)  # -(s_i - s_j)
    count = len(scores)
    return (pairs.sum() - pairs.diagonal().sum()) / (count * (count - 1))
