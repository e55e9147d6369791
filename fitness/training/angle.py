"""RLNAS's angle (Zhang et al., Neural Architecture Search with Random Labels, 2021), of one network trained alone.

The paper compares the weights of a supernet's paths before and after it learned random labels: those that have turned
further have converged faster. Here each candidate is trained by itself, and briefly.

Letters: B batch, C channels, H height, W width.
"""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import torch
from torch import Tensor

from fitness.base import EvalContext, Fitness, Score, only_images
from fitness.determinism import Precision, seeded_dropout
from fitness.objectives.random_labels import RandomLabels
from fitness.once_per_run import OncePerRun
from fitness.training.batches import ImagePool, on_device
from fitness.training.fitness import check_counts
from fitness.training.loop import SgdSettings, build_trainee, train
from fitness.zero_cost.saliency import weights_of
from spaces import SearchSpace
from tasks import derive_rng, torch_generator

MOMENTUM, WEIGHT_DECAY = 0.9, 5e-4  # the paper's


class AngleFitness(Fitness):
    """The angle, 0 to pi, by which a short training on random labels turns a network's weights; more is better.

    The weights of all convolutions and linear layers that the loss reaches, the classifier's with them, are one vector.
    Biases and normalisations are no part of it, and nothing is put in for operations without parameters, where the
    paper has constants for pooling: they count by what they do to the training of the others.

    steps: batches trained on
    batch: images at a time
    pictures: how many images are used, each of which keeps the label that was drawn for it
    classes: how many different labels there are
    learning_rate: at the start; it falls to 0 along half a cosine
    precision: as in regression
    """

    needs_cuda = True

    def __init__(
        self,
        *,
        steps: int = 100,
        batch: int = 64,
        pictures: int = 256,
        classes: int = 10,
        learning_rate: float = 0.025,
        precision: Precision = "auto",
    ) -> None:
        """Raise ValueError for a number out of range."""
        check_counts({"steps": (steps, 1), "batch": (batch, 2), "pictures": (pictures, batch)})
        self._steps, self._batch, self._pictures = steps, batch, pictures
        self._objective = RandomLabels(classes=classes)
        self._settings = SgdSettings(learning_rate, MOMENTUM, WEIGHT_DECAY, cosine=True, precision=precision)
        self._batches = OncePerRun(self._draw)

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        return only_images(space, "it trains")

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the angle in radians; raises DeadlineExceededError, and ValueError for a network without weights."""
        trainee = build_trainee(candidate, self._objective, context)
        if not weights_of(trainee.network):
            raise ValueError("there is no angle: the network has no convolution or linear layer")
        weights = [*weights_of(trainee.network), *weights_of(trainee.head)]
        before = [weight.detach().clone() for weight in weights]
        generator = torch_generator(derive_rng(context.data_seed, "angle", "train"), context.device)
        with seeded_dropout(context):
            train(trainee, self._objective, self._batches(context), generator, self._settings, context)
        reached = [number for number, weight in enumerate(weights) if weight.grad is not None]
        angle = angle_between([before[number] for number in reached], [weights[number] for number in reached])
        return Score(angle, build_s=trainee.build_s)

    def _draw(self, context: EvalContext) -> ImagePool:
        """Return the run's batches."""
        rng = derive_rng(context.data_seed, "angle", "pictures")
        images = self._objective.label(context.images.draw(self._pictures, rng), rng)
        return ImagePool(on_device(images, context.device), self._batch, self._steps, context.data_seed)


def angle_between(one: Sequence[Tensor], other: Sequence[Tensor]) -> float:
    """Return the angle in radians, 0 to pi, between two vectors that are the tensors of each in a row.

    It is 0 where a vector is. The arc of the halved angle, in float64, keeps angles that a cosine cannot tell from 0.
    """
    a, b = (torch.cat([part.detach().flatten().double() for part in parts]) for parts in (one, other))
    a, b = a * b.norm(), b * a.norm()
    return 2 * math.atan2(float((a - b).norm()), float((a + b).norm()))
