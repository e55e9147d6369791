"""Catches: a network that remembers what it was trained on before, another's weights, a head that differs from one made
beside a new network, networks that are kept beyond the bound, a network that is built again although it is kept."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from fitness import EvalContext
from fitness.rank_correlation.built_once import BuiltOnce
from fitness.regression.fitness import RegressionFitness
from spaces import InputSpec, NetworkSpace, SequenceSpec, reads_sequences
from tasks import derive_rng
from tests.tiny import TinyNetwork, TinyNetworks, TinySequences

MakeContext = Callable[..., EvalContext]
SPEC = InputSpec(3, 16)


class Remembering(TinyNetwork):
    """Normalises its first stage, and counts its passes: each is stronger than the last."""

    def __init__(self, width: int, input_spec: InputSpec, num_outputs: int) -> None:
        super().__init__(width, input_spec, num_outputs)
        self.norm = nn.BatchNorm2d(width)
        self.register_buffer("seen", torch.zeros(1), persistent=False)
        self.passes = 0

    def forward_features(self, x: Tensor) -> list[Tensor]:
        self.passes += 1
        self.seen = self.seen + 1
        first, *others = super().forward_features(x)
        return [self.norm(first) * (1 + 0.1 * self.passes + 0.01 * self.seen), *others]


class CountedNetworks(TinyNetworks):
    """Tiny networks with a state; ``built`` holds the width of each that was built."""

    def __init__(self) -> None:
        self.built: list[int] = []

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        self.built.append(candidate)
        return Remembering(candidate, input_spec, num_outputs)


def build(space: Any, width: int, seed: int) -> tuple[nn.Module, Tensor]:
    """Return a network, and what torch draws after it."""
    torch.manual_seed(seed)
    return space.build(width, SPEC, 4), torch.rand(3)


def spoil(network: nn.Module) -> None:
    """Train a little, and leave gradients, evaluation mode and other weights behind."""
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    for _ in range(2):
        network(torch.randn(2, 3, 16, 16)).square().sum().backward()
        optimizer.step()
    network.eval()


def state(network: nn.Module) -> dict[str, Tensor]:
    return {**dict(network.named_parameters()), **dict(network.named_buffers())}


def test_a_spoilt_network_comes_back_as_a_new_one() -> None:
    space = CountedNetworks()
    kept = BuiltOnce(space)
    first, after = build(kept, 3, seed=1)
    first.to(memory_format=torch.channels_last)
    spoil(first)
    again, after_again = build(kept, 3, seed=1)
    fresh, _ = build(CountedNetworks(), 3, seed=1)
    assert space.built == [3]
    assert torch.equal(after, after_again)
    assert state(again).keys() == state(fresh).keys()
    assert all(torch.equal(value, state(fresh)[name]) for name, value in state(again).items())
    assert all(parameter.grad is None for parameter in again.parameters())
    assert all(module.training for module in again.modules())
    assert (again.passes, fresh.passes) == (0, 0)
    assert state(again)["convolutions.0.weight"].is_contiguous(memory_format=torch.channels_last)


def test_other_widths_shapes_and_seeds_have_networks_of_their_own() -> None:
    space = CountedNetworks()
    kept = BuiltOnce(space)
    first, _ = build(kept, 3, seed=1)
    assert build(kept, 4, seed=1)[0] is not first
    other, _ = build(kept, 3, seed=2)
    assert not torch.equal(state(other)["classifier.bias"], state(first)["classifier.bias"])
    torch.manual_seed(1)
    assert kept.build(3, SPEC, 5).classifier.out_features == 5
    assert space.built == [3, 4, 3, 3]


def test_what_is_beyond_the_bound_is_built_each_time_and_is_the_same() -> None:
    space = CountedNetworks()
    sizes = [sum(tensor.nbytes for tensor in state(build(space, width, 1)[0]).values()) for width in (3, 4)]
    kept = BuiltOnce(space, most_bytes=sum(sizes) - 1)
    space.built.clear()
    for _ in range(3):
        for width in (3, 4, 2):  # 4 does not fit beside 3, 2 does
            network, _ = build(kept, width, seed=1)
            fresh, _ = build(CountedNetworks(), width, seed=1)
            assert all(torch.equal(value, state(fresh)[name]) for name, value in state(network).items())
    assert space.built == [3, 4, 2, 4, 4]


def test_it_stands_for_the_other_space() -> None:
    assert isinstance(BuiltOnce(TinyNetworks()), NetworkSpace)
    assert not reads_sequences(BuiltOnce(TinyNetworks()))
    assert reads_sequences(BuiltOnce(TinySequences()))
    assert BuiltOnce(TinyNetworks()).decode("7") == 7
    with pytest.raises(AttributeError):
        _ = BuiltOnce(TinyNetworks()).to_task


@pytest.mark.parametrize(
    ("space", "tasks"),
    [
        (CountedNetworks(), ["combo", "N", "combo", "single"]),
        (TinySequences(), ["nlp_combo", "nlp_search", "nlp_combo"]),
    ],
)
def test_scores_are_those_of_new_networks_to_the_bit(make_context: MakeContext, space: Any, tasks: list[str]) -> None:
    kept = BuiltOnce(space)
    for task in tasks:
        fitness = RegressionFitness(task=task, steps=3)
        for width in (2, 5):
            context = replace(make_context(size=32), space=space)
            expected = fitness(width, replace(context, rng=derive_rng(width)))
            assert fitness(width, replace(context, space=kept, rng=derive_rng(width))).value == expected.value


def test_sequences_of_several_widths_each_have_their_network() -> None:
    kept = BuiltOnce(TinySequences())
    widths = [kept.build(2, SequenceSpec(width=width), width).cell.in_features for width in (16, 32, 16)]
    assert np.subtract(widths, 2).tolist() == [16, 32, 16]
