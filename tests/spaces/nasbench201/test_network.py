"""Catches: a live edge dropped or a dead one computed, a forward pass that differs from the definition of a cell, a
network whose size differs from the benchmark's, normalisation with the wrong statistics, biases where none were asked
for, a convolution of zeros left out that the published program computes.
"""

from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from spaces import Complexity, FeatureInfo, InputSpec, count_complexity, count_parameters
from spaces.nasbench201.cell import EDGES, OPERATIONS, NasBench201Cell
from spaces.nasbench201.network import (
    NasBench201CellModule,
    NasBench201Skeleton,
    build_nasbench201_network,
    live_edges,
)
from spaces.nasbench201.space import NasBench201

PATHS = [(0, 3), (0, 1, 3), (0, 2, 3), (0, 1, 2, 3)]
CLASSIFIER_BIASES = 10  # counted by the table, not by multiply-adds
CONVOLUTIONS = ("nor_conv_3x3", "nor_conv_1x1", "nor_conv_3x3", "nor_conv_1x1", "nor_conv_3x3", "nor_conv_1x1")


def random_operations(seed: int) -> tuple[str, ...]:
    return NasBench201().sample(np.random.default_rng(seed)).operations


def test_live_edges_are_those_of_the_four_paths_that_meet_no_zero() -> None:
    for present in product([False, True], repeat=6):
        kept = {edge for edge, is_present in zip(EDGES, present, strict=True) if is_present}
        open_paths = [path for path in PATHS if set(pairwise(path)) <= kept]
        expected = {edge for path in open_paths for edge in pairwise(path)}
        operations = ["skip_connect" if is_present else "none" for is_present in present]
        assert set(live_edges(operations)) == expected


def apply_plainly(cell: NasBench201CellModule, operations: tuple[str, ...], x: Tensor) -> Tensor:
    """Compute every edge, dead or not, zero edges as zeros."""
    nodes = [x, *(torch.zeros_like(x) for _ in range(3))]
    for (source, target), operation in zip(EDGES, operations, strict=True):
        if operation != "none":
            nodes[target] = nodes[target] + cell.layers[f"{source}_to_{target}"](nodes[source])
    return nodes[3]


@pytest.mark.parametrize("seed", range(25))
def test_a_cell_computes_what_computing_every_edge_gives(seed: int) -> None:
    torch.manual_seed(seed)
    operations = random_operations(seed)
    cell, x = NasBench201CellModule(operations, 4, affine=False), torch.randn(2, 4, 6, 6)
    torch.testing.assert_close(cell(x), apply_plainly(cell, operations, x))


def test_a_cell_of_hand_computed_edges() -> None:
    operations = ("skip_connect", "avg_pool_3x3", "skip_connect", "none", "skip_connect", "skip_connect")
    x = torch.arange(4.0).reshape(1, 1, 2, 2)
    # node 1 is x; node 2 the mean of the four pixels (padding left out) plus node 1; node 3 nodes 1 and 2
    assert torch.equal(NasBench201CellModule(operations, 1, affine=False)(x), 2 * x + 1.5)


def test_a_convolution_edge_is_relu_then_convolution_then_normalisation() -> None:
    torch.manual_seed(0)
    cell = NasBench201CellModule(("none", "none", "none", "nor_conv_3x3", "none", "none"), 4, affine=False)
    x = torch.randn(2, 4, 6, 6)
    convolution = cell.layers["0_to_3"].conv
    y = torch.conv2d(x.clamp(min=0), convolution.weight, padding=1)
    mean, variance = y.mean((0, 2, 3), keepdim=True), y.var((0, 2, 3), keepdim=True, correction=0)
    torch.testing.assert_close(cell(x), (y - mean) / (variance + 1e-5).sqrt())


@pytest.mark.parametrize(
    "operations",
    [("none",) * 6, ("none", "nor_conv_3x3", "none", "none", "none", "none"), (*CONVOLUTIONS[:3], *("none",) * 3)],
)
def test_a_cell_without_a_path_gives_exact_zeros_and_computes_nothing(operations: tuple[str, ...]) -> None:
    cell = NasBench201CellModule(operations, 4, affine=False)
    assert torch.equal(cell(torch.randn(2, 4, 6, 6)), torch.zeros(2, 4, 6, 6))
    assert convolutions_of(cell) == []


