"""GenNAS's fitness of recurrent networks (Li et al., 2021): how well they turn synthetic sequences into others.

Letters: L steps, B batch, D values per step, C values per step that a network makes of them.
"""

from collections.abc import Hashable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.base import EvalContext, Fitness, Score
from fitness.determinism import seeded_dropout
from fitness.objective import Objective
from fitness.regression.judging import Judging
from fitness.training.loop import AdamSettings, build_trainee, train
from fitness.training.norm_statistics import Statistics
from spaces import FeatureInfo, SequenceSpec
from tasks import Batch, ImageBatch, SequenceTask, derive_rng, torch_generator


class StepDecoder(nn.Module):
    """One linear map of every step of a network's last stage, which most often is its only one."""

    def __init__(self, channels: int, dimension: int) -> None:
        """Map ``channels`` values to ``dimension``."""
        from spaces import step_decoder

        super().__init__()
        self.decoder = step_decoder(channels, dimension)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return predictions [L, B, D] of the features [L, B, C]."""
        prediction: Tensor = self.decoder(features[-1])
        return prediction


class SequenceRegression(Objective):
    """The objective: predict fixed sequences from other fixed ones under fresh noise, by mean squared error."""

    def __init__(self, task: SequenceTask, target: Tensor) -> None:
        """Regress ``target`` [L, B, D], which ``task`` built."""
        self._task = task
        self._target = target

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the sequences [L, B, D], which stand in for images, with the task's noise, and the target."""
        return Batch(self._task.noise.add(batch.images, generator), (self._target,))

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh decoder for a network with this stage."""
        return StepDecoder(feature_info[-1].channels, self._target.shape[-1])

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the mean squared error over L, B and D."""
        return functional.mse_loss(head(features).float(), batch.targets[0])


class SequenceRegressionFitness(Fitness):
    """Minus the loss after training on one fixed batch of synthetic sequences."""

    needs_cuda = True

    def __init__(self, task: SequenceTask, adam: AdamSettings, steps: int, statistics: Statistics = "running") -> None:
        """Train ``steps`` steps on ``task`` by ``adam``, judge by ``statistics`` of norms, where there are any."""
        self._task = task
        self._steps = steps
        self._adam = adam
        self._judging = Judging(statistics, adam)
        self._shape = SequenceSpec(width=task.dimension, length=task.length), task.dimension
        self._prepared: tuple[tuple[int, torch.device], tuple[ImageBatch, SequenceRegression]] | None = None

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return minus the loss after the last step; raises DeadlineExceededError."""
        inputs, objective = self._batch(context)
        trainee = build_trainee(candidate, objective, context, self._shape)
        noise = torch_generator(derive_rng(context.data_seed, "regression", "noise"), context.device)
        with seeded_dropout(context):
            train(trainee, objective, [inputs] * self._steps, noise, self._adam, context)
        return self._judging.score(trainee, objective, inputs, noise, context)

    def _batch(self, context: EvalContext) -> tuple[ImageBatch, SequenceRegression]:
        """Return the run's sequences and targets, drawn once per process: they are the same for every candidate."""
        drawn_for = (context.data_seed, context.device)
        if self._prepared is None or self._prepared[0] != drawn_for:
            rng = derive_rng(context.data_seed, "regression", "batch")
            inputs, target = self._task.build(rng, context.device)
            self._prepared = drawn_for, (ImageBatch(inputs), SequenceRegression(self._task, target))
        return self._prepared[1]
