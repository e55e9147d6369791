"""Catches: running statistics moved by a pass that is not to count, another result for their sake, noise or dropped
paths that differ from call to call or start over for ever, a batch norm that no longer learns statistics afterwards.
"""

import pytest
import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.pass_state import PassState
from spaces.cells.operations import NoiseOperation


def norm_network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.BatchNorm2d(4, track_running_stats=False))


def state_of(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize("training", [True, False])
def test_frozen_statistics_stay_and_change_no_result(training: bool) -> None:
    network, x = norm_network(), 5 + 3 * torch.randn(4, 3, 8, 8)
    network(x)  # so that running statistics are not those of the beginning
    network.train(training)
    before = state_of(network)
    with PassState(network).frozen_statistics():
        frozen = network(x)
    assert equal(state_of(network), before)
    assert torch.equal(frozen, network(x))
    assert equal(state_of(network), before) is not training  # they move again


def test_frozen_statistics_thaw_after_an_error() -> None:
    network = norm_network()
    with pytest.raises(ZeroDivisionError), PassState(network).frozen_statistics():
        raise ZeroDivisionError
    assert [network[1].track_running_stats, network[3].track_running_stats] == [True, False]


def test_every_network_given_is_frozen() -> None:
    network, head = norm_network(), nn.BatchNorm2d(4)
    before = state_of(head)
    PassState(network, head).repeatable(lambda: head(network(torch.randn(4, 3, 8, 8))).sum())()
    assert equal(state_of(head), before)


def test_a_repeatable_loss_meets_the_same_noise_and_leaves_it_where_one_pass_does() -> None:
    network, x = nn.Sequential(nn.Identity(), NoiseOperation(1)), torch.zeros(2, 3, 4, 4)
    network(x)
    loss = PassState(network).repeatable(lambda: network(x).sum())
    once, twice, next_one = loss(), loss(), network(x).sum()
    assert once == twice
    assert once != next_one
    assert network[1].get_extra_state()[1] == 3


def test_a_repeatable_loss_draws_the_same_numbers_and_leaves_the_generator_where_one_pass_does() -> None:
    generator, other = (torch.Generator().manual_seed(7) for _ in range(2))
    for each in (generator, other):
        torch.rand(3, generator=each)
    loss = PassState().repeatable(lambda: torch.rand((), generator=generator), generator)
    drawn = [loss(), loss(), loss()]
    expected = torch.rand((), generator=other)
    assert drawn == [expected] * 3
    assert torch.equal(generator.get_state(), other.get_state())


def test_noise_that_is_kept_is_that_of_the_next_pass_too() -> None:
    network, x = nn.Sequential(NoiseOperation(1)), torch.zeros(2, 3, 4, 4)
    network(x)
    with PassState(network).kept_noise():
        seen = [network(x).sum() for _ in range(2)]
    assert network(x).sum() == seen[0] != seen[1]
