"""Catches: a wrong width list, a formula that disagrees with the built networks, caps applied as "and" or exclusively,
a member table that callers could change.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from spaces import InputSpec, count_complexity, count_parameters
from spaces.nds_resnet import NdsResNet, NdsResNetCandidate
from spaces.nds_resnet_grid import DEPTHS, GRID_SHAPE, WIDTHS, grid_costs, member_indices


def candidate_at(index: int) -> NdsResNetCandidate:
    digits = np.unravel_index(index, GRID_SHAPE)
    return NdsResNetCandidate(tuple(DEPTHS[i] for i in digits[:3]), tuple(WIDTHS[i] for i in digits[3:]))


def test_widths_are_log_spaced_values_raised_to_multiples_of_eight() -> None:
    spaced = [16 * 2 ** (4 * step / 11) for step in range(12)]
    assert [8 * math.ceil(round(value / 8, 9)) for value in spaced] == list(WIDTHS)


def test_the_grid_has_the_published_number_of_networks() -> None:
    costs = grid_costs()
    assert costs.params.shape == costs.flops.shape == GRID_SHAPE
    assert costs.params.size == 1_259_712


def test_the_published_record_has_its_published_cost() -> None:
    position = tuple(DEPTHS.index(12) for _ in range(3)) + tuple(WIDTHS.index(width) for width in (24, 24, 40))
    costs = grid_costs()
    assert costs.params[position] == 594_138
    assert costs.flops[position] == 184_519_578


@pytest.mark.parametrize("index", np.random.default_rng(7).choice(member_indices(), 6, replace=False).tolist())
def test_formula_and_built_network_agree(index: int, count_layers: Callable) -> None:
    network = NdsResNet().build(candidate_at(index), InputSpec(), 10)
    costs, counts = grid_costs(), count_layers(network, 32)
    assert costs.params.flat[index] == count_parameters(network)
    assert costs.flops.flat[index] == counts.macs + counts.linear_biases + 5 * counts.normalised


def test_formula_and_shape_count_agree_on_parameters_anywhere_on_the_grid() -> None:
    costs, space = grid_costs(), NdsResNet()
    for index in np.random.default_rng(8).integers(1_259_712, size=20).tolist():
        assert costs.params.flat[index] == count_complexity(space, candidate_at(index), InputSpec(), 10).params


def test_deeper_and_wider_networks_cost_more() -> None:
    costs = grid_costs()
    for axis in range(6):
        assert (np.diff(costs.flops, axis=axis) > 0).mean() > 0.99  # a projection saved may outweigh a step in width
    for axis in range(3):
        assert (np.diff(costs.params, axis=axis) > 0).all()


def test_members_are_exactly_the_networks_within_either_cap() -> None:
    costs, members = grid_costs(), member_indices()
    is_member = np.zeros(costs.params.size, dtype=bool)
    is_member[members] = True
    for index in np.random.default_rng(9).integers(costs.params.size, size=2_000).tolist():
        within = costs.params.flat[index] <= 0.856e6 or costs.flops.flat[index] <= 0.129e9
        assert is_member[index] == within
    assert len(members) == 197_858


def test_the_member_table_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        member_indices()[0] = 1
