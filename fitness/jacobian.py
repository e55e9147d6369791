"""How differently a network's output depends on different pictures, before any training.

Letters: B batch, F values of one input.
"""

import torch
from torch import Tensor, nn

_SMALL = 1e-5


def jacob_cov(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return minus the sum over eigenvalues v of the correlations of input gradients of log(v + k) + 1 / (v + k).

    k = 1e-5; row b of the Jacobian [B, F] is the gradient of all outputs' sum with respect to picture b (Mellor et
    al., first version, 2020). Raises ValueError where the output of a picture does not depend on it.
    """
    x = inputs.clone().requires_grad_()
    total = network(x).sum()
    gradient = torch.autograd.grad(total, x, allow_unused=True)[0] if total.requires_grad else None
    if gradient is None:
        raise ValueError("jacob_cov: the output does not depend on the picture")
    correlations = torch.corrcoef(gradient.flatten(1).double())
    if not correlations.isfinite().all():
        raise ValueError("jacob_cov: the output has no varying gradient with respect to some picture")
    eigenvalues = torch.linalg.eigvalsh(correlations) + _SMALL
    return -float((eigenvalues.log() + 1 / eigenvalues).sum())
