"""Catches: a signal of other gradients than those that are stepped by; an objective that is told to teach nothing by
other batches or another mean than its own; notes and losses of an epoch that change where maps are not kept.
"""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from evo.differentiable.bilevel.supernet_data import SupernetData
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.darts import DartsRelaxation
from spaces import Alphas
from tasks import Batch
from tests.evo.differentiable.tiny_setup import Noting, make_setup, make_trainer


def test_checkpointing_changes_no_loss_and_no_eigenvalue() -> None:
    found = []
    for checkpointing in (False, True):
        trainer = make_trainer(make_setup(checkpointing=checkpointing, order=2))
        assert trainer.supernet.checkpointing is checkpointing
        losses = trainer.epoch(0)
        found.append([losses.weights, losses.architecture, losses.held_out, trainer.eigenvalue(0)])
        assert trainer.supernet.checkpointing is checkpointing
    assert found[1] == pytest.approx(found[0], rel=1e-6)


def test_the_signal_is_of_the_gradients_of_the_steps_before_they_are_clipped() -> None:
    seen: list[Tensor] = []

    class Watching(DartsRelaxation):
        def before_architecture_step(self, alphas: Alphas) -> None:
            seen.append(alphas.operations["cell"].grad.clone())  # type: ignore[union-attr]

    losses = make_trainer(make_setup(), Watching()).epoch(0)
    steps = torch.stack(seen).flatten(1).double()
    assert len(steps) == 3
    noise = ((steps - steps.mean(0)).square().sum(1).mean() / 3).sqrt()
    assert losses.signal == pytest.approx(float(steps.mean(0).norm() / noise))
    still = {"architecture_rate": 0.0, "learning_rate": 0.0, "least_rate": 0.0}
    clipped, unclipped = (make_trainer(make_setup(architecture_clip=clip, **still)).epoch(0) for clip in (1e-4, 0.0))
    assert clipped.signal == unclipped.signal
    assert make_trainer(make_setup(architecture_every=3)).epoch(0).signal is None
    assert make_trainer(make_setup(architecture_from=1)).epoch(0).signal is None


def test_the_objective_is_told_by_its_own_batches_and_by_the_mean_of_all_training_images() -> None:
    setup = make_setup("contrastive")
    guesses: list[int] = []

    class Watching(Noting):
        def guessing_loss(self, batch: Batch) -> float | None:
            guesses.append(len(batch.inputs))
            return math.log(7)

        def beside_mean(self, features: Any, head: Any, batch: Batch, mean: Tensor) -> tuple[Tensor, Tensor]:
            means.append(mean)
            return torch.tensor(1.0), torch.tensor(1.0)

    means: list[Tensor] = []
    data = SupernetData(setup)
    trainer = SupernetTrainer(replace(setup, objective=Watching(setup)), data, DartsRelaxation(), 4)  # type: ignore[arg-type]
    assert trainer.epoch(0).finding.state in ("mean only", "guessing")
    assert guesses == [8] * 5  # two views of four images, in three steps and twice to judge
    images = torch.cat([data.weights.images, data.architecture.images])
    assert len(means) == 2
    torch.testing.assert_close(means[0], images.mean((0, 2, 3)))
