"""The one short training that trained fitnesses share.

Letters: B batch, C channels, H height, W width; L steps of a sequence, D values in each.
"""

import math
import time
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LRScheduler

from fitness.base import EvalContext, network_shape
from fitness.determinism import Precision, computing_in, seeded
from fitness.objective import Objective
from fitness.training.racing import NO_RACE, Race
from spaces import FeatureNetwork, InputSpec, NetworkSpace, SequenceSpec
from tasks import Batch, ImageBatch


class Batches(Protocol):
    """A known number of batches."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def __iter__(self) -> Iterator[ImageBatch]:
        """Yield them."""
        ...


class TrainingSettings(Protocol):
    """How precisely to compute and how to follow the gradient."""

    @property
    def clip(self) -> float:
        """Norm of the whole gradient that a step is cut down to, 0 for none."""
        ...

    @property
    def precision(self) -> Precision:
        """In what the network computes."""
        ...

    @property
    def race(self) -> Race:
        """When it is given up."""
        ...

    def optimizer(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimiser of these parameters."""
        ...

    def schedule(self, optimizer: torch.optim.Optimizer, steps: int) -> LRScheduler:
        """Return what sets the optimiser's rate after each of ``steps`` steps."""
        ...


@dataclass(frozen=True)
class SgdSettings:
    """Stochastic gradient descent of GenNAS: decay only on weights with more than one dimension.

    cosine: whether the rate falls to 0 along half a cosine; precision: of convolutions and of the maps between them;
    weights and losses are always float32. ``auto`` is bfloat16 on CPU with matrix units for it and float32
    elsewhere.
    clip: norm of the whole gradient that a step is cut down to, 0 for none
    warm_up: steps in which a rate that is constant afterwards climbs to its value
    race: when a training is given up
    """

    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 4e-5
    cosine: bool = False
    precision: Precision = "auto"
    clip: float = 0.0
    warm_up: int = 0
    race: Race = NO_RACE

    def __post_init__(self) -> None:
        """Raise ValueError for a number out of range, and for a cosine with a warm-up."""
        _check_rates(self.learning_rate, self.weight_decay)
        _check_steadying(self.clip, self.warm_up)
        if self.cosine and self.warm_up:
            raise ValueError(f"warm_up={self.warm_up}: goes with a constant rate alone")

    def optimizer(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimiser of these parameters."""
        trained = [parameter for parameter in parameters if parameter.requires_grad]
        groups = [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": self.weight_decay},
            {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.SGD(groups, lr=self.learning_rate, momentum=self.momentum, fused=True)

    def schedule(self, optimizer: torch.optim.Optimizer, steps: int) -> LRScheduler:
        """Return what sets the optimiser's rate after each of ``steps`` steps."""
        return CosineAnnealingLR(optimizer, steps) if self.cosine else _warming(optimizer, self.warm_up)


@dataclass(frozen=True)
class AdamSettings:
    """Adam of NAS-Bench-NLP and GenNAS for recurrent networks: the decay is part of the gradient, of every parameter.

    precision, clip, warm_up, race: as in SgdSettings.
    """

    learning_rate: float = 1e-3
    weight_decay: float = 1.2e-6
    precision: Precision = "auto"
    clip: float = 0.0
    warm_up: int = 0
    race: Race = NO_RACE

    def __post_init__(self) -> None:
        """Raise ValueError for a number out of range."""
        _check_rates(self.learning_rate, self.weight_decay)
        _check_steadying(self.clip, self.warm_up)

    def optimizer(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimiser of those parameters that are trained."""
        trained = [parameter for parameter in parameters if parameter.requires_grad]
        return torch.optim.Adam(trained, lr=self.learning_rate, weight_decay=self.weight_decay, fused=True)

    def schedule(self, optimizer: torch.optim.Optimizer, steps: int) -> LRScheduler:
        """Return what leaves the rate as it is after the warm-up."""
        return _warming(optimizer, self.warm_up)


@dataclass(frozen=True)
class Trainee:
    """A network, the objective's head on it, and the seconds it took to build both, 0 where that is not measured."""

    network: FeatureNetwork
    head: nn.Module
    build_s: float = 0.0

    def features(self, batch: Batch, objective: Objective) -> list[Tensor]:
        """Return the stages of the batch's inputs [B, C, H, W] or [L, B, D], in the objective's way."""
        return objective.encode(self.network, batch)


@dataclass(frozen=True)
class Judgement:
    """How good a trained network is at its objective: mean loss, and share of right answers where there are any."""

    loss: float
    accuracy: float | None


def build_trainee(
    candidate: Hashable,
    objective: Objective,
    context: EvalContext,
    shape: tuple[InputSpec | SequenceSpec, int] | None = None,
) -> Trainee:
    """Return the candidate's network and head on the context's device, weights drawn from the context's ``rng``.

    shape: what the network reads and how many logits it has, by default what the context's images ask for.
    """
    clock = time.perf_counter()
    assert isinstance(context.space, NetworkSpace)
    with seeded(int(context.rng.integers(2**63))):
        network = context.space.build(candidate, *(shape or network_shape(context.images)))
        head = objective.head(network.feature_info)
    for module in (network, head):
        module.to(context.device).to(memory_format=torch.channels_last)
    return Trainee(network, head, time.perf_counter() - clock)


def train(
    trainee: Trainee,
    objective: Objective,
    batches: Batches,
    generator: torch.Generator,
    settings: TrainingSettings,
    context: EvalContext,
) -> None:
    """Make one step on each of ``batches``, images [B, C, H, W] or sequences [L, B, D], prepared by the objective.

    Raises DeadlineExceededError, and AbandonedError where it is given up.
    """
    parameters = [*trainee.network.parameters(), *trainee.head.parameters()]
    optimizer = settings.optimizer(parameters)
    schedule = settings.schedule(optimizer, len(batches))
    losses: list[Tensor] = []
    objective.start(trainee.network, trainee.head)
    for images in batches:
        context.check_deadline()
        batch = objective.prepare(images, generator)
        with computing_in(settings.precision, batch.inputs.device):
            loss = objective.loss(trainee.features(batch, objective), trainee.head, batch)
        losses.append(loss.detach())
        settings.race.check(losses, len(batches), context.threshold)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if settings.clip:
            nn.utils.clip_grad_norm_(parameters, settings.clip)
        optimizer.step()
        schedule.step()
        objective.after_step(trainee.network, trainee.head)


def pass_through(
    trainee: Trainee, objective: Objective, images: ImageBatch, generator: torch.Generator, precision: Precision
) -> None:
    """Show a batch, prepared by the objective, to a network and its head as they are."""
    batch = objective.prepare(images, generator)
    with computing_in(precision, batch.inputs.device):
        objective.loss(trainee.features(batch, objective), trainee.head, batch)


@torch.no_grad()
def judge(
    trainee: Trainee,
    objective: Objective,
    batches: Sequence[ImageBatch],
    generator: torch.Generator,
    precision: Precision,
    context: EvalContext,
) -> Judgement:
    """Return the mean over ``batches`` in evaluation mode, each prepared by the objective.

    Raises DeadlineExceededError.
    """
    trainee.network.eval()
    trainee.head.eval()
    losses, accuracies = [], []
    for images in batches:
        context.check_deadline()
        batch = objective.prepare(images, generator)
        with computing_in(precision, batch.inputs.device):
            features = trainee.features(batch, objective)
            losses.append(float(objective.loss(features, trainee.head, batch)))
            if objective.has_answers:
                accuracies.append(float(objective.accuracy(features, trainee.head, batch)))
    return Judgement(fmean(losses), fmean(accuracies) if accuracies else None)


def _warming(optimizer: torch.optim.Optimizer, steps: int) -> LambdaLR:
    """Return a rate that climbs evenly to its value, which it has from step ``steps`` on, the first being step 1."""
    return LambdaLR(optimizer, lambda done: min(1.0, (done + 1) / steps) if steps else 1.0)


def _check_steadying(clip: float, warm_up: int) -> None:
    if not 0 <= clip < math.inf:
        raise ValueError(f"clip={clip}: must be finite and at least 0, which clips nothing")
    if warm_up < 0:
        raise ValueError(f"warm_up={warm_up}: must be at least 0")


def _check_rates(learning_rate: float, weight_decay: float) -> None:
    if not (0 < learning_rate < math.inf and 0 <= weight_decay < math.inf):
        raise ValueError(
            f"learning_rate={learning_rate}, weight_decay={weight_decay}: must be finite, the rate above 0 and the "
            "decay at least 0"
        )
