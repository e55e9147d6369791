"""Catches: a choice by another loss than that of the candidate's own path, by training statistics or by another batch
than the first held out; a loss that is no number and wins; a later one of equals; noise that differs between candidates
or is taken from the training; labels that nobody can know as what is judged by.
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
from evo.differentiable.relaxations.likeliest_architectures import likeliest_architectures
from fitness import Trainee
from spaces import GatedNetwork
from spaces.cells.operations import NoiseOperation
from tests.evo.differentiable.tiny_setup import Noting, make_setup, make_trainer


@torch.no_grad()
def loss_of(trainer: SupernetTrainer, candidate: Any) -> float:
    """Return the loss of a candidate on the first held-out batch, by the supernet in evaluation mode."""
    setup, network = trainer._setup, GatedNetwork(trainer.supernet)
    network.gates = trainer.supernet.gates_of(candidate)
    network.eval()
    trainer.head.eval()
    batch = setup.objective.prepare(trainer._data.held_out[0], setup.generator("judge"))
    features = Trainee(network, trainer.head).features(batch, setup.objective)
    return float(setup.objective.loss(features, trainer.head, batch))


def test_the_candidate_of_lowest_loss_on_one_batch_is_chosen() -> None:
    trainer = make_trainer(make_setup())
    trainer.epoch(0)
    candidates = likeliest_architectures(trainer.supernet, 30)
    losses = [loss_of(trainer, candidate) for candidate in candidates]
    best = min(range(30), key=losses.__getitem__)
    assert len({round(loss, 6) for loss in losses}) > 10
    assert trainer.best_of(candidates, 0) == candidates[best]
    trainer.supernet.train()
    assert trainer.best_of(candidates[::-1], 0) == candidates[best]


def test_no_number_is_the_worst_and_of_equals_the_first_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = make_trainer(make_setup())
    losses = iter([math.nan, 2.0, 1.0, 1.0, math.inf])
    monkeypatch.setattr(SupernetTrainer, "_loss_under", lambda *given, **more: torch.tensor(next(losses)))
    candidates = likeliest_architectures(trainer.supernet, 5)
    assert trainer.best_of(candidates, 0) == candidates[2]


def test_all_candidates_meet_the_same_noise_and_training_goes_on_with_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = make_trainer(make_setup())
    noise = NoiseOperation(1)
    trainer._passes._parts = replace(trainer._passes._parts, noisy=[noise])
    before, met = noise.get_extra_state(), list[Tensor]()

    def drawn(*given: Any, **more: Any) -> Tensor:
        met.append(torch.stack([noise(torch.zeros(1, 3, 4, 4)).sum(), torch.rand(())]))
        return torch.tensor(1.0)

    monkeypatch.setattr(SupernetTrainer, "_loss_under", drawn)
    trainer.best_of(likeliest_architectures(trainer.supernet, 3), 0)
    assert len(met) == 3
    assert torch.equal(met[0], met[1])
    assert torch.equal(met[0], met[2])
    assert torch.equal(noise.get_extra_state(), before)


@pytest.mark.parametrize(("objective", "held_out"), [("rotation", True), ("random_labels", False)])
def test_labels_that_are_learnt_by_heart_are_judged_on_training_images(objective: str, held_out: bool) -> None:
    setup = make_setup(objective)
    seen, data = Noting(setup), SupernetData(setup)
    trainer = SupernetTrainer(replace(setup, objective=seen), data, DartsRelaxation(), 4)  # type: ignore[arg-type]
    trainer.best_of(likeliest_architectures(trainer.supernet, 2), 0)
    known = [data.held_out[0].images] if held_out else [data.weights.images]
    assert len(seen.seen) == 4
    assert set(seen.seen) <= {float(value) for images in known for value in images[:, 0, 0, 0]}
