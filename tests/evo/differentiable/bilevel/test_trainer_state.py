"""Catches: anything that a resumed training does not take up exactly: weights, statistics, architecture parameters,
what either optimiser keeps, BYOL's slow copy, what a variant remembers.
"""

from collections.abc import Mapping
from typing import Any

import pytest
import torch

from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.bilevel.trainer_state import load_tensors, tensors_of
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.storage.checkpoint import Progress, pack, unpack
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer


class Remembering(DartsRelaxation):
    """DARTS with a number to keep."""

    number = 0

    def state(self) -> dict[str, Any]:
        return {"number": self.number}

    def recall(self, state: Mapping[str, Any]) -> None:
        self.number = state["number"]


def resumed(trainer: SupernetTrainer, again: SupernetTrainer) -> SupernetTrainer:
    """Return ``again`` with the state of ``trainer``, which has been through a file's bytes."""
    tensors, _ = unpack(pack(tensors_of(trainer), Progress()))
    load_tensors(again, tensors)
    return again


@pytest.mark.parametrize("objective", ["masked_autoencoding", "byol"])
def test_a_resumed_training_goes_on_to_the_bit(objective: str) -> None:
    setup = make_setup(objective)
    unbroken, first = make_trainer(setup), make_trainer(setup)
    wanted = [unbroken.epoch(epoch) for epoch in range(3)]
    assert [first.epoch(0)] == wanted[:1]
    again = resumed(first, make_trainer(setup))
    assert [again.epoch(epoch) for epoch in (1, 2)] == wanted[1:]
    ours, theirs = tensors_of(unbroken), tensors_of(again)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(value, theirs[name]) for name, value in ours.items())


def test_both_optimisers_are_kept() -> None:
    trainer = make_trainer(make_setup())
    assert not any("momentum" in name or "exp_avg" in name for name in tensors_of(trainer))
    trainer.epoch(0)
    names = list(tensors_of(trainer))
    assert {"architecture.0.exp_avg", "architecture.0.exp_avg_sq", "architecture.0.step"} <= set(names)
    assert sum(name.endswith("momentum_buffer") for name in names) > 10
    assert {"supernet.operation_alphas.cell", "supernet.body.stem.0.weight"} <= set(names)
    assert any(name.startswith("head.") for name in names)


def test_a_checkpoint_of_another_network_is_refused() -> None:
    trainer = make_trainer(make_setup())
    tensors = tensors_of(trainer)
    del tensors["supernet.operation_alphas.cell"]
    with pytest.raises(KeyError):
        load_tensors(make_trainer(make_setup()), tensors)


def test_what_a_variant_remembers_comes_back_and_others_have_nothing() -> None:
    one, other = Remembering(), Remembering()
    one.number = 7
    other.recall(one.state())
    assert other.number == 7
    assert DartsRelaxation().state() == {}
    DartsRelaxation().recall({})
