"""GenNAS's fitness (Li et al., 2021): how well a candidate regresses synthetic signals within 100 steps.

Letters: B batch, C channels, H height, W width, S side of the target maps in pixels.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.base import EvalContext, Fitness, Score
from fitness.determinism import Precision, seeded_dropout
from fitness.objective import Objective
from fitness.once_per_run import OncePerRun
from fitness.regression.judging import Judging
from fitness.regression.presets import PresetName, preset_of, settled_preset
from fitness.training.loop import AdamSettings, SgdSettings, build_trainee, train
from fitness.training.norm_statistics import Statistics
from fitness.training.racing import SLOPE, Race, check_rungs, settle_rungs
from spaces import FeatureInfo, NetworkSpace, SearchSpace, reads_sequences
from tasks import (
    Batch,
    ImageBatch,
    ProxyTask,
    UsageError,
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

    def __init__(
        self, feature_info: Sequence[FeatureInfo], channels: Sequence[int], size: int, full_rate_channels: int = 0
    ) -> None:
        """Make heads from each stage's channels to ``channels`` of its target.

        full_rate_channels: a head that reads more has its gradient multiplied by this over what it reads; 0: never.
        """
        super().__init__()
        self._size = size
        self.heads = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(info.channels), nn.Conv2d(info.channels, wanted, kernel_size=1))
            for info, wanted in zip(feature_info, channels, strict=True)
        )
        for info, head in zip(feature_info, self.heads, strict=True):
            if 0 < full_rate_channels < info.channels:
                _slow_down(head, full_rate_channels / info.channels)

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return one prediction [B, C, S, S] for each of the last stage maps [B, C, H, W], as many as heads."""
        return [head(self._resize(x)) for head, x in zip(self.heads, features[-len(self.heads) :], strict=True)]

    def _resize(self, x: Tensor) -> Tensor:
        return x if x.shape[-1] == self._size else functional.interpolate(x, size=self._size, mode="nearest")


def _slow_down(head: nn.Module, factor: float) -> None:
    """Let gradient descent move a head by ``factor`` of its step."""
    for parameter in head.parameters():
        parameter.register_hook(lambda gradient: gradient * factor)  # type: ignore[no-untyped-call]


class SignalRegression(Objective):
    """The objective: predict fixed signals from fixed images under fresh noise, by weighted mean squared error.

    The last stage of a network predicts the last target, and so on towards finer ones: of more stages than targets the
    finest are left out, of more targets than stages the first.

    targets: one [B, C, S, S] per stage; training_weights: weight of each stage's loss while its head is training,
    ``EVALUATION_WEIGHTS`` otherwise, both replaced by the task's own where it has any; full_rate_channels: as in
    StageHeads.
    """

    def __init__(
        self,
        task: ProxyTask,
        targets: tuple[Tensor, ...],
        training_weights: Sequence[float],
        full_rate_channels: int = 0,
    ) -> None:
        """Regress ``targets``, which ``task`` built."""
        self._task = task
        self._targets = targets
        self._training_weights = task.stage_weights or training_weights
        self._evaluation_weights = task.stage_weights or EVALUATION_WEIGHTS
        self._full_rate_channels = full_rate_channels

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the images [B, 3, H, W] with the task's noise, and the targets."""
        return Batch(self._task.noise.add(batch.images, generator), self._targets)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return fresh heads for the last of these stages; raises ValueError where the task weighs none of them."""
        count = min(len(feature_info), len(self._targets))
        if not count or not any(self._evaluation_weights[-count:]):
            raise ValueError(
                f"task {self._task.name!r} has the stage weights {self._evaluation_weights}, fine to coarse, none of "
                f"them for a network of {len(feature_info)} stages; give another task, or show more stages"
            )
        channels = [target.shape[1] for target in self._targets[-count:]]
        return StageHeads(feature_info[-count:], channels, self._targets[0].shape[-1], self._full_rate_channels)

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the weighted sum over stages of the mean squared error over B, C, H and W."""
        predictions = head(features)
        count, weights = len(predictions), self._training_weights if head.training else self._evaluation_weights
        losses = [
            weight * functional.mse_loss(prediction.float(), target)
            for weight, prediction, target in zip(weights[-count:], predictions, batch.targets[-count:], strict=True)
            if weight
        ]
        return torch.stack(losses).sum()


