"""Catches: a network that differs from the study's (stem, blocks, projections, groups, strides), stages shown after
their ReLU, a ReLU missing on the way on, another initialisation than torch's.
"""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from spaces import FeatureInfo, count_parameters
from spaces.nds.grid_network import BlockKind, NetworkSpec, ResidualBlock, StageSpec, StemKind, build_nds_network

BASIC_RECORD = NetworkSpec(
    BlockKind.BASIC, StemKind.SMALL, 16, (StageSpec(12, 24, 1), StageSpec(12, 24, 2), StageSpec(12, 40, 2))
)
BOTTLENECK_RECORD = NetworkSpec(
    BlockKind.BOTTLENECK,
    StemKind.SMALL,
    16,
    (
        StageSpec(16, 64, 1, inner=16, groups=2),
        StageSpec(1, 128, 2, inner=32, groups=1),
        StageSpec(4, 16, 2, inner=4, groups=2),
    ),
)
THREE_STAGES = (StageSpec(2, 4, 1), StageSpec(1, 6, 2), StageSpec(2, 6, 2))
SMALL = NetworkSpec(BlockKind.BASIC, StemKind.SMALL, 4, THREE_STAGES)
VANILLA = NetworkSpec(BlockKind.VANILLA, StemKind.SMALL, 4, THREE_STAGES)
IMAGENET = NetworkSpec(BlockKind.BASIC, StemKind.IMAGENET, 4, THREE_STAGES)


@pytest.mark.parametrize(
    ("spec", "params", "flops"),
    [(BASIC_RECORD, 594_138, 184_519_578), (BOTTLENECK_RECORD, 83_002, 69_890_986)],
    ids=["basic", "bottleneck"],
)
def test_published_records_are_reproduced(spec: NetworkSpec, params: int, flops: int, count_layers: Callable) -> None:
    network = build_nds_network(spec, 3, 10)
    counts = count_layers(network, 32)
    assert count_parameters(network) == params
    assert counts.macs + counts.linear_biases + 5 * counts.normalised == flops


def test_groups_are_a_number_not_a_width() -> None:
    network = build_nds_network(BOTTLENECK_RECORD, 3, 10)
    grouped = [layer for layer in network.stages[0].modules() if isinstance(layer, nn.Conv2d) and layer.groups > 1]
    assert {(layer.in_channels, layer.groups) for layer in grouped} == {(16, 2)}


def test_only_blocks_that_change_width_or_stride_project_their_shortcut() -> None:
    network = build_nds_network(SMALL, 3, 10)
    projected = [
        [isinstance(block.shortcut, nn.Sequential) for block in stage.children() if isinstance(block, ResidualBlock)]
        for stage in network.stages
    ]
    assert projected == [[False, False], [True], [True, False]]


@pytest.mark.parametrize(("spec", "reductions"), [(SMALL, (1, 2, 4)), (VANILLA, (1, 2, 4)), (IMAGENET, (8, 16, 32))])
def test_stages_are_described_by_their_width_and_reduction(spec: NetworkSpec, reductions: tuple[int, ...]) -> None:
    network = build_nds_network(spec, 3, 10)
    expected = [FeatureInfo(*stage) for stage in zip((4, 6, 6), reductions, strict=True)]
    assert network.feature_info == expected
    assert [64 // feature.shape[-1] for feature in network.forward_features(torch.randn(2, 3, 64, 64))] == [*reductions]


@pytest.mark.parametrize("spec", [SMALL, VANILLA, IMAGENET], ids=["basic", "vanilla", "imagenet"])
def test_stages_are_shown_before_their_relu_and_read_behind_it(spec: NetworkSpec) -> None:
    torch.manual_seed(0)
    network = build_nds_network(spec, 3, 10).eval()
    x = torch.randn(2, 3, 64, 64)
    features = network.forward_features(x)
    assert all((feature < 0).any() for feature in features)
    torch.testing.assert_close(network.stages[0](network.stem(x).relu()), features[0])
    torch.testing.assert_close(network.stages[1](features[0].relu()), features[1])
    last = features[-1].relu().mean((2, 3))
    linear = network.classifier[-1]
    torch.testing.assert_close(network(x), last @ linear.weight.T + linear.bias)


def test_a_basic_block_is_two_convolutions_beside_its_shortcut() -> None:
    torch.manual_seed(0)
    block = build_nds_network(SMALL, 3, 10).eval().stages[0][0]
    (conv1, norm1), relu, (conv2, norm2) = block.transform
    x = torch.randn(2, 4, 8, 8)
    opened = x.clamp(min=0)
    expected = norm2(conv2(relu(norm1(conv1(opened))))) + opened
    torch.testing.assert_close(block(x), expected)


def test_a_vanilla_block_is_two_3x3_convolutions_without_a_shortcut() -> None:
    torch.manual_seed(0)
    block = build_nds_network(VANILLA, 3, 10).eval().stages[1][0]
    (conv1, conv2) = [layer for layer in block.modules() if isinstance(layer, nn.Conv2d)]
    (norm1, norm2) = [layer for layer in block.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert (conv1.kernel_size, conv1.stride, conv2.kernel_size, conv2.stride) == ((3, 3), (2, 2), (3, 3), (1, 1))
    x = torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(block(x), norm2(conv2(norm1(conv1(x.clamp(min=0))).clamp(min=0))))


def test_the_stem_for_imagenet_halves_three_times_and_starts_with_half_its_width() -> None:
    stem = build_nds_network(IMAGENET, 3, 10).stem
    convolutions = [layer for layer in stem.modules() if isinstance(layer, nn.Conv2d)]
    assert [(conv.in_channels, conv.out_channels) for conv in convolutions] == [(3, 2), (2, 4), (4, 4)]
    assert {(conv.kernel_size, conv.stride, conv.bias) for conv in convolutions} == {((3, 3), (2, 2), None)}
    assert sum(isinstance(layer, nn.ReLU) for layer in stem.modules()) == 2


def test_shown_stages_are_not_changed_by_what_reads_them() -> None:
    torch.manual_seed(0)
    network = build_nds_network(SMALL, 3, 10).eval()
    first = network.forward_features(torch.randn(2, 3, 8, 8))[0]
    kept = first.clone()
    network.stages[1](first)
    assert torch.equal(first, kept)


def test_weights_start_as_torch_starts_them() -> None:
    torch.manual_seed(0)
    for layer in build_nds_network(BASIC_RECORD, 3, 10).modules():
        if isinstance(layer, nn.Conv2d):
            bound = layer.weight[0].numel() ** -0.5
            assert 0.9 * bound < layer.weight.abs().max() <= bound
        elif isinstance(layer, nn.BatchNorm2d):
            assert (layer.weight == 1).all()
            assert (layer.bias == 0).all()
