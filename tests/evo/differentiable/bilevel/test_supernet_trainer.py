"""Catches: a step that moves what it should leave alone, or sees the other half's images; wrong optimiser settings;
architecture steps too early or too often; an epoch that depends on what ran before it; a loss that is no number and
passes; objectives that do not work on supernets; a variant that is not heard; a target that
stays behind or computes under other gates.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from evo.differentiable.bilevel.architecture_gradient import first_order, second_order
from evo.differentiable.bilevel.inner_step import InnerStep
from evo.differentiable.bilevel.pass_state import Loss
from evo.differentiable.bilevel.supernet_data import SupernetData
from evo.differentiable.bilevel.supernet_trainer import DivergedError, SupernetTrainer
from evo.differentiable.relaxations.base import Level, Moment, SupernetPass
from evo.differentiable.relaxations.darts import DartsRelaxation
from spaces import SPACES, Alphas, Gates, Supernet, SupernetOptions
from tests.evo.differentiable.tiny_setup import Noting, make_setup, make_trainer

JUDGING = SupernetPass(Level.JUDGING, torch.Generator())
ALPHAS = Alphas({"cell": torch.zeros(6, 5)}, {})


class Listening(DartsRelaxation):
    """DARTS that notes what it is told."""

    def __init__(self, anew: Callable[[Moment], bool] = lambda moment: False) -> None:
        super().__init__()
        self.levels: list[Level] = []
        self.moments: list[Moment] = []
        self.supernets: list[Supernet[Any]] = []
        self._anew = anew

    def begin(self, supernet: Supernet[Any]) -> None:
        super().begin(supernet)
        self.supernets.append(supernet)

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        self.levels.append(supernet_pass.level)
        return super().gates(alphas, supernet_pass)

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        self.moments.append(moment)
        return self.options() if self._anew(moment) else None


def values(trainer: SupernetTrainer) -> list[list[Tensor]]:
    groups = (trainer.supernet.architecture_parameters(), trainer.weights())
    return [[parameter.detach().clone() for parameter in group] for group in groups]


def moved(before: list[Tensor], after: list[Tensor]) -> bool:
    return any(not torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_every_step_of_the_weights_follows_one_of_the_architecture() -> None:
    variant = Listening()
    make_trainer(make_setup(), variant).epoch(0)
    assert variant.levels == [Level.ARCHITECTURE, Level.WEIGHTS] * 3 + [Level.JUDGING]
    assert variant.moments == [Moment(0, 4)]


@pytest.mark.parametrize(("every", "steps"), [(1, 3), (2, 2), (3, 1)])
def test_the_architecture_steps_as_often_as_asked(every: int, steps: int) -> None:
    variant = Listening()
    make_trainer(make_setup(architecture_every=every), variant).epoch(0)
    assert variant.levels.count(Level.ARCHITECTURE) == steps
    assert variant.levels[0] is Level.ARCHITECTURE


def test_the_architecture_waits_for_its_first_epoch_and_weights_do_not() -> None:
    trainer = make_trainer(make_setup(architecture_from=1))
    alphas, weights = values(trainer)
    assert trainer.epoch(0).architecture is None
    alphas_then, weights_then = values(trainer)
    assert not moved(alphas, alphas_then)
    assert moved(weights, weights_then)
    assert trainer.epoch(1).architecture is not None
    assert moved(alphas, values(trainer)[0])


def test_without_a_rate_of_their_own_weights_stay_and_the_architecture_moves() -> None:
    trainer = make_trainer(make_setup(learning_rate=0.0, least_rate=0.0))
    before = values(trainer)
    trainer.epoch(0)
    after = values(trainer)
    assert moved(before[0], after[0])
    assert not moved(before[1], after[1])


def test_each_level_sees_its_own_half() -> None:
    setup = make_setup()
    noting = Noting(setup)
    setup = replace(setup, objective=noting)  # type: ignore[arg-type]
    data = SupernetData(setup)
    SupernetTrainer(setup, data, DartsRelaxation(), 4).epoch(0)
    own = [half.images[:, 0, 0, 0].tolist() for half in (data.weights, data.architecture)]
    for number in range(3):
        of_weights, of_architecture = (noting.seen[8 * number + first :][:4] for first in (0, 4))
        assert set(of_weights) <= set(own[0])
        assert set(of_architecture) <= set(own[1])


def test_a_step_of_the_architecture_is_adam_on_the_validation_gradient() -> None:
    setup = make_setup(architecture_rate=0.1, architecture_decay=0.5, learning_rate=0.0, least_rate=0.0)
    trainer = make_trainer(setup)
    before = trainer.supernet.architecture_parameters()[0].detach().clone()
    data, prepared, gated = SupernetData(setup), setup.generator("prepare", 0), setup.generator("gates", 0)
    trainer.supernet.train()
    setup.objective.prepare(next(iter(data.batches(Level.WEIGHTS, 0, 3))), prepared)
    batch = setup.objective.prepare(next(iter(data.batches(Level.ARCHITECTURE, 0, 3))), prepared)
    loss = trainer.loss(batch, SupernetPass(Level.ARCHITECTURE, gated), trainer.supernet.alphas)
    (gradient,) = torch.autograd.grad(loss, trainer.supernet.architecture_parameters())
    decayed = gradient + 0.5 * before
    wanted = before - 0.1 * decayed / (decayed.abs() + 1e-8)  # Adam's first step, both means freed of their bias
    one_step = make_trainer(
        make_setup(
            architecture_rate=0.1, architecture_decay=0.5, learning_rate=0.0, least_rate=0.0, architecture_every=3
        )
    )
    one_step.epoch(0)
    torch.testing.assert_close(one_step.supernet.architecture_parameters()[0].detach(), wanted)


def test_a_step_of_the_weights_is_clipped_sgd() -> None:
    options = {"architecture_from": 3, "learning_rate": 0.5, "weight_decay": 0.1, "clip": 0.01, "batch": 12}
    setup = make_setup(**options, held_out=12)
    trainer, data = make_trainer(setup), SupernetData(setup)
    (images,) = list(data.batches(Level.WEIGHTS, 0, 1))
    before = [parameter.detach().clone() for parameter in trainer.weights()]
    trainer.supernet.train()
    batch = setup.objective.prepare(images, setup.generator("prepare", 0))
    loss = trainer.loss(batch, SupernetPass(Level.WEIGHTS, setup.generator("gates", 0)), trainer.supernet.alphas)
    gradients = torch.autograd.grad(loss, trainer.weights(), allow_unused=True)
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients if gradient is not None))
    again = make_trainer(setup)
    again.epoch(0)
    for one, gradient, other in zip(before, gradients, again.weights(), strict=True):
        step = 0.0 if gradient is None else 0.5 * (gradient * 0.01 / norm + 0.1 * one)
        torch.testing.assert_close(other.detach(), one - step, rtol=1e-4, atol=1e-6)


def test_the_second_order_looks_through_a_step_of_the_weights() -> None:
    options = {"architecture_rate": 0.1, "batch": 12, "held_out": 12, "architecture_decay": 0.0, "weight_decay": 0.1}
    setup = make_setup(**options, order=2, learning_rate=0.5, least_rate=0.5)
    trainer, data = make_trainer(setup), SupernetData(setup)
    parameters, weights = trainer.supernet.architecture_parameters(), trainer.weights()
    before = parameters[0].detach().clone()
    levels = (Level.WEIGHTS, Level.ARCHITECTURE)
    (of_weights,), (of_architecture,) = (list(data.batches(level, 0, 1)) for level in levels)
    prepared, gated = setup.generator("prepare", 0), setup.generator("gates", 0)
    trainer.supernet.train()
    training, validation = (setup.objective.prepare(each, prepared) for each in (of_weights, of_architecture))
    losses: list[Loss] = [
        lambda batch=batch: trainer.loss(batch, SupernetPass(Level.ARCHITECTURE, gated), trainer.supernet.alphas)  # type: ignore[misc]
        for batch in (training, validation)
    ]
    step = InnerStep(0.5, 0.9, [0.1] * len(weights), [None] * len(weights))
    (gradient,) = second_order(*losses, weights, parameters, step)
    assert gradient is not None
    (first,) = first_order(losses[1], parameters)
    assert not torch.allclose(gradient, first, rtol=0.01)  # type: ignore[arg-type]
    trainer = make_trainer(setup)
    trainer.epoch(0)
    wanted = before - 0.1 * gradient / (gradient.abs() + 1e-8)
    torch.testing.assert_close(trainer.supernet.architecture_parameters()[0].detach(), wanted, rtol=1e-3, atol=1e-4)


def test_a_variant_may_say_when_the_architecture_learns() -> None:
    class Late(DartsRelaxation):
        def trains_architecture(self, moment: Moment) -> bool:
            return moment.epoch >= 1

    trainer = make_trainer(make_setup(), Late())
    assert trainer.epoch(0).architecture is None
    assert trainer.epoch(1).architecture is not None


def test_only_steps_of_the_weights_move_running_statistics() -> None:
    setup = replace(
        make_setup(learning_rate=0.0, least_rate=0.0), space=SPACES.build("s2", {"channels": 4, "cells": 3})
    )
    trainer = make_trainer(setup)
    trainer.epoch(0)
    counts = [value for name, value in trainer.supernet.state_dict().items() if name.endswith("num_batches_tracked")]
    assert counts
    assert {int(count) for count in counts} == {3}


@pytest.mark.parametrize("objective", ["contrastive", "byol", "random_labels", "rotation", "colorization"])
def test_objectives_train_a_supernet(objective: str) -> None:
    setup = make_setup(objective)
    losses = make_trainer(setup).epoch(0)
    assert math.isfinite(losses.held_out)
    assert (losses.accuracy is not None) is setup.objective.has_answers
    assert losses.architecture is not None


def test_the_gradient_of_the_architecture_is_clipped_where_asked() -> None:
    norms = []
    for clip in (0.0, 1e-4):
        trainer = make_trainer(make_setup(architecture_clip=clip))
        trainer.epoch(0)
        (alphas,) = trainer.supernet.architecture_parameters()
        assert alphas.grad is not None
        norms.append(float(alphas.grad.norm()))
    assert norms[0] > 2e-4
    assert norms[1] == pytest.approx(1e-4, rel=1e-2)


def test_the_rate_of_the_weights_is_that_of_the_epoch_in_its_stage() -> None:
    trainer = make_trainer(make_setup(learning_rate=0.1))
    for epoch, of_stage in ((1, 1), (6, 2)):
        trainer.epoch(epoch)
        assert trainer.weights_optimizer.param_groups[0]["lr"] == trainer._setup.settings.rate(of_stage)


def test_the_target_of_byol_follows_every_step_of_the_weights_under_the_same_gates() -> None:
    setup = make_setup("byol", pictures=8, architecture_from=3, learning_rate=0.5)
    trainer = make_trainer(setup)
    (own, slow) = trainer._gated
    before = [value.detach().clone() for value in slow.parameters()]
    trainer.epoch(0)  # one step
    for start, now, ours in zip(before, slow.parameters(), own.parameters(), strict=True):
        torch.testing.assert_close(now, 0.99 * start + 0.01 * ours)
    assert not torch.equal(before[2], list(own.parameters())[2])
    judged = own.gates
    trainer.loss(setup.objective.prepare(trainer._data.held_out[0], setup.generator("x")), JUDGING, ALPHAS)
    assert own.gates is slow.gates is not judged


def test_an_epoch_is_a_function_of_the_seed_and_its_number() -> None:
    losses = [make_trainer(make_setup(seed=seed)).epoch(0) for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


def test_a_variant_may_ask_for_a_new_supernet_and_optimisers() -> None:
    variant = Listening(anew=lambda moment: moment.epoch == 2)
    trainer = make_trainer(make_setup(), variant)
    trainer.epoch(1)
    first, state = trainer.supernet, len(trainer.weights_optimizer.state)
    trainer.epoch(2)
    assert variant.supernets == [first, trainer.supernet]
    assert trainer.supernet is not first
    assert state == len(trainer.weights_optimizer.state)
    steps = {int(kept["step"]) for kept in trainer.architecture_optimizer.state.values()}
    assert steps == {3}


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    setup = make_setup(learning_rate=1e30, clip=0.0)
    trainer = make_trainer(setup)
    with pytest.raises(DivergedError, match="epoch 0 is not finite"):
        trainer.epoch(0)


def test_noise_among_the_operations_depends_on_the_seed_alone() -> None:
    setup = replace(make_setup(), space=SPACES.build("s4", {"channels": 4, "cells": 3}))
    torch.manual_seed(1)
    first = make_trainer(setup).epoch(0)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    assert make_trainer(setup).epoch(0) == first
    assert torch.equal(torch.get_rng_state(), state)
