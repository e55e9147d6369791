"""Catches: a pair of trainings with different fresh parts; inherited weights that never reach the network."""

from pathlib import Path

import pytest
import torch

from evo.retraining import start as module
from evo.retraining.inherited_weights import NOTHING
from evo.retraining.request import INHERITED, RANDOM
from evo.retraining.start import start_of
from tests.evo.retraining.small_runs import resolved_of


def test_a_pair_differs_in_inherited_weights_alone(searched: Path) -> None:
    resolved = resolved_of(searched)
    inherited, random = (start_of(resolved, init, 0) for init in (INHERITED, RANDOM))
    assert random.inherited == NOTHING
    equal = {
        name
        for name, value in inherited.learner.state_dict().items()
        if torch.equal(value, random.learner.state_dict()[name])
    }
    for part in ("auxiliary.", "network.classifier."):
        fresh = {name for name in random.learner.state_dict() if name.startswith(part)}
        assert fresh
        assert fresh <= equal
    convolutions = {name for name, value in random.learner.network.named_parameters() if value.ndim == 4}
    assert convolutions
    assert not {f"network.{name}" for name in convolutions} & equal


def test_a_pair_that_inherits_nothing_is_caught(searched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "inherit_weights", lambda supernet, candidate, network: NOTHING)
    with pytest.raises(AssertionError):
        test_a_pair_differs_in_inherited_weights_alone(searched)
