"""The contract of an objective: the loss of a training, on single candidates and on supernets, without labels or with.

It is a base class with defaults for all that a member may do without.

Letters: B batch, C channels, H height, W width.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from spaces import FeatureInfo, FeatureNetwork
from tasks import Batch, ImageBatch, abilities_of


class Objective(ABC):
    """A self-supervised loss, used on single candidates in evolution and on supernets alike.

    The keyword parameters of its factory are its options; one called ``source`` receives the run's images instead. It
    holds nothing of any one network: what belongs to a network is in the head. A class that has the methods but not
    this base is taken as well: ``of`` puts in the defaults.
    """

    held_out: ClassVar[bool] = True
    """Whether what it learns says something about images not trained on; if not, it is judged on training images."""
    compares_images: ClassVar[bool] = False
    """Whether the loss of an image depends on the others of its batch, so that parts of a batch are another task."""

    @abstractmethod
    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return what one step sees of images [B, C, H, W]: masked, noisy or doubled inputs, and targets."""

    @abstractmethod
    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return the module that turns stage maps into predictions, freshly initialised."""

    @abstractmethod
    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the scalar loss; lower is better."""

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the share of right answers, 0 to 1; raises NotImplementedError where there are none."""
        raise NotImplementedError(f"{type(self).__name__} has no right answers")

    @property
    def has_answers(self) -> bool:
        """Whether answers are right or wrong, so that ``accuracy`` is defined."""
        return "accuracy" in vars(self) or type(self).accuracy is not Objective.accuracy

    def shown(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Sequence[Tensor]:
        """Return rows of images [B, C, H, W], normalised as the source's, that show a person what is learnt: none."""
        return ()

    def guessing_loss(self, batch: Batch) -> float | None:
        """Return the loss of giving every answer the same chance on a prepared batch; None where that has no meaning.

        A training whose loss stays there has learnt nothing.
        """
        return None

    def beside_mean(
        self, features: Sequence[Tensor], head: nn.Module, batch: Batch, mean: Tensor
    ) -> tuple[Tensor, Tensor] | None:
        """Return the scalar loss of what is reconstructed, and that of ``mean`` [C] in each place; None without such.

        mean: of the training images, per channel
        """
        return None

    def encode(self, network: FeatureNetwork, batch: Batch) -> list[Tensor]:
        """Return the network's stage maps of a batch, fine to coarse."""
        return network.forward_features(batch.inputs)

    def label(self, images: ImageBatch, rng: np.random.Generator) -> ImageBatch:
        """Return all images of a run with the labels they keep: those of the source, if any."""
        return images

    def start(self, network: FeatureNetwork, head: nn.Module) -> None:  # noqa: B027
        """Take what is needed of a network that is about to be trained: nothing."""

    def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:  # noqa: B027
        """Follow one step of the optimiser, as BYOL's target does: not at all."""

    @classmethod
    def of(cls, plain: Any) -> "Objective":
        """Return an objective as it is, or what has its methods with the defaults for what it lacks."""
        return plain if isinstance(plain, Objective) else PlainObjective(plain)


class PlainObjective(Objective):
    """An objective that is not derived from the base class, with its defaults."""

    def __init__(self, plain: Any) -> None:
        """Hand on what ``plain`` has."""
        self._plain = plain
        vars(self).update(abilities_of(plain, Objective))

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return what one step sees of images [B, C, H, W]."""
        prepared: Batch = self._plain.prepare(batch, generator)
        return prepared

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh head."""
        head: nn.Module = self._plain.head(feature_info)
        return head

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the scalar loss; lower is better."""
        loss: Tensor = self._plain.loss(features, head, batch)
        return loss
