"""Synaptic flow (Tanaka et al., 2020), what passes through a network whose weights are all positive, and its logarithm.

All parameters and statistics are replaced by their absolute values in a copy, in float64, without batch normalisation,
as Abdelfattah et al. (2021) compute it. R is the sum of the outputs for one input of ones; of the images [B, ...] only
the shape counts, and labels do not. A network without convolutions and linear layers scores 0.

Letters: B batch.
"""

import copy
import math

import torch
from torch import Tensor, nn

from fitness.zero_cost.interception import WithoutBatchNorm
from fitness.zero_cost.saliency import WEIGHTED_LAYERS, weights_of

_HALVINGS = 1000  # of what enters and of what leaves: float64 ends at 2^1024


def synflow(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum of |weight * dR/dweight|."""
    return float(sum((w * g).abs().sum() for w, g in _flow(_positive(network), inputs)))


def logsynflow(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum of |weight * log(|dR/dweight| + 1)| (Cavagnero et al., FreeREA, 2023).

    Where R is beyond float64, both ends of the network and its biases are scaled by powers of two, which changes no
    digit where doubling the input doubles the output, as with ReLUs and pooling. Raises ValueError where R is beyond
    2^2000 even so, or no number.
    """
    positive = _positive(network)
    score = _log_score(positive, inputs)
    if not math.isfinite(score):
        _halve_biases(positive)
        score = _log_score(positive, inputs, halvings=_HALVINGS)
    if not math.isfinite(score):
        raise ValueError("logsynflow: what flows through the network is infinite or not a number")
    return score


def _log_score(positive: nn.Module, inputs: Tensor, *, halvings: int = 0) -> float:
    """Return the score of a network whose biases were halved so often, as its input and output will be."""
    shift = 2 * halvings * math.log(2)
    terms = _flow(positive, inputs, scale=2.0**-halvings)
    return float(sum((w * torch.logaddexp(g.abs().log() + shift, g.new_zeros(()))).sum() for w, g in terms))


def _positive(network: nn.Module) -> nn.Module:
    """Return a copy of a network in float64 whose parameters and statistics have lost their signs."""
    positive = copy.deepcopy(network).double()
    with torch.no_grad():
        for tensor in (*positive.parameters(), *positive.buffers()):
            tensor.abs_()
    return positive


def _halve_biases(positive: nn.Module) -> None:
    with torch.no_grad():
        for layer in positive.modules():
            if isinstance(layer, WEIGHTED_LAYERS) and layer.bias is not None:
                layer.bias.mul_(2.0**-_HALVINGS)


def _flow(positive: nn.Module, inputs: Tensor, *, scale: float = 1.0) -> list[tuple[Tensor, Tensor]]:
    """Return each weight and the gradient of scale * R with respect to it, for an input of ``scale`` everywhere."""
    ones = torch.full((1, *inputs.shape[1:]), scale, dtype=torch.float64, device=inputs.device)
    with WithoutBatchNorm():
        flow = positive(ones).sum() * scale
    weights = weights_of(positive)
    if not weights or not flow.requires_grad:
        return []
    gradients = torch.autograd.grad(flow, weights, allow_unused=True)
    return [(w.detach(), g) for w, g in zip(weights, gradients, strict=True) if g is not None]
