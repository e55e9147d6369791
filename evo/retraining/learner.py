"""What learns in a training: the whole network, or a linear classifier on its features.

Letters: B batch, S height and width in pixels, K classes.
"""

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from evo.retraining.settings import TrainSettings
from fitness.heads.pooled_classifier import PooledClassifier
from spaces import CellularNetwork, FeatureNetwork
from spaces.cells.drop_path import DropPath


class Learner(nn.Module, ABC):
    """A network and all that is trained beside it."""

    def __init__(self, network: FeatureNetwork) -> None:
        """Keep the network itself."""
        super().__init__()
        self.network = network

    @abstractmethod
    def trained(self) -> list[nn.Parameter]:
        """Return the parameters that learn."""

    @abstractmethod
    def forward(self, images: Tensor) -> Tensor:
        """Return the logits [B, K] of images [B, 3, S, S]."""

    def begin(self, drop_chance: float, generator: torch.Generator) -> None:
        """Prepare for an epoch: drop paths at this chance by draws of ``generator``, where the network has any."""
        assert not drop_chance, "nothing here drops paths"

    def loss(self, images: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """Return the mean cross-entropy in nats of images [B, 3, S, S]; labels: [B]."""
        return functional.cross_entropy(self(images).float(), labels, label_smoothing=smoothing)

    def result(self) -> dict[str, Tensor]:
        """Return what is kept of it: the network's state under its own names."""
        return {name: value.detach().contiguous() for name, value in self.network.state_dict().items()}


class NetworkLearner(Learner):
    """Trains all weights, with drop path and an auxiliary classifier where the settings say so.

    The settings are settled ones: both are above 0 for networks of cells alone.
    """

    def __init__(self, network: FeatureNetwork, settings: TrainSettings, size: int, classes: int) -> None:
        """Build the auxiliary classifier; size: of the images in pixels."""
        super().__init__(network)
        self._weight, self._paths, self._seen = settings.auxiliary or 0.0, DropPath([]), list[Tensor]()
        self.auxiliary: AuxiliaryHead | None = None
        if settings.drop_path:
            assert isinstance(network, CellularNetwork)
            self._paths = DropPath(network.droppable())
        if self._weight:
            assert isinstance(network, CellularNetwork)
            cell, channels = network.two_thirds()
            self.auxiliary = AuxiliaryHead(channels, size // network.feature_info[-1].reduction, classes)
            cell.register_forward_hook(self._see)

    def trained(self) -> list[nn.Parameter]:
        """Return all parameters."""
        return list(self.parameters())

    def forward(self, images: Tensor) -> Tensor:
        """Return the network's own logits [B, K]."""
        logits: Tensor = self.network(images)
        return logits

    def begin(self, drop_chance: float, generator: torch.Generator) -> None:
        """Prepare for an epoch."""
        self._paths.set(drop_chance, generator)

    def loss(self, images: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """Return the network's loss and, weighed, that of the auxiliary classifier."""
        self._seen.clear()
        loss = super().loss(images, labels, smoothing)
        if self.auxiliary is None:
            return loss
        logits = self.auxiliary(self._seen.pop()).float()
        return loss + self._weight * functional.cross_entropy(logits, labels, label_smoothing=smoothing)

    def _see(self, module: nn.Module, inputs: Any, output: Tensor) -> None:
        if module.training:
            self._seen.append(output)


class LinearProbe(Learner):
    """Trains a linear classifier on the pooled features of the last stage; the network stays as it is, bit for bit.

    It is in evaluation mode throughout, so that its normalisation should have statistics before the first epoch.
    """

    def __init__(self, network: FeatureNetwork, classes: int) -> None:
        """Freeze the network and build the classifier."""
        super().__init__(network)
        network.requires_grad_(False)
        self.probe = PooledClassifier(network.feature_info, classes)

    def train(self, mode: bool = True) -> "LinearProbe":
        """Set the classifier's mode; the network, and with it every normalisation, stays in evaluation mode."""
        super().train(mode)
        self.network.eval()
        return self

    def trained(self) -> list[nn.Parameter]:
        """Return the classifier's parameters."""
        return list(self.probe.parameters())

    def forward(self, images: Tensor) -> Tensor:
        """Return the classifier's logits [B, K]."""
        with torch.no_grad():
            features = self.network.forward_features(images)
        logits: Tensor = self.probe(features)
        return logits

    def result(self) -> dict[str, Tensor]:
        """Return the network's state under its own names, and the classifier's under ``probe``."""
        probe = {f"probe.{name}": value.detach().contiguous() for name, value in self.probe.state_dict().items()}
        return {**super().result(), **probe}


_NARROW, _WIDE, _POOLED = 128, 768, 2
_PUBLISHED_SIZE = 8  # of the maps that the head of DARTS for CIFAR reads


class AuxiliaryHead(nn.Module):
    """ReLU, average pooling to 2 x 2, two convolutions with normalisation, a linear map to K logits."""

    def __init__(self, channels: int, size: int, classes: int) -> None:
        """Read maps [B, channels, size, size]; those of 8 x 8 are pooled as DARTS does, in windows that overlap."""
        super().__init__()
        pool = nn.AvgPool2d(5, stride=3) if size == _PUBLISHED_SIZE else nn.AdaptiveAvgPool2d(_POOLED)
        self.layers = nn.Sequential(
            nn.ReLU(),
            pool,
            nn.Conv2d(channels, _NARROW, 1, bias=False),
            nn.BatchNorm2d(_NARROW),
            nn.ReLU(),
            nn.Conv2d(_NARROW, _WIDE, _POOLED, bias=False),
            nn.BatchNorm2d(_WIDE),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(_WIDE, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return logits [B, K] of maps [B, C, S, S]."""
        logits: Tensor = self.layers(x)
        return logits
