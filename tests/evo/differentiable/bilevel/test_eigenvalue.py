"""Catches: an eigenvalue of the other mode, of the other half's images, or without the decay that belongs to it; one
that depends on the precision of the training; a measurement that what is trained afterwards can tell.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, get_args

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from evo.differentiable.bilevel import eigenvalue as module
from evo.differentiable.bilevel.eigenvalue import Eigenvalue
from evo.differentiable.bilevel.pass_state import Loss
from evo.differentiable.bilevel.settings import EigenvalueMode
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level
from evo.differentiable.relaxations.darts import DartsRelaxation
from spaces import SPACES, Alphas, SupernetOptions
from spaces.supernet.gates import mixture
from tasks import Batch
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer

DECAY = 0.01
STEP = 1e-6


class Narrow(DartsRelaxation):
    """DARTS with two candidates on every edge, so that the Hessian has twelve rows."""

    def options(self) -> SupernetOptions:
        return SupernetOptions(candidates={"cell": (("skip_connect", "nor_conv_3x3"),) * 6})


def trainer_of(mode: str, space: str = "nasbench201", **options: Any) -> SupernetTrainer:
    """Return a trainer whose running statistics are those of the beginning, and not those of any batch."""
    setup = make_setup("rotation", eigenvalue_mode=mode, **options)
    if space != "nasbench201":
        setup = replace(setup, space=SPACES.build(space, {"channels": 4, "cells": 3}))
    return make_trainer(setup, Narrow() if space == "nasbench201" else None)


def gradient_in_float64(trainer: SupernetTrainer, mode: str) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """Return the gradient of the loss of the measured batch as a function of the parameters, and where they are."""
    setup = trainer._setup
    images = next(iter(trainer._data.batches(Level.ARCHITECTURE, 0, 1)))
    prepared = setup.objective.prepare(images, setup.generator("curvature", "pictures"))
    batch = Batch(prepared.inputs.double(), prepared.targets)
    for part in (trainer._network, trainer.head):
        part.double().train(mode == "train")

    def gradient(values: Tensor) -> Tensor:
        values = values.requires_grad_()
        features = trainer.supernet.forward_features(batch.inputs, mixture(Alphas({"cell": values}, {}), ()))
        loss = functional.cross_entropy(trainer.head(features), batch.targets[0])
        if mode == "train":
            loss = loss + trainer._setup.settings.architecture_decay / 2 * values.square().sum()
        return torch.autograd.grad(loss, values)[0].flatten()

    return gradient, trainer.supernet.architecture_parameters()[0].detach()


def by_differences(trainer: SupernetTrainer, mode: str) -> float:
    """Return the largest eigenvalue of the Hessian whose rows are differences of gradients."""
    gradient, alphas = gradient_in_float64(trainer, mode)
    rows = []
    for number in range(alphas.numel()):
        moved = torch.zeros(alphas.numel(), dtype=torch.float64)
        moved[number] = STEP
        moved = moved.view_as(alphas)
        rows.append((gradient(alphas + moved) - gradient(alphas - moved)) / (2 * STEP))
    hessian = torch.stack(rows)
    torch.testing.assert_close(hessian, hessian.T, atol=1e-6, rtol=1e-4)
    return float(torch.linalg.eigvalsh(hessian)[-1])


def test_it_is_that_of_the_hessian_by_hand_in_either_mode() -> None:
    found = []
    for mode in get_args(EigenvalueMode):
        trainer = trainer_of(mode, architecture_decay=DECAY)
        found.append(trainer.eigenvalue(0))
        assert found[-1] == pytest.approx(by_differences(trainer, mode), rel=1e-3)
    train, evaluated = found
    assert abs((train - DECAY) / evaluated - 1) > 0.1  # statistics of the batch matter as well as the decay


@pytest.mark.parametrize(("mode", "added"), [("train", DECAY), ("eval", 0.0)])
def test_the_decay_is_part_of_the_loss_in_training_mode(
    mode: str, added: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "dominant_eigenvalue", lambda loss, parameters, *, generator: 0.25)
    assert trainer_of(mode, architecture_decay=DECAY).eigenvalue(0) == 0.25 + added


def one_pass(loss: Loss, parameters: Sequence[Tensor], *, generator: torch.Generator) -> float:
    """Return the loss itself, which takes one pass as a Hessian does."""
    return float(loss().detach())


def test_it_is_measured_in_float32_whatever_the_training_computes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "dominant_eigenvalue", one_pass)
    found = [trainer_of("train", precision=precision).eigenvalue(0) for precision in ("float32", "bfloat16")]
    assert found[0] == found[1]


@pytest.mark.parametrize(("mode", "passes"), [("train", 0), ("eval", 1)])
def test_only_noise_goes_on_and_in_evaluation_mode_alone(
    mode: str, passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "dominant_eigenvalue", one_pass)
    trainer = trainer_of(mode, "s4")
    trainer.head.eval()
    before = {name: value.clone() for name, value in trainer.supernet.state_dict().items()}
    generator = torch.get_rng_state()
    assert trainer.eigenvalue(0) == trainer_of(mode, "s4").eigenvalue(0)
    assert torch.equal(torch.get_rng_state(), generator)
    assert (trainer._network.training, trainer.head.training) == (True, False)
    after = trainer.supernet.state_dict()
    assert any(name.endswith("running_mean") for name in after)
    gone_on = {int((value - before[name])[1]) for name, value in after.items() if name.endswith("extra_state")}
    assert gone_on == {passes}
    others = [name for name in after if not name.endswith("extra_state")]
    assert all(torch.equal(after[name], before[name]) for name in others)


def test_modes_come_back_after_an_error() -> None:
    trainer = trainer_of("train")
    trainer._network.eval()

    def fails(batch: Batch, generator: torch.Generator) -> Tensor:
        assert trainer._network.training
        raise ZeroDivisionError

    parameters, parts = trainer.supernet.architecture_parameters(), (trainer._network, trainer.head)
    measured = Eigenvalue(trainer._setup, trainer._data, parts, trainer._passes, parameters, fails)
    with pytest.raises(ZeroDivisionError):
        measured.measure(0)
    assert not trainer._network.training