class RegressionFitness(Fitness):
    """Minus the loss after training on one fixed batch.

    Networks of more than three stages are judged by their last three; those of fewer by the ones they have, with the
    targets and weights of the last.

    task: a preset or a JSON file of one task, also as a set that holds no other; presets for images are single, combo,
        N, D and R, those for recurrent networks start with ``nlp_``; where the space reads sequences, combo and single
        mean nlp_combo and nlp_single
    preset: steps and statistics by name: ``published``, ``fast`` (30, batch) or ``thorough`` (300, running)
    steps: of training, each on the same batch under fresh noise
    weighting: stage weights of the training loss, for images alone
    learning_rate: unless given, 0.1 of gradient descent for images and 1e-3 of Adam for sequences, where the released
        program has 0.1 too
    weight_decay: unless given, 4e-5 for images and 1.2e-6 for sequences
    precision: float32, bfloat16, or auto: bfloat16 where the CPU has matrix units for it
    statistics: what batch norms judge by: the running ones of training, as published, which lag behind in a training of
        few steps; those of the batch that is judged; or fresh ones, measured after training on the same images
    clip, warm_up: norm that a step's whole gradient is cut down to, and steps in which the rate climbs to its value; 0
        for none, as published. They keep the training of networks from diverging for which the rate is too high
    full_rate_channels: where given, the head of a stage of more channels learns at this over its channels of the rate;
        for images alone
    rungs: numbers of steps, e.g. ``10,30``, after which a training is given up, and its trial abandoned, where it
        falls too slowly to reach the search's threshold; rung_slope: the power of the number of steps by which a loss
        is expected to fall at most
    """

    needs_cuda = True
    later_options: ClassVar[tuple[str, ...]] = (
        *("statistics", "clip", "warm_up", "full_rate_channels", "rungs", "rung_slope", "preset"),
    )

    def __init__(
        self,
        *,
        task: str = "combo",
        steps: int = 100,
        weighting: Literal["code", "paper"] = "code",
        learning_rate: float | None = None,
        weight_decay: float | None = None,
        precision: Precision = "auto",
        statistics: Statistics = "running",
        clip: float = 0.0,
        warm_up: int = 0,
        full_rate_channels: int = 0,
        rungs: int | str | Sequence[int] = "",
        rung_slope: float = SLOPE,
        preset: PresetName = "published",
    ) -> None:
        """Raise UsageError for a bad task, preset or rungs; ValueError for another number out of range."""
        for name, count, least in (("steps", steps, 1), ("full_rate_channels", full_rate_channels, 0)):
            if count < least:
                raise ValueError(f"{name}={count}: must be at least {least}")
        given = {"learning_rate": learning_rate, "weight_decay": weight_decay}
        rates: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        length = preset_of(preset, steps, statistics)
        race = _race(Race(settle_rungs(rungs), rung_slope), length.steps, weighting)
        self._source = task
        self._task = load_any_task(task)
        self._steps = length.steps
        self._weights = WEIGHTINGS[weighting]
        self._full_rate_channels = full_rate_channels
        self._sgd = SgdSettings(precision=precision, clip=clip, warm_up=warm_up, race=race, **rates)
        self._adam = AdamSettings(precision=precision, clip=clip, warm_up=warm_up, race=race, **rates)
        self._judging = Judging(length.statistics, self._sgd, ("fitness.full_rate_channels=128",))
        self._batch = OncePerRun(self._draw)

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with a task file replaced by what it says, but for how the task was found.

        Rungs are text, and a preset is what it stands for. Raises UsageError where it is no task.
        """
        rungs: Any = options.get("rungs", "")
        task = str(options["task"])
        shipped = {name.casefold(): name for name in (*preset_names(), *sequence_preset_names())}
        known = shipped.get(task.casefold())
        kept = {"rungs": ",".join(map(str, settle_rungs(rungs)))} if rungs else {}
        settled = known or replace(load_any_task(task), found_by=None).to_json()
        return {**options, "task": settled, **kept, **settled_preset(options)}

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
        """Return minus the loss after the last step; raises DeadlineExceededError and AbandonedError."""
        if reads_sequences(context.space):
            assert self._sequence_fitness is not None
            return self._sequence_fitness(candidate, context)
        images, objective = self._batch(context)
        trainee = build_trainee(candidate, objective, context)
        noise = torch_generator(derive_rng(context.data_seed, "regression", "noise"), context.device)
        with seeded_dropout(context):
            train(trainee, objective, [images] * self._steps, noise, self._sgd, context)
        return self._judging.score(trainee, objective, images, noise, context)

    @cached_property
    def _sequence_fitness(self) -> "SequenceRegressionFitness | None":
        """The same for spaces that read sequences; None where the task has no counterpart for them."""
        from fitness.regression.sequences import SequenceRegressionFitness  # what few runs need

        task = sequence_counterpart(self._source) if isinstance(self._task, ProxyTask) else self._task
        return SequenceRegressionFitness(task, self._adam, self._steps, self._judging.statistics) if task else None

    def _draw(self, context: EvalContext) -> tuple[ImageBatch, SignalRegression]:
        """Return the run's images and targets."""
        rng = derive_rng(context.data_seed, "regression", "batch")
        assert isinstance(self._task, ProxyTask)  # accepts() has refused spaces of images otherwise
        images = context.images.draw(self._task.batch_size, rng).images.to(context.device)
        targets = self._task.build_targets(images, rng, context.device)
        objective = SignalRegression(self._task, targets, self._weights, self._full_rate_channels)
        return ImageBatch(images.contiguous(memory_format=torch.channels_last)), objective


def _race(race: Race, steps: int, weighting: str) -> Race:
    """Return when trainings of so many steps are given up; raises UsageError where their losses are no scores."""
    check_rungs(race.rungs, steps)
    if race.rungs and weighting != "code":
        raise UsageError(f"fitness.rungs: needs fitness.weighting=code, as losses by {weighting!r} are no scores")
    return race