class Convolutions(TorchFunctionMode):
    """Notes the shape of the weight and the output of every convolution called inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: list[tuple[int, ...]] = []
        self.outputs: list[Tensor] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        if func is torch.nn.functional.conv2d:
            self.shapes.append(tuple(args[1].shape))
            self.outputs.append(output)
        return output


def convolutions_of(cell: NasBench201CellModule) -> list[tuple[int, ...]]:
    with Convolutions() as called:
        cell(torch.randn(2, 4, 6, 6))
    return called.shapes


def test_each_live_edge_is_computed_once_and_a_dead_one_never() -> None:
    cell = NasBench201CellModule(
        ("nor_conv_3x3", "none", "none", "nor_conv_1x1", "none", "nor_conv_3x3"), 4, affine=False
    )
    assert convolutions_of(cell) == [(4, 4, 1, 1)]
    assert set(cell.layers) == {"0_to_1", "0_to_3", "2_to_3"}


def test_equal_convolutions_of_one_node_are_computed_as_one() -> None:
    cell = NasBench201CellModule(
        ("nor_conv_3x3", "nor_conv_3x3", "nor_conv_1x1", "nor_conv_3x3", "none", "skip_connect"), 4, affine=False
    )
    assert convolutions_of(cell) == [(12, 4, 3, 3), (4, 4, 1, 1)]


@pytest.mark.parametrize("affine", [False, True])
def test_a_cell_equals_the_sum_over_its_edges_one_by_one(affine: bool) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        operations = tuple(OPERATIONS[i] for i in rng.integers(len(OPERATIONS), size=6))
        cell, x = NasBench201CellModule(operations, 4, affine).double(), torch.randn(3, 4, 6, 6, dtype=torch.float64)
        nodes = [x, *(torch.zeros_like(x) for _ in range(3))]
        for (source, target), operation in zip(EDGES, operations, strict=True):
            if operation != "none":
                nodes[target] = nodes[target] + cell.layers[f"{source}_to_{target}"](nodes[source])
        torch.testing.assert_close(cell(x), nodes[3])


def test_gradients_reach_merged_weights_as_if_they_were_apart() -> None:
    operations = ("nor_conv_3x3", "nor_conv_3x3", "skip_connect", "nor_conv_3x3", "avg_pool_3x3", "nor_conv_1x1")
    cell, x = NasBench201CellModule(operations, 4, affine=False).double(), torch.randn(3, 4, 6, 6, dtype=torch.float64)
    cell(x).square().sum().backward()
    merged = [parameter.grad.clone() for parameter in cell.parameters() if parameter.grad is not None]
    cell.zero_grad()
    cell.affine = True  # computes edge by edge; the norms still have no scale of their own
    cell(x).square().sum().backward()
    apart = [parameter.grad for parameter in cell.parameters()]
    assert len(merged) == len(apart) == 4
    for one, other in zip(merged, apart, strict=True):
        torch.testing.assert_close(one, other)


def gradients(output: Tensor, cell: NasBench201CellModule, x: Tensor) -> list[Tensor]:
    """Return those of x and of all parameters, for a sum with weights of its own at every place."""
    weighted = (output * torch.linspace(-1, 1, output.numel(), dtype=output.dtype).reshape(output.shape)).sum()
    wanted = [x, *cell.parameters()]
    found = torch.autograd.grad(weighted, wanted, allow_unused=True) if weighted.requires_grad else [None] * len(wanted)
    return [torch.zeros_like(of) if each is None else each for of, each in zip(wanted, found, strict=True)]


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_with_biases_a_cell_has_the_gradients_of_computing_every_edge(seed: int, affine: bool) -> None:
    torch.manual_seed(seed)
    operations = random_operations(seed)
    cell = NasBench201CellModule(operations, 4, affine, biases=True).double()
    x = torch.randn(2, 4, 6, 6, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(cell(x), apply_plainly(cell, operations, x))
    for one, other in zip(
        gradients(cell(x), cell, x), gradients(apply_plainly(cell, operations, x), cell, x), strict=True
    ):
        torch.testing.assert_close(one, other)


def test_a_convolution_of_zeros_is_computed_only_where_it_has_a_bias() -> None:
    operations = ("none", "none", "nor_conv_1x1", "none", "none", "skip_connect")
    assert convolutions_of(NasBench201CellModule(operations, 4, affine=False)) == []
    assert convolutions_of(NasBench201CellModule(operations, 4, affine=False, biases=True)) == [(4, 4, 1, 1)]


def test_normalising_a_bias_alone_multiplies_gradients_by_316() -> None:
    cell = NasBench201CellModule(("none",) * 4 + ("nor_conv_1x1", "none"), 1, affine=False, biases=True)
    with Convolutions() as called:
        y = cell(torch.randn(1, 1, 2, 2))
    (convolved,) = called.outputs
    arriving = torch.tensor([1.0, 2.0, 3.0, 6.0]).reshape(1, 1, 2, 2)
    (gradient,) = torch.autograd.grad(y, convolved, arriving)
    # the variance of a constant is 0, so that norm divides by the root of its epsilon, 1e-5; the mean, 3, is taken away
    torch.testing.assert_close(gradient.flatten(), torch.tensor([-2.0, -1.0, 0.0, 3.0]) * 1e5**0.5)


def test_biases_let_2140_cells_compute_what_no_input_reaches() -> None:
    cells = [cell.operations for cell in NasBench201().candidates()]
    assert sum(set(live_edges(cell, biases=True)) > set(live_edges(cell)) for cell in cells) == 2_140
    assert all(set(live_edges(cell, biases=True)) >= set(live_edges(cell)) for cell in cells)


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("biases", [False, True])
def test_convolutions_inside_cells_have_the_biases_asked_for_and_no_others(affine: bool, biases: bool) -> None:
    space = NasBench201(stem_channels=4, cells_per_stage=1, affine=affine, biases=biases)
    network = space.build(NasBench201Cell(CONVOLUTIONS), InputSpec(), 10)
    with_biases = {
        name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d) and layer.bias is not None
    }
    inside = {name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d) and ".layers." in name}
    assert len(inside) == 18
    assert with_biases == (inside if biases else set())


def test_only_chosen_operations_hold_weights() -> None:
    cell = NasBench201CellModule(
        ("none", "skip_connect", "avg_pool_3x3", "nor_conv_1x1", "none", "none"), 4, affine=False
    )
    assert [tuple(parameter.shape) for parameter in cell.parameters()] == [(4, 4, 1, 1)]


@pytest.mark.parametrize("affine", [False, True])
def test_normalisation_inside_cells_follows_the_option_and_all_other_always_learns(affine: bool) -> None:
    network = build_nasbench201_network(CONVOLUTIONS, NasBench201Skeleton(cells_per_stage=1, affine=affine), 3, 10)
    norms = {name: layer for name, layer in network.named_modules() if isinstance(layer, nn.BatchNorm2d)}
    inside = {name for name in norms if ".layers." in name}
    assert (len(inside), len(norms)) == (18, 18 + 6)
    for name, layer in norms.items():
        learns = affine or name not in inside
        assert (layer.weight is not None, layer.running_mean is not None) == (learns, learns)


def test_a_network_has_three_stacks_of_cells_and_shows_each() -> None:
    network = build_nasbench201_network(CONVOLUTIONS, NasBench201Skeleton(stem_channels=4, cells_per_stage=2), 3, 10)
    assert network.feature_info == [FeatureInfo(4, 1), FeatureInfo(8, 2), FeatureInfo(16, 4)]
    assert [sum(isinstance(layer, NasBench201CellModule) for layer in stage) for stage in network.stages] == [2, 2, 2]
    maps = network.forward_features(torch.randn(2, 3, 8, 8))
    assert [tuple(m.shape) for m in maps] == [(2, 4, 8, 8), (2, 8, 4, 4), (2, 16, 2, 2)]


def test_weights_start_as_torch_starts_them() -> None:
    torch.manual_seed(0)
    for layer in build_nasbench201_network(CONVOLUTIONS, NasBench201Skeleton(), 3, 10).modules():
        if isinstance(layer, nn.Conv2d):
            bound = layer.weight[0].numel() ** -0.5
            assert 0.9 * bound < layer.weight.abs().max() <= bound


def assert_published(published_m: np.ndarray, counted: Sequence[float]) -> None:
    """Compare to the last bit of what is published: millions in float32."""
    np.testing.assert_array_equal((np.array(counted) / 1e6).astype(np.float32), published_m)


def test_counted_sizes_equal_the_published_ones(nasbench201_table: Any) -> None:
    space = NasBench201(affine=True)
    rows = np.random.default_rng(3).choice(15_625, 40, replace=False)  # the sums below cover all
    cells = [space.decode(nasbench201_table.texts[row]) for row in rows]
    counted = [count_complexity(space, cell, InputSpec(), 10) for cell in cells]
    assert_published(nasbench201_table.params_m[rows], [size.params for size in counted])
    assert_published(nasbench201_table.flops_m[rows], [size.macs + CLASSIFIER_BIASES for size in counted])


def test_all_published_sizes_are_a_sum_over_edges_of_what_each_operation_adds(nasbench201_table: Any) -> None:
    empty = complexity_of_repeated("none")
    added = {name: (complexity_of_repeated(name).params - empty.params) / 6 for name in OPERATIONS}
    computed = {name: (complexity_of_repeated(name).macs - empty.macs) / 6 for name in OPERATIONS}
    cells = [NasBench201().decode(text).operations for text in nasbench201_table.texts]
    params = [empty.params + sum(added[name] for name in cell) for cell in cells]
    flops = [empty.macs + CLASSIFIER_BIASES + sum(computed[name] for name in cell) for cell in cells]
    assert_published(nasbench201_table.params_m, params)
    assert_published(nasbench201_table.flops_m, flops)


def complexity_of_repeated(operation: str) -> Complexity:
    return count_complexity(NasBench201(affine=True), NasBench201Cell((operation,) * 6), InputSpec(), 10)


def test_the_skeleton_alone_costs_what_a_hand_count_says() -> None:
    # stem 3 * 16 * 9 + 32; per reduction 9 * (in + out) * out + 4 * out + in * out; last norm 128; classifier 650
    reductions = sum(9 * (i + o) * o + 4 * o + i * o for i, o in ((16, 32), (32, 64)))
    network = build_nasbench201_network(("none",) * 6, NasBench201Skeleton(), 3, 10)
    assert count_parameters(network) == 432 + 32 + reductions + 128 + 650
