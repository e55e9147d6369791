"""GenNAS's fitness (Li et al., 2021): how well a candidate regresses synthetic signals within 100 steps.

Letters: B batch, C channels, H height, W width, S side of the target maps in pixels.
"""

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.base import EvalContext, Fitness, Objective, OncePerRun, Score
from fitness.determinism import Precision, seeded_dropout
from fitness.training.loop import AdamSettings, SgdSettings, build_trainee, judge, train
from spaces import FeatureInfo, NetworkSpace, SearchSpace, reads_sequences
from tasks import (
    Batch,
    ImageBatch,
    ProxyTask,
    derive_rng,
    load_any_task,
    preset_names,
    sequence_counterpart,
    sequence_preset_names,
    torch_generator,
)

if TYPE_CHECKING:
    from fitness.regression.sequences import SequenceRegressionFitness

WEIGHTINGS = {"code": (0.25, 0.5, 1.0), "paper": (1.0, 1.0, 1.0)}
"""Weight of each stage's loss in training, fine to coarse: the released program's, and the paper's plain sum."""

EVALUATION_WEIGHTS = (0.25, 0.5, 1.0)
"""Weight of each stage's loss in the score, in the paper and in the released program."""


class StageHeads(nn.Module):
    """One head per stage: nearest resize to S x S, batch norm, 1x1 convolution with bias."""

    def __init__(self, feature_info: Sequence[FeatureInfo], channels: Sequence[int], size: int) -> None:
        """Make heads from each stage's channels to ``channels`` of its target."""
        super().__init__()
        self._size = size
        self.heads = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(info.channels), nn.Conv2d(info.channels, wanted, kernel_size=1))
            for info, wanted in zip(feature_info, channels, strict=True)
        )

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return one prediction [B, C, S, S] per stage map [B, C, H, W]."""
        return [head(self._resize(x)) for head, x in zip(self.heads, features, strict=True)]

    def _resize(self, x: Tensor) -> Tensor:
        return x if x.shape[-1] == self._size else functional.interpolate(x, size=self._size, mode="nearest")


class SignalRegression(Objective):
    """The objective: predict fixed signals from fixed images under fresh noise, by weighted mean squared error.

    targets: one [B, C, S, S] per stage; training_weights: weight of each stage's loss while its head is training,
    ``EVALUATION_WEIGHTS`` otherwise, both replaced by the task's own where it has any.
    """

    def __init__(self, task: ProxyTask, targets: tuple[Tensor, ...], training_weights: Sequence[float]) -> None:
        """Regress ``targets``, which ``task`` built."""
        self._task = task
        self._targets = targets
        self._training_weights = task.stage_weights or training_weights
        self._evaluation_weights = task.stage_weights or EVALUATION_WEIGHTS

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the images [B, 3, H, W] with the task's noise, and the targets."""
        return Batch(self._task.noise.add(batch.images, generator), self._targets)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return fresh heads for a network with these stages."""
        return StageHeads(feature_info, [target.shape[1] for target in self._targets], self._targets[0].shape[-1])

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the weighted sum over stages of the mean squared error over B, C, H and W."""
        weights = self._training_weights if head.training else self._evaluation_weights
        losses = [
            weight * functional.mse_loss(prediction.float(), target)
            for weight, prediction, target in zip(weights, head(features), batch.targets, strict=True)
            if weight
        ]
        return torch.stack(losses).sum()


class RegressionFitness(Fitness):
    """Minus the loss after training on one fixed batch.

    task: a preset or a JSON file; presets for images are single, combo, N, D and R, those for recurrent networks start
        with ``nlp_``; where the space reads sequences, combo and single mean nlp_combo and nlp_single
    steps: of training, each on the same batch under fresh noise
    weighting: stage weights of the training loss, for images alone
    learning_rate: unless given, 0.1 of gradient descent for images and 1e-3 of Adam for sequences, where the released
        program has 0.1 too
    weight_decay: unless given, 4e-5 for images and 1.2e-6 for sequences
    precision: float32, bfloat16, or auto: bfloat16 where the CPU has matrix units for it
    """

    def __init__(
        self,
        *,
        task: str = "combo",
        steps: int = 100,
        weighting: Literal["code", "paper"] = "code",
        learning_rate: float | None = None,
        weight_decay: float | None = None,
        precision: Precision = "auto",
    ) -> None:
        """Raise UsageError for a bad task; ValueError for a number out of range."""
        if steps < 1:
            raise ValueError(f"steps={steps}: must be at least 1")
        given = {"learning_rate": learning_rate, "weight_decay": weight_decay}
        rates: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        self._source = task
        self._task = load_any_task(task)
        self._steps = steps
        self._weights = WEIGHTINGS[weighting]
        self._sgd = SgdSettings(precision=precision, **rates)
        self._adam = AdamSettings(precision=precision, **rates)
        self._batch = OncePerRun(self._draw)

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with a task file replaced by what it says; raises UsageError where it is no task."""
        task = str(options["task"])
        shipped = {name.casefold(): name for name in (*preset_names(), *sequence_preset_names())}
        return {**options, "task": shipped.get(task.casefold()) or load_any_task(task).to_json()}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        if not isinstance(space, NetworkSpace):
            return "regression trains networks, and it builds none"
        sequences = reads_sequences(space)
        if self._sequence_fitness if sequences else isinstance(self._task, ProxyTask):
            return None
        kind, names = ("sequences", sequence_preset_names()) if sequences else ("images", preset_names())
        return f"its networks read {kind}, and task {self._task.name!r} has none; tasks with {kind}: {', '.join(names)}"

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return minus the loss after the last step; raises DeadlineExceededError."""
        if reads_sequences(context.space):
            assert self._sequence_fitness is not None
            return self._sequence_fitness(candidate, context)
        images, objective = self._batch(context)
        trainee = build_trainee(candidate, objective, context)
        noise = torch_generator(derive_rng(context.data_seed, "regression", "noise"), context.device)
        with seeded_dropout(context):
            train(trainee, objective, [images] * self._steps, noise, self._sgd, context)
        judgement = judge(trainee, objective, [images], noise, self._sgd.precision, context)
        return Score(-judgement.loss, build_s=trainee.build_s)

    @cached_property
    def _sequence_fitness(self) -> "SequenceRegressionFitness | None":
        """The same for spaces that read sequences; None where the task has no counterpart for them."""
        from fitness.regression.sequences import SequenceRegressionFitness  # what few runs need

        task = sequence_counterpart(self._source) if isinstance(self._task, ProxyTask) else self._task
        return SequenceRegressionFitness(task, self._adam, self._steps) if task else None

    def _draw(self, context: EvalContext) -> tuple[ImageBatch, SignalRegression]:
        """Return the run's images and targets."""
        rng = derive_rng(context.data_seed, "regression", "batch")
        assert isinstance(self._task, ProxyTask)  # accepts() has refused spaces of images otherwise
        images = context.images.draw(self._task.batch_size, rng).images.to(context.device)
        targets = self._task.build_targets(images, rng, context.device)
        objective = SignalRegression(self._task, targets, self._weights)
        return ImageBatch(images.contiguous(memory_format=torch.channels_last)), objective
