"""Zero-cost measures that need one batch and its gradient.

All but one are sums over the weights of convolutions and linear layers; ``jacob_cov`` asks how differently the output
depends on different images. All take a network in training mode and return a float; larger means better. A network
without such weights scores 0. The loss is cross-entropy, its mean over the batch.

Letters: B batch, F values of one input, K classes; of sequences, every step has a label: L steps, logits [B, K, L] and
labels [B, L].
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.correlated_rows import distinctness
from fitness.zero_cost.interception import WeightedCalls
from spaces import WeightedLayer

Loss = Callable[[], Tensor]

WEIGHTED_LAYERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)


def weights_of(network: nn.Module) -> list[Tensor]:
    """Return the trained weights of all convolutions, linear layers and what declares its own, without biases."""
    return [weight for weight, _ in layers_of(network)]


def layers_of(network: nn.Module) -> list[tuple[Tensor, int]]:
    """Return the same weights, each with the number of layers whose weights it holds one below the other."""
    found: list[tuple[Tensor, int]] = []
    for layer in network.modules():
        if isinstance(layer, WEIGHTED_LAYERS):
            found.append((layer.weight, 1))
        elif isinstance(layer, WeightedLayer):
            found.extend(layer.layer_weights())
    return [(weight, layers) for weight, layers in found if weight.requires_grad]


def cross_entropy(network: nn.Module, inputs: Tensor, labels: Tensor) -> Loss:
    """Return a function that computes the loss of ``inputs`` [B, ...] with ``labels`` anew at each call."""
    return lambda: functional.cross_entropy(network(inputs), labels)


def gradients_of(value: Tensor, inputs: list[Tensor], *, create_graph: bool = False) -> list[Tensor]:
    """Return the gradients of ``value``; zeros for what it does not depend on."""
    if not inputs or not value.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    found = torch.autograd.grad(value, inputs, create_graph=create_graph, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


def grad_norm(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum over layers of the Euclidean norm of the weight's gradient."""
    weighted = layers_of(network)
    gradients = gradients_of(cross_entropy(network, inputs, labels)(), [weight for weight, _ in weighted])
    pairs = zip(gradients, weighted, strict=True)
    return float(sum(layer.norm() for gradient, (_, layers) in pairs for layer in gradient.chunk(layers)))


def snip(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum of |weight * gradient|, the gradient of a mask of ones (Lee et al., SNIP, 2019)."""
    weights = weights_of(network)
    gradients = gradients_of(cross_entropy(network, inputs, labels)(), weights)
    return float(sum((w.detach() * g).abs().sum() for w, g in zip(weights, gradients, strict=True)))


def grasp(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum of -weight * (Hessian times gradient) (Wang et al., GraSP, 2020), at temperature 1."""
    weights, loss = weights_of(network), cross_entropy(network, inputs, labels)
    fixed = gradients_of(loss(), weights)
    again = gradients_of(loss(), weights, create_graph=True)
    product = sum((f * g).sum() for f, g in zip(fixed, again, strict=True))
    if not (isinstance(product, Tensor) and product.requires_grad):
        return 0.0
    curved = gradients_of(product, weights)
    return float(sum((-w.detach() * c).sum() for w, c in zip(weights, curved, strict=True)))


def fisher(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the Fisher information of all channels, times the weights behind each (Turner et al., BlockSwap, 2020).

    A channel's is half the mean over the batch of the squared sum over positions of activation * gradient.
    """
    with WeightedCalls() as recorded:
        loss = cross_entropy(network, inputs, labels)()
    gradients = gradients_of(loss, [output for _, output in recorded.calls])
    calls = zip(recorded.calls, gradients, strict=True)
    return sum(_of_channels(weight, output, gradient) for (weight, output), gradient in calls)


def _of_channels(weight: Tensor, output: Tensor, gradient: Tensor) -> float:
    per_channel = output.detach() * gradient
    if output.ndim > 2:
        per_channel = per_channel.flatten(2).sum(2)
    return weight[0].numel() * float((per_channel.square().mean(0) / 2).sum())


def jacob_cov(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return how distinct the rows of the Jacobian [B, F] are (Mellor et al., first version, 2020).

    Row b is the gradient of all outputs' sum with respect to image or sentence b. Raises ValueError where the output of
    one does not depend on it.
    """
    x = inputs.clone().requires_grad_()
    total = network(x).sum()
    gradient = torch.autograd.grad(total, x, allow_unused=True)[0] if total.requires_grad else None
    if gradient is None:
        raise ValueError("jacob_cov: the output does not depend on the image")
    score = distinctness(gradient.flatten(1))
    if math.isnan(score):
        raise ValueError("jacob_cov: the output has no varying gradient with respect to some image")
    return score
