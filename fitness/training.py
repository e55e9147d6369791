"""The one short training that trained fitnesses share.

Letters: B batch, C channels, H height, W width; L steps of a sequence, D values in each.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

import torch
from torch import Tensor, nn

from fitness.base import EvalContext, Objective, network_shape
from spaces import FeatureNetwork, InputSpec, NetworkSpace, SequenceSpec

Precision = Literal["auto", "float32", "bfloat16"]


class TrainingSettings(Protocol):
    """How long to train, how precisely to compute and how to follow the gradient."""

    @property
    def steps(self) -> int:
        """How many steps are made."""
        ...

    @property
    def precision(self) -> Precision:
        """In what the network computes."""
        ...

    def optimizer(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimiser of these parameters."""
        ...


@dataclass(frozen=True)
class SgdSettings:
    """Stochastic gradient descent of GenNAS: decay only on weights with more than one dimension.

    precision: of convolutions and of the maps between them; weights and losses are always float32. ``auto`` is
    bfloat16 on processors with matrix units for it and float32 elsewhere.
    """

    steps: int = 100
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 4e-5
    precision: Precision = "auto"

    def optimizer(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimiser of these parameters."""
        groups = [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": self.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.SGD(groups, lr=self.learning_rate, momentum=self.momentum, fused=True)


@dataclass(frozen=True)
class AdamSettings:
    """Adam of NAS-Bench-NLP and GenNAS for recurrent networks: the decay is part of the gradient, of every parameter.

    precision: as in SgdSettings.
    """

    steps: int = 100
    learning_rate: float = 1e-3
    weight_decay: float = 1.2e-6
    precision: Precision = "auto"

    def optimizer(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimiser of those parameters that are trained."""
        trained = [parameter for parameter in parameters if parameter.requires_grad]
        return torch.optim.Adam(trained, lr=self.learning_rate, weight_decay=self.weight_decay, fused=True)


@dataclass(frozen=True)
class Trainee:
    """A network, the objective's head on it, and the seconds it took to build both."""

    network: FeatureNetwork
    head: nn.Module
    build_s: float

    def features(self, inputs: Tensor) -> list[Tensor]:
        """Return the stages of ``inputs`` [B, C, H, W] or [L, B, D]."""
        return self.network.forward_features(inputs)


def build_trainee(
    candidate: Hashable,
    objective: Objective,
    context: EvalContext,
    shape: tuple[InputSpec | SequenceSpec, int] | None = None,
) -> Trainee:
    """Return the candidate's network and head on the context's device, weights drawn from the context's ``rng``.

    shape: what the network reads and how many logits it has, by default what the context's pictures ask for.
    """
    clock = time.perf_counter()
    assert isinstance(context.space, NetworkSpace)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(context.rng.integers(2**63)))
        network = context.space.build(candidate, *(shape or network_shape(context.images)))
        head = objective.head(network.feature_info)
    for module in (network, head):
        module.to(context.device).to(memory_format=torch.channels_last)
    return Trainee(network, head, time.perf_counter() - clock)


def train(
    trainee: Trainee,
    objective: Objective,
    images: Tensor,
    generator: torch.Generator,
    settings: TrainingSettings,
    context: EvalContext,
) -> None:
    """Train on the fixed ``images`` [B, C, H, W] or [L, B, D], prepared anew each step.

    Raises DeadlineExceededError.
    """
    optimizer = settings.optimizer([*trainee.network.parameters(), *trainee.head.parameters()])
    for _ in range(settings.steps):
        context.check_deadline()
        batch = objective.prepare(images, generator)
        with _computing_in(settings.precision, batch.inputs.device):
            loss = objective.loss(trainee.features(batch.inputs), trainee.head, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


@torch.no_grad()
def held_loss(
    trainee: Trainee, objective: Objective, images: Tensor, generator: torch.Generator, precision: Precision
) -> float:
    """Return the loss in evaluation mode, on ``images`` [B, C, H, W] or [L, B, D] prepared once more."""
    trainee.network.eval()
    trainee.head.eval()
    batch = objective.prepare(images, generator)
    with _computing_in(precision, batch.inputs.device):
        return float(objective.loss(trainee.features(batch.inputs), trainee.head, batch))


def _computing_in(precision: Precision, device: torch.device) -> torch.autocast:
    halved = precision == "bfloat16" or (precision == "auto" and device.type == "cpu" and _has_matrix_units())
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=halved)


@cache
def _has_matrix_units() -> bool:
    capabilities: Callable[[], dict[str, object]] = getattr(torch.cpu, "get_capabilities", dict)  # newer torch only
    return bool(capabilities().get("amx_bf16", False))
