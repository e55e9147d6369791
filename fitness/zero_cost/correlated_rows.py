"""How far rows of numbers are from saying the same: the formula of Mellor et al. (first version, 2020).

Letters: R rows, F numbers in each.
"""

import torch
from torch import Tensor

_SMALL = 1e-5


def distinctness(rows: Tensor) -> float:
    """Return minus the sum over eigenvalues v of the correlations of rows [R, F] of log(v + k) + 1 / (v + k), k = 1e-5.

    NaN where some row does not vary.
    """
    correlations = torch.corrcoef(rows.double()).view(len(rows), -1)
    if not correlations.isfinite().all():
        return float("nan")
    eigenvalues = torch.linalg.eigvalsh(correlations) + _SMALL
    return -float((eigenvalues.log() + 1 / eigenvalues).sum())
