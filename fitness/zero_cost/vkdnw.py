"""VKDNW: how evenly the weights of a network can be known, and its number of layers (Tybl and Neumann, CVPR 2025).

Taken: the Fisher information of a few weights of each of the first 128 layers, the mean over images of J^T V J with J
the Jacobian of an image's logits and V the covariance of its softmax; the entropy of the nine deciles of its
eigenvalues, as shares of their sum, plus the number of trained layers. From the released program: weights drawn anew by
Kaiming's rule for ReLUs and biases of 0, batch norm as it is before training (an identity but for its scale and
shift), a softmax with a share of 5 % spread evenly over the classes, without which it is often certain and has no
covariance. Chosen: layers are convolutions and linear maps, and four evenly spaced weights of each stand for it, of
those that make its first channel, where the program takes one of every parameter, those of batch norm among them; 16
images in place of 64, for a quarter of the cost.

Letters: B batch, K classes, P weights, C channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from fitness.zero_cost.interception import Call, trained_weight
from fitness.zero_cost.saliency import WEIGHTED_LAYERS, layers_of

LAYERS = 128
WEIGHTS_OF_A_LAYER = 4
SPREAD = 0.05
_ARGUMENTS = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")


def vkdnw(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return entropy and number of layers for ``inputs`` [B, ...]; 0 for a network without weights.

    Raises ValueError where a derivative of its outputs is infinite or no number.
    """
    layers = sum(count for _, count in layers_of(network))
    _draw_anew(network)
    with Probing() as probing:
        logits = network(inputs)
    if not probing.probes or not logits.requires_grad:
        return float(layers)
    information = fisher_information(jacobian(logits, probing.probes), logits.detach().double())
    if not information.isfinite().all():
        raise ValueError("vkdnw: the network's outputs, or their derivatives by its weights, are infinite or no number")
    return layers + decile_entropy(information)


def jacobian(logits: Tensor, probes: "Sequence[Probe]") -> Tensor:
    """Return the derivatives [B, K, P] of each image's logits [B, K] by every probed weight."""
    outputs = [probe.output for probe in probes]
    of_classes = [
        torch.autograd.grad(logits[:, number].sum(), outputs, retain_graph=True, materialize_grads=True)
        for number in range(logits.shape[1])
    ]
    rows = [
        [probe.derivatives(gradient) for probe, gradient in zip(probes, found, strict=True)] for found in of_classes
    ]
    return torch.stack([torch.cat(row, dim=1) for row in rows], dim=1).double()


def fisher_information(jacobians: Tensor, logits: Tensor) -> Tensor:
    """Return the mean over B of J^T V J, [P, P], for J [B, K, P] and the logits [B, K] whose softmax V is of."""
    probabilities = logits.softmax(1) * (1 - SPREAD) + SPREAD / logits.shape[1]
    covariance = torch.diag_embed(probabilities) - probabilities[:, :, None] * probabilities[:, None, :]
    return (jacobians.mT @ covariance @ jacobians).mean(0)


def decile_entropy(information: Tensor) -> float:
    """Return the entropy, at most log 9, of the deciles of a matrix's eigenvalues; 0 where all are 0."""
    eigenvalues = torch.linalg.eigvalsh(information).clamp_min(0)
    deciles = torch.quantile(eigenvalues, torch.arange(1, 10).to(eigenvalues) / 10)
    total = deciles.sum()
    return float(torch.special.entr(deciles / total).sum()) if total > 0 else 0.0


@dataclass(frozen=True)
class Probe:
    """How one output answers to weights of the layers, R of them, that it holds side by side, T weights of each.

    output: [B, C, ...], or with C at the end
    responses: T of the shape of the output, with R in place of C: what it would be if one weight of each were 1, the
        others 0
    rows: numbers [R] of the channels that these weights make; channels: where the dimension C is
    """

    output: Tensor
    responses: Sequence[Tensor]
    rows: Tensor
    channels: int

    def derivatives(self, gradient: Tensor) -> Tensor:
        """Return [B, T R], the derivatives of what has ``gradient`` at the output by each weight."""
        own = gradient.index_select(self.channels, self.rows)
        products = [(own * response).movedim(self.channels, 1) for response in self.responses]
        return torch.cat([product.reshape(*product.shape[:2], -1).sum(2) for product in products], dim=1)


class Probing(TorchFunctionMode):
    """Probes the first layers of a network, and keeps images apart in batch norm."""

    def __init__(self) -> None:
        """Start without a probe."""
        super().__init__()
        self.probes: list[Probe] = []
        self._left = LAYERS
        self._beginnings: dict[int, tuple[Tensor, list[int]]] = {}  # of weights side by side: where each begins

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func``; probe it if it is a convolution or a linear map whose weight is trained."""
        kwargs = kwargs or {}
        if func is functional.batch_norm:
            return _untrained_norm(*args, **kwargs)
        output = func(*args, **kwargs)
        if func is torch.cat and all(isinstance(part, nn.Parameter) for part in args[0]):
            self._beginnings[id(output)] = output, list(accumulate(map(len, args[0][:-1]), initial=0))
        if trained_weight(func, args, kwargs) is not None and output.requires_grad:
            self._probe(func, dict(zip(_ARGUMENTS, args, strict=False)) | kwargs, output)
        return output

    def _probe(self, func: Call, call: dict[str, Any], output: Tensor) -> None:
        weight = call["weight"]
        _, beginnings = self._beginnings.get(id(weight), (weight, [0]))
        rows = torch.tensor(beginnings[: self._left], device=weight.device)
        if not len(rows):
            return
        self._left -= len(rows)
        size = weight[0].numel()
        count = min(size, WEIGHTS_OF_A_LAYER)
        channels = -1 if func is functional.linear else 1
        responses = [_response(func, call, rows, channels, number * size // count) for number in range(count)]
        self.probes.append(Probe(output, responses, rows, channels))


@torch.no_grad()
def _response(func: Call, call: dict[str, Any], rows: Tensor, channels: int, number: int) -> Tensor:
    """Return the channels that ``rows`` of a weight make where their value ``number`` is 1 and all else 0."""
    weight = torch.zeros(call["weight"].shape, device=rows.device)
    weight.view(len(weight), -1)[rows, number] = 1
    if call.get("groups", 1) > 1:
        whole: Tensor = func(**{**call, "weight": weight, "bias": None})
        return whole.index_select(channels, rows)
    made: Tensor = func(**{**call, "weight": weight[rows], "bias": None})
    return made


def _untrained_norm(
    x: Tensor,
    mean: Tensor | None,
    variance: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *others: object,
    **named: object,
) -> Tensor:
    """Return batch norm of x [B, C, ...] by a mean of 0 and a variance of 1, whatever else it was told."""
    neutral = x.new_zeros(x.shape[1])
    return functional.batch_norm(x, neutral, neutral + 1, weight, bias)


@torch.no_grad()
def _draw_anew(network: nn.Module) -> None:
    """Put a network in evaluation mode, and draw the weights of its layers by Kaiming's rule."""
    network.eval()
    for layer in network.modules():
        if isinstance(layer, WEIGHTED_LAYERS):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                layer.bias.zero_()
