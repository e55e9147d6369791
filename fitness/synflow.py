"""Synaptic flow: what passes from input to output when every weight is positive (Tanaka et al., 2020).

Letters: B batch.
"""

import copy

import torch
from torch import Tensor, nn

from fitness.interception import WithoutBatchNorm
from fitness.saliency import weights_of


def synflow(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum of |weight * dR/dweight|, R the sum of the outputs for one input of ones.

    All parameters and statistics are replaced by their absolute values in a copy, in float64, without batch
    normalisation, as Abdelfattah et al. (2021) compute it; of ``inputs`` [B, ...] only the shape counts.
    """
    positive = copy.deepcopy(network).double()
    with torch.no_grad():
        for tensor in (*positive.parameters(), *positive.buffers()):
            tensor.abs_()
    ones = torch.ones((1, *inputs.shape[1:]), dtype=torch.float64, device=inputs.device)
    with WithoutBatchNorm():
        flow = positive(ones).sum()
    weights = weights_of(positive)
    if not weights or not flow.requires_grad:
        return 0.0
    gradients = torch.autograd.grad(flow, weights, allow_unused=True)
    pairs = zip(weights, gradients, strict=True)
    return float(sum((w.detach() * g).abs().sum() for w, g in pairs if g is not None))
