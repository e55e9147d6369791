"""Catches: a reduction cell in the wrong place, channels that do not double, an input aligned to the wrong size, a
stage shown elsewhere than GenNAS taps it, a network whose size differs from the published one.
"""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from spaces import FeatureInfo, count_parameters
from spaces.cells.genotype import CellGenotype, Concatenation, genotype_of, paired
from spaces.cells.network import (
    CellLayout,
    CellNetwork,
    CellPlace,
    GenotypeCell,
    Stem,
    build_cell_network,
    build_network_of_cells,
)
from spaces.cells.notation import read_genotype
from spaces.cells.operations import FactorizedReduce
from tests.published_genotypes import DARTS_V2, IMAGENET_MILLIONS

PLAIN = paired([("conv_1x1", 0), ("skip_connect", 1), ("skip_connect", 2), ("none", 0)])
REDUCING = paired([("skip_connect", 0), ("max_pool_3x3", 1), ("conv_3x3", 1), ("none", 0)])
ALL_NODES = genotype_of(PLAIN, REDUCING, Concatenation.ALL)
LOOSE_ENDS = genotype_of(PLAIN, REDUCING, Concatenation.LOOSE_ENDS)  # one node of the normal, two of the reduction cell


def cells_of(network: CellNetwork) -> list[GenotypeCell]:
    return [module for module in network.modules() if isinstance(module, GenotypeCell)]


def strides_of(cell: GenotypeCell) -> set[int]:
    return {m.stride[0] for m in cell.operations.modules() if isinstance(m, nn.Conv2d)}


def test_the_published_darts_cell_has_the_published_number_of_parameters() -> None:
    with torch.device("meta"):
        network = build_cell_network(read_genotype(DARTS_V2), CellLayout(36, 20), 3, 10)
    assert count_parameters(network) == 3_349_342


@pytest.mark.parametrize(("text", "millions"), IMAGENET_MILLIONS.items(), ids=["DARTS", "P-DARTS", "PC-DARTS"])
def test_published_cells_have_the_published_size_on_imagenet(text: str, millions: float) -> None:
    with torch.device("meta"):
        network = build_cell_network(read_genotype(text), CellLayout(48, 14, Stem.IMAGENET), 3, 1000)
    assert round(count_parameters(network) / 1e6, 1) == millions


@pytest.mark.parametrize(("cells", "reducing"), [(3, [1, 2]), (4, [1, 2]), (8, [2, 5]), (14, [4, 9]), (20, [6, 13])])
def test_the_cells_at_one_and_two_thirds_reduce(cells: int, reducing: list[int]) -> None:
    network = build_cell_network(ALL_NODES, CellLayout(2, cells), 3, 10)
    built = cells_of(network)
    assert len(built) == cells
    assert [index for index, cell in enumerate(built) if 2 in strides_of(cell)] == reducing
    halved = [index for index, cell in enumerate(built) if isinstance(cell.align_older, FactorizedReduce)]
    assert halved == [index + 1 for index in reducing if index + 1 < cells]


def test_stages_are_what_enters_the_reduction_cells_and_what_leaves_the_last_one() -> None:
    torch.manual_seed(0)
    network = build_cell_network(LOOSE_ENDS, CellLayout(4, 8), 3, 10).eval()
    read: list[Tensor] = []
    for index, cell in enumerate(cells_of(network)):
        if index in (2, 5):
            cell.register_forward_pre_hook(lambda module, inputs: read.append(inputs[1]))
    network.classifier.register_forward_pre_hook(lambda module, inputs: read.append(inputs[0]))
    x = torch.randn(2, 3, 16, 16)
    network(x)
    shown = network.forward_features(x)
    assert all(torch.equal(feature, entering) for feature, entering in zip(shown, read[:3], strict=True))
    assert [tuple(feature.shape) for feature in shown] == [(2, 4, 16, 16), (2, 8, 8, 8), (2, 16, 4, 4)]


@pytest.mark.parametrize(
    ("genotype", "cells", "channels"),
    [
        (ALL_NODES, 8, (8, 16, 32)),
        (LOOSE_ENDS, 8, (4, 8, 16)),
        (LOOSE_ENDS, 4, (4, 16, 16)),
        (LOOSE_ENDS, 3, (4, 16, 32)),
    ],
)
def test_described_channels_follow_the_last_cell_of_each_stage(
    genotype: Any, cells: int, channels: tuple[int, ...]
) -> None:
    network = build_cell_network(genotype, CellLayout(4, cells), 3, 10)
    assert network.feature_info == [FeatureInfo(c, r) for c, r in zip(channels, (1, 2, 4), strict=True)]
    assert [m.shape[1] for m in network.forward_features(torch.randn(2, 3, 8, 8))] == list(channels)


def test_a_cell_adds_its_choices_and_concatenates_its_nodes() -> None:
    nodes = paired([("skip_connect", 0), ("none", 1), ("skip_connect", 2), ("skip_connect", 1)])
    cell = GenotypeCell(CellGenotype(nodes, (2, 3)), CellPlace((3, 5), 4, reduces=False, halved=False)).eval()
    older, newer = torch.randn(2, 3, 6, 6), torch.randn(2, 5, 6, 6)
    first, second = cell.align_older(older), cell.align_newer(newer)
    torch.testing.assert_close(cell(older, newer), torch.cat([first, first + second], dim=1))


