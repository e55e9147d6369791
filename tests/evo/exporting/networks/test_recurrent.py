"""Catches: states that begin elsewhere than at zero, dropout in evaluation, a frozen matrix that is trained."""

from collections.abc import Mapping
from typing import ClassVar

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from evo.exporting.networks.recurrent import SequenceNetwork, SteppedLayer, locked_dropout


class Summing(SteppedLayer):
    """One linear node that reads the input and the state."""

    readers: ClassVar = {"x": [0], "h_prev_0": [0]}
    dropout = 0.5
    frozen = True

    def step(self, weights: Mapping[str, Tensor], from_x: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        return (from_x + functional.linear(states[0], weights["h_prev_0"]),)


def test_a_layer_starts_at_zero_and_hands_its_state_on() -> None:
    layer = Summing(1, 1).eval()
    with torch.no_grad():
        for parameter, value in ((layer.weights["x"], 1.0), (layer.weights["h_prev_0"], 2.0), (layer.biases, 3.0)):
            parameter.fill_(value)
        found = layer(torch.tensor([1.0, 10.0, 100.0]).reshape(3, 1, 1))
    assert found.flatten().tolist() == [4, 21, 145]  # 1 + 3, 10 + 3 + 2 * 4, 100 + 3 + 2 * 21


def test_frozen_matrices_stay_and_weights_are_within_their_range() -> None:
    layer = Summing(2, 4)
    trained = {name: value.requires_grad for name, value in layer.named_parameters()}
    assert trained == {"weights.x": True, "weights.h_prev_0": False, "biases": True}
    assert all(float(value.detach().abs().max()) <= 0.5 for value in layer.parameters())


def test_values_are_dropped_in_training_alone_and_the_same_in_all_steps() -> None:
    x = torch.ones(5, 2, 40)
    assert locked_dropout(x, 0.5, False) is x
    assert locked_dropout(x, 0.0, True) is x
    dropped = locked_dropout(x, 0.5, True)
    assert set(dropped.unique().tolist()) == {0.0, 2.0}
    assert torch.equal(dropped[0], dropped[4])


def test_a_network_reads_and_returns_sequences() -> None:
    sizes = {"width": 3, "outer": 4, "inner": 6, "num_outputs": 2}
    network = SequenceNetwork(Summing, **sizes, between=0.5, after=0.5).eval()
    x = torch.randn(7, 2, 3)
    assert network(x).shape == (7, 2, 2)
    assert [stage.shape for stage in network.forward_features(x)] == [(7, 2, 4)]
    assert torch.equal(network(x), network(x))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        assert not torch.equal(network.train()(x), network(x))
    with pytest.raises(NotImplementedError):
        SteppedLayer.step(network.layers[0], {}, x)  # type: ignore[arg-type]
