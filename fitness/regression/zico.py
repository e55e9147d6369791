"""ZiCo without labels: of the loss of regression on synthetic signals, in place of the cross-entropy.

Letters: B batch, C channels, S side of the target maps in pixels.
"""

from collections.abc import Hashable, Sequence
from typing import Any

import torch
from torch import Tensor

from fitness.base import EvalContext, Fitness, Score, only_images
from fitness.determinism import seeded_dropout
from fitness.once_per_run import OncePerRun
from fitness.regression.fitness import WEIGHTINGS, RegressionFitness, SignalRegression
from fitness.training.loop import Trainee, build_trainee
from fitness.zero_cost.saliency import gradients_of, layers_of
from fitness.zero_cost.zico import BATCHES, steadiness
from spaces import SearchSpace
from tasks import ImageBatch, ProxyTask, derive_rng, load_any_task, torch_generator


class ZicoRegressionFitness(Fitness):
    """How little the gradient of the regression loss varies from batch to batch, before any training.

    ZiCo (Li et al., 2023) with this project's regression (GenNAS, Li et al., 2021) as its loss; the heads are part of
    the loss, and only the network's weights count.

    task: a preset for images, or a JSON file, as in ``regression``
    batches: how many, each of as many images as the task has, with targets and noise of its own
    """

    settle = staticmethod(RegressionFitness.settle)

    def __init__(self, *, task: str = "N", batches: int = BATCHES) -> None:
        """Raise UsageError for a bad task; ValueError for less than two batches."""
        if batches < BATCHES:
            raise ValueError(f"batches={batches}: at least {BATCHES} are needed to see gradients vary")
        self._task = load_any_task(task)
        self._count = batches
        self._batches = OncePerRun(self._draw)

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        if not isinstance(self._task, ProxyTask):
            return f"zico_regression is for networks that read images, and task {self._task.name!r} has sequences"
        return only_images(space, "zico_regression measures")

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the sum over layers; raises DeadlineExceededError."""
        batches = self._batches(context)
        trainee = build_trainee(candidate, batches[0][1], context)
        layers = layers_of(trainee.network)
        noise = torch_generator(derive_rng(context.data_seed, "zico_regression", "noise"), context.device)
        gradients = []
        with seeded_dropout(context):
            for images, objective in batches:
                context.check_deadline()
                gradients.append(_gradients(trainee, objective, images, noise))
        return Score(steadiness(gradients, layers), build_s=trainee.build_s)

    def _draw(self, context: EvalContext) -> list[tuple[ImageBatch, SignalRegression]]:
        """Return the run's batches, images [B, 3, H, W] and an objective that knows their targets [B, C, S, S]."""
        rng = derive_rng(context.data_seed, "zico_regression", "batch")
        assert isinstance(self._task, ProxyTask)  # accepts() has refused others
        count = self._count
        images = context.images.draw(self._task.batch_size * count, rng).images.to(context.device)
        targets = self._task.build_targets(images, rng, context.device)
        parts = zip(images.chunk(count), *(target.chunk(count) for target in targets), strict=True)
        return [(_laid_out(part), SignalRegression(self._task, tuple(own), WEIGHTINGS["code"])) for part, *own in parts]


def _laid_out(images: Tensor) -> ImageBatch:
    return ImageBatch(images.contiguous(memory_format=torch.channels_last))


def _gradients(
    trainee: Trainee, objective: SignalRegression, images: ImageBatch, noise: torch.Generator
) -> Sequence[Tensor]:
    """Return the gradient of the loss of one batch with respect to each weight of the network."""
    batch = objective.prepare(images, noise)
    loss = objective.loss(trainee.features(batch, objective), trainee.head, batch)
    return gradients_of(loss, [weight for weight, _ in layers_of(trainee.network)])