def test_in_a_reduction_cell_only_what_reads_an_input_has_stride_2() -> None:
    nodes = paired([("skip_connect", 0), ("skip_connect", 1), ("skip_connect", 2), ("avg_pool_3x3", 1)])
    cell = GenotypeCell(CellGenotype(nodes, (3,)), CellPlace((4, 4), 4, reduces=True, halved=False))
    kinds = [type(operation) for node in cell.operations for operation in node]  # type: ignore[union-attr]
    assert kinds == [FactorizedReduce, FactorizedReduce, nn.Identity, nn.AvgPool2d]
    assert cell(torch.randn(2, 4, 8, 8), torch.randn(2, 4, 8, 8)).shape == (2, 4, 4, 4)


def test_as_searched_norms_inside_cells_have_no_scale_and_pooling_has_one() -> None:
    plain, searched = (
        build_cell_network(ALL_NODES, CellLayout(4, 4), 3, 10, searched=searched) for searched in (False, True)
    )
    for network in (plain, searched):
        inside = [m for cell in cells_of(network) for m in cell.modules() if isinstance(m, nn.BatchNorm2d)]
        assert {norm.affine for norm in inside} == {network is plain}
        pooling = cells_of(network)[1].operations[0][1]  # type: ignore[index]
        assert isinstance(pooling, nn.MaxPool2d if network is plain else nn.Sequential)
    assert all(norm.affine for norm in searched.stem.modules() if isinstance(norm, nn.BatchNorm2d))


def test_a_row_of_cells_is_built_in_its_order() -> None:
    one, other = ALL_NODES.normal, LOOSE_ENDS.normal
    network = build_network_of_cells([one, ALL_NODES.reduction, other, other], CellLayout(4, 4), 3, 10)
    assert [len(cell.concat) for cell in cells_of(network)] == [2, 2, 1, 1]
    assert [info.channels for info in network.feature_info] == [8, 16, 16]
    assert [m.shape[1] for m in network.forward_features(torch.randn(2, 3, 8, 8))] == [8, 16, 16]


def test_the_cifar_stem_is_one_convolution_of_three_times_the_channels() -> None:
    network = build_cell_network(ALL_NODES, CellLayout(4, 3), 3, 10)
    assert [type(layer) for layer in network.stem.layers] == [nn.Conv2d, nn.BatchNorm2d]
    assert count_parameters(network.stem) == 3 * 12 * 9 + 24
    older, newer = network.stem(torch.randn(2, 3, 8, 8))
    assert older is newer


@pytest.mark.parametrize(("stem", "sizes"), [(Stem.IMAGENET, (16, 8)), (Stem.SMALL, (64, 64))])
def test_imagenet_stems_have_three_convolutions(stem: Stem, sizes: tuple[int, int]) -> None:
    network = build_cell_network(ALL_NODES, CellLayout(4, 4, stem), 3, 10)
    assert count_parameters(network.stem) == (3 * 2 * 9 + 4) + (2 * 4 * 9 + 8) + (4 * 4 * 9 + 8)
    older, newer = network.stem(torch.randn(2, 3, 64, 64))
    assert (older.shape, newer.shape) == ((2, 4, sizes[0], sizes[0]), (2, 4, sizes[1], sizes[1]))
    assert [info.reduction for info in network.feature_info] == [64 // sizes[1] * step for step in (1, 2, 4)]
    assert isinstance(cells_of(network)[0].align_older, FactorizedReduce) == (stem is Stem.IMAGENET)
    assert [64 // m.shape[-1] for m in network.forward_features(torch.randn(2, 3, 64, 64))] == [
        info.reduction for info in network.feature_info
    ]


def test_the_small_stem_costs_one_1x1_alignment_more_than_the_imagenet_one_gives_up() -> None:
    # both alignments of the first cell have 4 * 4 weights and a norm of 8, so the networks weigh the same
    small, large = (
        build_cell_network(ALL_NODES, CellLayout(4, 4, stem), 3, 10) for stem in (Stem.SMALL, Stem.IMAGENET)
    )
    assert count_parameters(small) == count_parameters(large)


def test_weights_start_as_torch_starts_them() -> None:
    torch.manual_seed(0)
    for layer in build_cell_network(read_genotype(DARTS_V2), CellLayout(16, 3), 3, 10).modules():
        if isinstance(layer, nn.Conv2d) and layer.weight.numel() > 100:
            bound = layer.weight[0].numel() ** -0.5
            assert 0.8 * bound < layer.weight.abs().max() <= bound


def test_a_network_of_zeros_trains_its_classifier() -> None:
    zeros = paired([("none", 0), ("none", 1), ("sep_conv_3x3", 2), ("none", 0)])
    network = build_cell_network(genotype_of(zeros, zeros, Concatenation.ALL), CellLayout(4, 20), 3, 10)
    features = network.forward_features(torch.randn(2, 3, 16, 16))
    network.classifier(features[-1]).square().sum().backward()
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert all(map(torch.Tensor.all, map(torch.isfinite, [*features, *gradients])))
    assert network.classifier[-1].bias.grad.abs().sum() > 0
