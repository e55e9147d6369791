"""ZiCo: how little the gradient of each weight varies from batch to batch (Li et al., ICLR 2023).

Taken: the sum over layers of log(sum over weights of mean |gradient| / standard deviation), of convolutions and linear
layers without their biases, in training mode; two batches; the deviation of a population (divided by the number of
batches). Chosen: weights whose gradient does not vary are left out, as in the released program, and so are layers that
have no others, so that a network without weights scores 0.

Letters: B batch.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from fitness.zero_cost.saliency import cross_entropy, gradients_of, layers_of

BATCHES = 2


def zico(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return ZiCo of the cross-entropy of two halves of ``inputs`` [B, ...]; raises ValueError for less than 4."""
    if len(inputs) < 2 * BATCHES:
        raise ValueError(f"zico: its {BATCHES} batches need 2 images each, and there are {len(inputs)} together")
    layers = layers_of(network)
    halves = zip(inputs.chunk(BATCHES), labels.chunk(BATCHES), strict=True)
    weights = [weight for weight, _ in layers]
    return steadiness([gradients_of(cross_entropy(network, *half)(), weights) for half in halves], layers)


def steadiness(gradients: Sequence[Sequence[Tensor]], layers: Sequence[tuple[Tensor, int]]) -> float:
    """Return the sum over layers of log(sum over weights of mean |gradient| / standard deviation).

    gradients: for each batch, one for each of the weights; layers: as ``layers_of`` returns them
    """
    each = zip(zip(*gradients, strict=True), layers, strict=True)
    stacked = ((torch.stack(batches).double(), count) for batches, (_, count) in each)
    return sum(_of_layer(layer) for found, count in stacked for layer in found.chunk(count, dim=1))


def _of_layer(gradients: Tensor) -> float:
    """Return the logarithm for the gradients of one layer, the first dimension over batches, 0 where none varies."""
    deviations = gradients.std(0, correction=0)
    varying = deviations != 0  # or not a number
    ratios = gradients.abs().mean(0)[varying] / deviations[varying]
    return math.log(float(ratios.sum())) if len(ratios) else 0.0
