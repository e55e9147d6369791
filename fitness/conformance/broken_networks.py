"""Networks that something is wrong with, as every search meets some, and a space that has them beside its own.

Letters: B batch, C channels, H height, W width; S side of a stage's map.
"""

from enum import StrEnum
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import FeatureInfo, FeatureNetwork, InputSpec

_OFF = 1e6  # far above what a convolution of normalised images gives


class Broken(StrEnum):
    """A candidate whose network is broken; its text is its value."""

    LINEAR = "broken:linear"
    PARAMETERLESS = "broken:parameterless"
    CONSTANT = "broken:constant"
    DEAD = "broken:dead"
    NAN = "broken:nan"
    RAISING = "broken:raising"


class PooledNetwork(FeatureNetwork):
    """No parameters at all: stages are the image, pooled, its planes repeated."""

    def __init__(self, feature_info: list[FeatureInfo], input_spec: InputSpec, num_outputs: int) -> None:
        """Show stages as ``feature_info`` describes them."""
        super().__init__()
        self.feature_info = feature_info
        self._size = input_spec.size
        self._num_outputs = num_outputs

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return one map [B, C, S, S] per stage."""
        sides = [self._size // info.reduction for info in self.feature_info]
        pooled = [functional.adaptive_avg_pool2d(x, side) for side in sides]
        return [_repeated(x, info.channels) for x, info in zip(pooled, self.feature_info, strict=True)]

    def forward(self, x: Tensor) -> Tensor:
        """Return logits: the mean of every plane, repeated."""
        return _repeated(self.forward_features(x)[-1], self._num_outputs).mean((2, 3))


class LinearNetwork(FeatureNetwork):
    """Convolutions with nothing but pooling between them: it learns, and has no ReLU."""

    def __init__(self, feature_info: list[FeatureInfo], input_spec: InputSpec, num_outputs: int) -> None:
        """Show stages as ``feature_info`` describes them."""
        super().__init__()
        self.feature_info = feature_info
        self._sides = [input_spec.size // info.reduction for info in feature_info]
        channels = [input_spec.channels, *(info.channels for info in feature_info)]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, kernel_size=3, padding=1) for before, after in pairwise(channels)
        )
        self.classifier = nn.Linear(channels[-1], num_outputs, bias=False)

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return one map [B, C, S, S] per stage."""
        features = []
        x = self._seen(x)
        for convolution, side in zip(self.convolutions, self._sides, strict=True):
            x = self._shown(convolution(functional.adaptive_avg_pool2d(x, side)))
            features.append(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Return logits [B, num_outputs]."""
        logits: Tensor = self.classifier(self.forward_features(x)[-1].mean((2, 3)))
        return logits

    def _seen(self, x: Tensor) -> Tensor:
        return x

    def _shown(self, x: Tensor) -> Tensor:
        return x


class ConstantNetwork(LinearNetwork):
    """sees nothing of its images: its maps are the same for all of them, and it learns which."""

    def _seen(self, x: Tensor) -> Tensor:
        return torch.zeros_like(x)


class DeadNetwork(LinearNetwork):
    """All of its ReLUs are off, for ever: maps and logits are zero, and so is every gradient."""

    def _shown(self, x: Tensor) -> Tensor:
        return functional.relu(x - _OFF)


class NanNetwork(LinearNetwork):
    """Its maps and logits are not numbers."""

    def _shown(self, x: Tensor) -> Tensor:
        return x * torch.nan


class RaisingNetwork(LinearNetwork):
    """Can be built, and not run."""

    def _seen(self, x: Tensor) -> Tensor:
        raise RuntimeError("this network raises in forward, on purpose")


NETWORKS: dict[Broken, Any] = {
    Broken.LINEAR: LinearNetwork,
    Broken.PARAMETERLESS: PooledNetwork,
    Broken.CONSTANT: ConstantNetwork,
    Broken.DEAD: DeadNetwork,
    Broken.NAN: NanNetwork,
    Broken.RAISING: RaisingNetwork,
}


class WithBrokenNetworks:
    """A space of networks for images, and broken ones with the stages of one of its own: ``model``.

    Members of the space are what they were, and only they are sampled; ``built`` counts the broken networks built.
    """

    def __init__(self, space: Any, model: Any) -> None:
        """Add the broken ones to ``space``."""
        self._space = space
        self._model = model
        self.built = 0

    def __getattr__(self, name: str) -> Any:
        """Return what the space has."""
        if name == "_space":  # nothing to ask yet
            raise AttributeError(name)
        return getattr(self._space, name)

    def encode(self, candidate: Any) -> str:
        """Return the text of a member or of a broken candidate."""
        return candidate.value if isinstance(candidate, Broken) else str(self._space.encode(candidate))

    def decode(self, text: str) -> Any:
        """Return the candidate of a text; raises ValueError."""
        return Broken(text) if text in set(Broken) else self._space.decode(text)

    def build(self, candidate: Any, input_spec: InputSpec, num_outputs: int) -> FeatureNetwork:
        """Return the network of a member, or a broken one."""
        if not isinstance(candidate, Broken):
            network: FeatureNetwork = self._space.build(candidate, input_spec, num_outputs)
            return network
        self.built += 1
        broken: FeatureNetwork = NETWORKS[candidate](self._stages(input_spec, num_outputs), input_spec, num_outputs)
        return broken

    def _stages(self, input_spec: InputSpec, num_outputs: int) -> list[FeatureInfo]:
        with torch.random.fork_rng(devices=[]), torch.device("meta"):
            return list(self._space.build(self._model, input_spec, num_outputs).feature_info)


def _repeated(x: Tensor, channels: int) -> Tensor:
    """Return ``channels`` planes [B, channels, H, W], those of ``x`` [B, C, H, W] over and over."""
    return x[:, torch.arange(channels, device=x.device) % x.shape[1]]
