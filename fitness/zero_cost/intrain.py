"""InTrain: how many dimensions activations fill, times how healthy gradients are (Zhou et al., CVPR 2026).

Taken: g, the sum over layers of log((sum of eigenvalues)^2 / sum of their squares) of the layer's covariance; o, the
sum over trained parameters of min(1, standard deviation / largest |value|) of their gradient; g (1 + o) / log(L + 1)
for L layers; 64 images, cross-entropy with random labels, training mode. Chosen: layers are ReLUs, whose outputs are
the activations, or the convolutions and linear maps of a network without any; the covariance is one of channels over
images and positions; the run's images and their labels, if they have any, in place of noise of 64 x 64 pixels.

Letters: B batch, C channels.
"""

import math

from torch import Tensor, nn

from fitness.zero_cost.interception import ReluCalls, WeightedCalls
from fitness.zero_cost.saliency import cross_entropy, gradients_of


def intrain(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return g (1 + o) / log(L + 1) for ``inputs`` [B, ...]; 0 for a network without layers."""
    dimensions: list[float] = []
    with WeightedCalls() as weighted, ReluCalls(lambda _, after: dimensions.append(log_dimensions(after))):
        loss = cross_entropy(network, inputs, labels)()
    found = dimensions or [log_dimensions(output) for _, output in weighted.calls]
    if not found:
        return 0.0
    trained: list[Tensor] = [parameter for parameter in network.parameters() if parameter.requires_grad]
    health = sum(_health(gradient) for gradient in gradients_of(loss, trained))
    return sum(found) * (1 + health) / math.log(len(found) + 1)


def log_dimensions(activations: Tensor) -> float:
    """Return log((sum of eigenvalues)^2 / sum of squares) of the covariance of C channels of [B, C, ...].

    0, the value of a single dimension, where they do not vary.
    """
    values = activations.detach().movedim(1, -1).flatten(0, -2)
    centred = (values - values.mean(0)).double()
    covariance = centred.T @ centred / len(values)
    squares = float(covariance.square().sum())  # a symmetric matrix has the sum of its squared eigenvalues there
    return math.log(float(covariance.trace()) ** 2 / squares) if squares else 0.0


def _health(gradient: Tensor) -> float:
    """Return min(1, standard deviation / largest |value|); 0 for a gradient that is 0 and for a single number."""
    if gradient.numel() < 2 or not gradient.any():
        return 0.0
    health = float(gradient.std() / gradient.abs().max())
    return 1.0 if health > 1 else health
