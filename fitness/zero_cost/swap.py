"""Sample-wise activation patterns (Peng et al., SWAP-NAS, ICLR 2024): how differently do units switch?

Letters: B batch, U units of a network that have a ReLU.
"""

import math

import torch
from torch import Tensor, nn

from fitness.zero_cost.fitness import ZeroCostFitness
from fitness.zero_cost.interception import ReluCalls
from fitness.zero_cost.saliency import WEIGHTED_LAYERS
from tasks import ImageSource

_BITS = 31  # of a pattern that are looked at together; they fit into an int64 beside the number of what came before


class SwapFitness(ZeroCostFitness):
    """``swap`` with its regularisation, which prefers networks of one size.

    mu, sigma: a score is multiplied by exp(-(P - mu)^2 / sigma), P the thousands of trained parameters; without sigma
        it is not
    """

    def __init__(
        self,
        *,
        measure: str,
        batch: int = 0,
        draws: int = 0,
        mu: float = 0.0,
        sigma: float = 0.0,
        source: ImageSource | None = None,
    ) -> None:
        """Raise ValueError for a batch or draws that cannot be, or a sigma below 0."""
        super().__init__(measure=measure, batch=batch, draws=draws, source=source)
        if not (math.isfinite(mu) and math.isfinite(sigma) and sigma >= 0):
            raise ValueError(f"mu={mu}, sigma={sigma}: mu has to be finite, and sigma 0, for none, or more")
        self._mu, self._sigma = mu, sigma

    def _factor(self, network: nn.Module) -> float:
        if not self._sigma:
            return 1.0
        trained = sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
        return math.exp(-((trained / 1e3 - self._mu) ** 2) / self._sigma)


def swap(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return how many different patterns units have, once the weights are drawn anew as in the published program.

    The weights of convolutions and linear layers become standard normal, their biases 0; normalisation is as it was
    built. Chosen here: every ReLU counts, not only those of maps [B, C, H, W]. Raises ValueError where the network has
    none.
    """
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, WEIGHTED_LAYERS):
                _draw_anew(layer)
        return float(patterns(network, inputs))


def patterns(network: nn.Module, inputs: Tensor) -> int:
    """Return how many different patterns the units have: of a ReLU's unit, which of B images switch it on.

    Raises ValueError where there is no ReLU.
    """
    seen: list[Tensor] = []
    with ReluCalls(lambda before, after: seen.append((before.detach() > 0).flatten(1))):
        network(inputs)
    if not seen:
        raise ValueError("swap: the network has no ReLU")
    active = torch.cat(seen, dim=1)
    known = torch.zeros(active.shape[1], dtype=torch.int64, device=active.device)  # [U], the number of its pattern
    for images in torch.split(active, _BITS):
        places = 2 ** torch.arange(len(images), device=active.device)
        code = sum((image * place for image, place in zip(images, places, strict=True)), known << _BITS)
        known = torch.unique(code, return_inverse=True)[1]
    return int(known.max()) + 1


def _draw_anew(layer: nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.Linear) -> None:
    nn.init.normal_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
