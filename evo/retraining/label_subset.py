"""A share of the labelled pictures of every class.

Letters: N pictures.
"""

import numpy as np
import torch
from torch import Tensor


def balanced_subset(labels: Tensor, fraction: float, rng: np.random.Generator) -> Tensor:
    """Return ascending indices of a share of the pictures of every class, at least one each; labels: [N] integers.

    fraction: above 0 to 1. By equal draws, the subset of a larger fraction holds that of a smaller one.
    """
    chosen = []
    for label in np.unique(labels.numpy()):
        members = (labels == int(label)).nonzero().flatten()
        order = torch.from_numpy(rng.permutation(len(members)))
        chosen.append(members[order[: max(1, round(fraction * len(members)))]])
    return torch.cat(chosen).sort().values
