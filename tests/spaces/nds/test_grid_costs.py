"""Catches: a formula that disagrees with published records or built networks, costs at a place that are another
place's, caps applied as "and" or exclusively, a member table that callers could change.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from spaces import SPACES, InputSpec, count_complexity, count_parameters
from spaces.nds.grid_axes import GRIDS, Grid
from spaces.nds.grid_candidate import NdsCandidate, candidate_at, index_of
from spaces.nds.grid_costs import are_members, costs_at, member_indices

CIFAR_GRIDS = ("resnet", "resnext_a", "resnext_b", "vanilla")
BASIC_RECORD = NdsCandidate("resnet", (12, 12, 12), (24, 24, 40))
BOTTLENECK_RECORD = NdsCandidate("resnext_a", (16, 1, 4), (64, 128, 16), (0.25, 0.25, 0.25), (2, 1, 2))


def drawn(grid: Grid, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(grid.size, size=count)


@pytest.mark.parametrize(
    ("record", "params", "flops"),
    [(BASIC_RECORD, 594_138, 184_519_578), (BOTTLENECK_RECORD, 83_002, 69_890_986)],
    ids=["basic", "bottleneck"],
)
def test_published_records_have_their_published_costs(record: NdsCandidate, params: int, flops: int) -> None:
    grid = GRIDS[record.grid]
    assert costs_at(grid, np.array([index_of(grid, record)])).tolist() == [[params], [flops]]


@pytest.mark.parametrize("name", CIFAR_GRIDS)
def test_formula_and_built_network_agree(name: str, count_layers: Callable) -> None:
    grid = GRIDS[name]
    indices = drawn(grid, 500, 7)
    params, flops = costs_at(grid, indices)
    for position in np.argsort(flops)[:4]:  # the cheapest are quick to run
        candidate = candidate_at(grid, int(indices[position]))
        network = SPACES.build(f"nds_{name}", {"pool": 2}).build(candidate, InputSpec(), 10)
        counts = count_layers(network, 32)
        assert params[position] == count_parameters(network)
        assert flops[position] == counts.macs + counts.linear_biases + 5 * counts.normalised


@pytest.mark.parametrize("name", CIFAR_GRIDS)
def test_formula_and_built_network_agree_at_224_pixels(name: str, count_layers: Callable) -> None:
    grid = GRIDS[f"{name}_in"]
    indices = drawn(grid, 500, 8)
    params, flops = costs_at(grid, indices)
    position = int(np.argmin(flops))
    candidate = candidate_at(grid, int(indices[position]))
    network = SPACES.build(f"nds_{name}_in", {"pool": 2}).build(candidate, InputSpec(size=224), 1000)
    counts = count_layers(network, 224)
    assert params[position] == count_parameters(network)
    assert flops[position] == counts.macs + counts.linear_biases + 5 * counts.normalised


@pytest.mark.parametrize("name", CIFAR_GRIDS)
def test_formula_and_shape_count_agree_on_parameters_anywhere_on_the_grid(name: str) -> None:
    grid, space = GRIDS[name], SPACES.build(f"nds_{name}", {"pool": 2})
    indices = drawn(grid, 3, 9)
    for index, params in zip(indices.tolist(), costs_at(grid, indices)[0].tolist(), strict=True):
        assert params == count_complexity(space, candidate_at(grid, index), InputSpec(), 10).params


def test_members_are_exactly_the_networks_within_either_cap() -> None:
    grid = GRIDS["resnet"]
    params, flops = costs_at(grid, np.arange(grid.size))
    within = (params <= 0.856e6) | (flops <= 0.129e9)
    assert ((params <= 0.856e6) & (flops > 0.129e9)).any()
    assert ((params > 0.856e6) & (flops <= 0.129e9)).any()
    assert np.array_equal(member_indices(grid), np.flatnonzero(within))
    assert len(member_indices(grid)) == 197_858


@pytest.mark.parametrize("name", ["resnext_a", "resnet_in", "resnext_a_in"])
def test_a_listed_member_and_a_member_by_formula_are_the_same(name: str) -> None:
    grid = GRIDS[name]
    indices, members = drawn(grid, 20_000, 10), member_indices(grid)
    assert (np.diff(members) > 0).all()
    assert np.array_equal(are_members(grid, indices), np.isin(indices, members))


@pytest.mark.parametrize("cap", ["max_params", "max_flops"])
def test_caps_include_networks_that_meet_them_exactly(cap: str) -> None:
    grid, index = GRIDS["resnext_b"], np.array([1_234_567])
    cost = int(costs_at(grid, index)[["max_params", "max_flops"].index(cap), 0])
    for allowed in (cost, cost - 1):
        caps = {"max_params": 0, "max_flops": 0, cap: allowed}
        capped = replace(grid, setting=replace(grid.setting, **caps))
        assert are_members(capped, index).tolist() == [allowed == cost]


def test_the_member_table_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        member_indices(GRIDS["resnet"])[0] = 1
