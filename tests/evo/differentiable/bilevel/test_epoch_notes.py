"""Catches: a mean of other losses than an epoch's, an epoch without architecture steps that has a loss of them."""

import torch

from evo.differentiable.bilevel.epoch_notes import EpochNotes, mean_of
from evo.differentiable.bilevel.objective_state import ObjectiveState, StateFound
from evo.differentiable.bilevel.signal import GradientSignal

FOUND = StateFound(ObjectiveState.LEARNING)


def test_an_epoch_is_summed_up_by_means_of_its_steps() -> None:
    notes = EpochNotes(GradientSignal([torch.zeros(1)]))
    notes.weights.extend([torch.tensor(1.0), torch.tensor(4.0)])
    losses = notes.losses(0.5, 0.25, FOUND)
    assert (losses.weights, losses.architecture, losses.signal) == (2.5, None, None)
    assert (losses.held_out, losses.accuracy, losses.finding) == (0.5, 0.25, FOUND)
    for step in (2.0, 4.0):
        notes.architecture.append(torch.tensor(step))
        notes.signal.add([torch.tensor([step])])
    losses = notes.losses(0.5, None, FOUND)
    assert (losses.architecture, losses.accuracy) == (3.0, None)
    assert losses.signal is not None
    assert abs(losses.signal - 3 * 2**0.5) < 1e-12  # both are 1 away from 3


def test_the_mean_is_in_double_precision() -> None:
    assert mean_of([torch.tensor(16_777_216.0), torch.tensor(1.0)]) == 8_388_608.5
