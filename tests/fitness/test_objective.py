"""Catches: an ability of an objective that a class without the base loses, or is asked for and does not have."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from fitness import Objective
from spaces import InputSpec
from tasks import Batch, ImageBatch
from tests.tiny import TinyNetworks

BATCH = ImageBatch(torch.ones(2, 3, 8, 8))
ABILITIES = {"accuracy": 3, "guessing_loss": 1, "beside_mean": 4, "encode": 2, "label": 2, "start": 2, "after_step": 2}
"""Methods that an objective may have, and how many arguments each takes."""


class Plain:
    """An objective that is not derived from the base class."""

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        return Batch(batch.images, ())

    def head(self, feature_info: object) -> nn.Module:
        return nn.Identity()

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        return features[0].mean()


class PlainAndAble(Plain):
    """... that has all abilities and notes which were asked for."""

    held_out = False

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name not in ABILITIES:
            raise AttributeError(name)
        return lambda *_: self.asked.append(name)


def test_an_objective_of_another_base_gets_the_defaults_and_keeps_what_it_has() -> None:
    batch, network = Batch(torch.ones(2, 3, 8, 8), ()), TinyNetworks().build(3, InputSpec(3, 8), 10)
    plain = Objective.of(Plain())
    assert (plain.held_out, plain.has_answers, plain.compares_images) == (True, False, False)
    assert plain.label(BATCH, np.random.default_rng(0)) is BATCH
    assert len(plain.encode(network, batch)) == len(network.feature_info)
    plain.start(network, nn.Identity())
    plain.after_step(network, nn.Identity())
    assert plain.guessing_loss(batch) is None
    assert plain.beside_mean([], nn.Identity(), batch, torch.zeros(3)) is None
    with pytest.raises(NotImplementedError, match="no right answers"):
        plain.accuracy([], nn.Identity(), batch)
    able = PlainAndAble()
    made = Objective.of(able)
    for name, count in ABILITIES.items():
        getattr(made, name)(*[None] * count)
    assert able.asked == list(ABILITIES)
    assert (made.held_out, made.has_answers) == (False, True)
    assert Objective.of(made) is made
