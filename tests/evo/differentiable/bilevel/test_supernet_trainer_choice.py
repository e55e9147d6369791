"""Catches: a choice by another loss than that of the candidate's own path, by training statistics or by another batch
than the first held out; a loss that is no number and wins; a later one of equals.
"""

import math
from typing import Any

import pytest
import torch

from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.likeliest_architectures import likeliest_architectures
from fitness import Trainee
from spaces import GatedNetwork
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer


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
