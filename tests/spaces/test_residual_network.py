"""Catches: a network that differs from the study's (stem, projections, groups, strides), stages shown after their
ReLU, a ReLU missing on the way on, another initialisation than torch's.
"""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from spaces import FeatureInfo, count_parameters
from spaces.residual_network import BlockKind, ResidualBlock, ResidualSpec, StageSpec, build_residual_network

BASIC_RECORD = ResidualSpec(BlockKind.BASIC, 16, (StageSpec(12, 24, 1), StageSpec(12, 24, 2), StageSpec(12, 40, 2)))
BOTTLENECK_RECORD = ResidualSpec(
    BlockKind.BOTTLENECK,
    16,
    (
        StageSpec(16, 64, 1, bot_mul=0.25, groups=2),
        StageSpec(1, 128, 2, bot_mul=0.25, groups=1),
        StageSpec(4, 16, 2, bot_mul=0.25, groups=2),
    ),
)
SMALL = ResidualSpec(BlockKind.BASIC, 4, (StageSpec(2, 4, 1), StageSpec(1, 6, 2), StageSpec(2, 6, 2)))


@pytest.mark.parametrize(
    ("spec", "params", "flops"),
    [(BASIC_RECORD, 594_138, 184_519_578), (BOTTLENECK_RECORD, 83_002, 69_890_986)],
    ids=["basic", "bottleneck"],
)
def test_published_records_are_reproduced(spec: ResidualSpec, params: int, flops: int, count_layers: Callable) -> None:
    network = build_residual_network(spec, 3, 10)
    counts = count_layers(network, 32)
    assert count_parameters(network) == params
    assert counts.macs + counts.linear_biases + 5 * counts.normalised == flops


def test_groups_are_a_number_not_a_width() -> None:
    network = build_residual_network(BOTTLENECK_RECORD, 3, 10)
    grouped = [layer for layer in network.stages[0].modules() if isinstance(layer, nn.Conv2d) and layer.groups > 1]
    assert {(layer.in_channels, layer.groups) for layer in grouped} == {(16, 2)}


def test_only_blocks_that_change_width_or_stride_project_their_shortcut() -> None:
    network = build_residual_network(SMALL, 3, 10)
    projected = [
        [isinstance(block.shortcut, nn.Sequential) for block in stage.children() if isinstance(block, ResidualBlock)]
        for stage in network.stages
    ]
    assert projected == [[False, False], [True], [True, False]]


def test_stages_are_described_by_their_width_and_reduction() -> None:
    network = build_residual_network(SMALL, 3, 10)
    assert network.feature_info == [FeatureInfo(4, 1), FeatureInfo(6, 2), FeatureInfo(6, 4)]


def test_stages_are_shown_before_their_relu_and_read_behind_it() -> None:
    torch.manual_seed(0)
    network = build_residual_network(SMALL, 3, 10).eval()
    x = torch.randn(2, 3, 8, 8)
    features = network.forward_features(x)
    assert all((feature < 0).any() for feature in features)
    torch.testing.assert_close(network.stages[1](features[0].relu()), features[1])
    last = features[-1].relu().mean((2, 3))
    linear = network.classifier[-1]
    torch.testing.assert_close(network(x), last @ linear.weight.T + linear.bias)


def test_a_basic_block_is_two_convolutions_beside_its_shortcut() -> None:
    torch.manual_seed(0)
    block = build_residual_network(SMALL, 3, 10).eval().stages[0][0]
    (conv1, norm1), relu, (conv2, norm2) = block.transform
    x = torch.randn(2, 4, 8, 8)
    opened = x.clamp(min=0)
    expected = norm2(conv2(relu(norm1(conv1(opened))))) + opened
    torch.testing.assert_close(block(x), expected)


def test_shown_stages_are_not_changed_by_what_reads_them() -> None:
    torch.manual_seed(0)
    network = build_residual_network(SMALL, 3, 10).eval()
    first = network.forward_features(torch.randn(2, 3, 8, 8))[0]
    kept = first.clone()
    network.stages[1](first)
    assert torch.equal(first, kept)


def test_weights_start_as_torch_starts_them() -> None:
    torch.manual_seed(0)
    for layer in build_residual_network(BASIC_RECORD, 3, 10).modules():
        if isinstance(layer, nn.Conv2d):
            bound = layer.weight[0].numel() ** -0.5
            assert 0.9 * bound < layer.weight.abs().max() <= bound
        elif isinstance(layer, nn.BatchNorm2d):
            assert (layer.weight == 1).all()
            assert (layer.bias == 0).all()
