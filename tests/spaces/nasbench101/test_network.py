"""Catches: a cell that computes anything else than its definition, layers misplaced in the skeleton, a pooling that
pads with zeros, weights that do not start as published.
"""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import Complexity, FeatureInfo, InputSpec, count_complexity
from spaces.nasbench101.cell import OPERATIONS, NasBench101Cell
from spaces.nasbench101.network import LAYERS_OF, ConvNormRelu, NasBench101CellModule, build_nasbench101_network
from spaces.nasbench101.space import NasBench101
from spaces.nasbench101.widths import NasBench101Skeleton, vertex_widths


def cell_of(text: str) -> NasBench101Cell:
    return NasBench101().decode(text)


def conv_norm_relu(x: Tensor, weight: Tensor) -> Tensor:
    """Convolve, normalise by the batch's statistics without scale and shift, and rectify."""
    y = torch.conv2d(x, weight, padding=weight.shape[-1] // 2)
    mean, variance = y.mean((0, 2, 3), keepdim=True), y.var((0, 2, 3), keepdim=True, correction=0)
    return ((y - mean) / (variance + 1e-5).sqrt()).clamp(min=0)


def apply_plainly(built: NasBench101CellModule, cell: NasBench101Cell, x: Tensor, width_out: int) -> Tensor:
    """Compute vertex by vertex from the matrix, every projection by a convolution of its own."""
    widths = vertex_widths(cell, x.shape[1], width_out)
    projections = iter(built.projection[0].weight.split([widths[t] for s, t in cell.edges if s == 0]))
    projected = {t: conv_norm_relu(x, next(projections)) for t in range(cell.vertices) if cell.matrix[0][t]}
    last, maps = cell.vertices - 1, {}
    for vertex in range(1, last):
        total = projected.get(vertex, 0)
        for source in range(1, vertex):
            if cell.matrix[source][vertex]:
                total = total + maps[source][:, : widths[vertex]]
        operation = built.operations[vertex - 1]
        if cell.operations[vertex - 1] == "maxpool3x3":
            maps[vertex] = functional.max_pool2d(total, 3, 1, 1)
        else:
            maps[vertex] = conv_norm_relu(total, operation[0].weight)
    beside = [maps[vertex] for vertex in range(1, last) if cell.matrix[vertex][last]]
    return (torch.cat(beside, dim=1) if beside else 0) + projected.get(last, 0)


@pytest.mark.parametrize("seed", range(25))
def test_a_cell_computes_its_definition(seed: int) -> None:
    torch.manual_seed(seed)
    cell = NasBench101().sample(np.random.default_rng(seed))
    built, x = NasBench101CellModule(cell, 5, 13).double(), torch.randn(3, 5, 6, 6, dtype=torch.float64)
    torch.testing.assert_close(built(x), apply_plainly(built, cell, x, 13))


@pytest.mark.parametrize(
    "text", ["output~0", "maxpool3x3~0+output~1", "conv1x1~0+output~01", "conv3x3~0+conv1x1~0+conv1x1~1+output~23"]
)
def test_small_cells_compute_their_definition(text: str) -> None:
    torch.manual_seed(0)
    cell = cell_of(text)
    built, x = NasBench101CellModule(cell, 5, 13).double(), torch.randn(3, 5, 6, 6, dtype=torch.float64)
    torch.testing.assert_close(built(x), apply_plainly(built, cell, x, 13))


def without_normalisation(cell: NasBench101CellModule) -> NasBench101CellModule:
    """Return the cell in evaluation mode with every convolution a sum over its input's channels."""
    for layer in cell.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.zeros_(layer.weight)
            nn.init.ones_(layer.weight[:, :, layer.kernel_size[0] // 2, layer.kernel_size[1] // 2])
        elif isinstance(layer, nn.BatchNorm2d):
            layer.eps = 0.0
    return cell.eval()


def test_a_cell_of_hand_computed_maps() -> None:
    # widths 3, 2: the input's sum s fills both projections; vertex 1 has 3s everywhere, vertex 2 reads two of its three
    # channels and has their maximum over neighbours; the output adds s
    built = without_normalisation(NasBench101CellModule(cell_of("conv1x1~0+maxpool3x3~1+output~012"), 2, 5))
    x = torch.arange(4.0).reshape(1, 1, 1, 4).repeat(1, 2, 1, 1)  # s = 0, 2, 4, 6
    expected = [[0, 8, 16, 24]] * 3 + [[6, 14, 22, 24]] * 2
    with torch.no_grad():
        assert built(x)[0, :, 0].tolist() == expected


def test_pooling_pads_with_nothing() -> None:
    pool = LAYERS_OF["maxpool3x3"](1)
    assert pool(-torch.ones(1, 1, 3, 3)).eq(-1).all()


def test_every_operation_has_its_layers() -> None:
    assert tuple(LAYERS_OF) == OPERATIONS
    kernels = [layer[0].kernel_size for layer in (LAYERS_OF[name](4) for name in OPERATIONS[:2])]
    assert kernels == [(3, 3), (1, 1)]


def test_a_convolution_is_normalised_then_rectified_and_has_no_bias() -> None:
    layers = list(ConvNormRelu(3, [4], 3))
    assert [type(layer) for layer in layers] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    assert layers[0].bias is None


def test_a_network_has_three_stacks_with_pooling_before_the_second_and_the_third() -> None:
    network = build_nasbench101_network(cell_of("conv3x3~0+output~01"), NasBench101Skeleton(6, 2), 3, 10)
    assert network.feature_info == [FeatureInfo(6, 1), FeatureInfo(12, 2), FeatureInfo(24, 4)]
    assert [type(stage[0]) for stage in network.stages] == [nn.Identity, nn.MaxPool2d, nn.MaxPool2d]
    assert all(stage[0](torch.zeros(1, 1, 4, 4)).shape[-1] == 2 for stage in network.stages[1:])
    assert [[cell.widths for cell in stage[1:]] for stage in network.stages] == [
        [(6, 6, 6), (6, 6, 6)],
        [(6, 12, 12), (12, 12, 12)],
        [(12, 24, 24), (24, 24, 24)],
    ]
    assert isinstance(network.stem, ConvNormRelu)
    assert network.stem[0].kernel_size == (3, 3)
    maps = network.forward_features(torch.randn(2, 3, 8, 8))
    assert [tuple(m.shape) for m in maps] == [(2, 6, 8, 8), (2, 12, 4, 4), (2, 24, 2, 2)]


def test_logits_are_a_linear_function_of_the_averages_of_the_last_stage() -> None:
    network = build_nasbench101_network(cell_of("output~0"), NasBench101Skeleton(5, 1), 3, 7).eval()
    x = torch.randn(2, 3, 8, 8)
    averages = network.forward_features(x)[-1].mean((2, 3))
    torch.testing.assert_close(network(x), network.classifier[-1](averages))


def test_multiply_adds_counted_by_hand() -> None:
    # per pixel: stem 27 * 16; a cell projects w * v and convolves 9 * v * v; classifier 64 * 10
    cells = [(1024, 16, 16)] * 3 + [(256, 16, 32)] + [(256, 32, 32)] * 2 + [(64, 32, 64)] + [(64, 64, 64)] * 2
    macs = 1024 * 27 * 16 + sum(pixels * (w * v + 9 * v * v) for pixels, w, v in cells) + 640
    counted = count_complexity(NasBench101(), cell_of("conv3x3~0+output~1"), InputSpec(), 10)
    parameters = 432 + 32 + sum(w * v + 9 * v * v + 4 * v for _, w, v in cells) + 650
    assert counted == Complexity(parameters, macs)


def test_weights_start_normal_with_a_variance_of_2_by_the_outputs_of_each_convolution() -> None:
    torch.manual_seed(0)
    network = build_nasbench101_network(cell_of("conv3x3~0+conv1x1~01+output~12"), NasBench101Skeleton(128, 1), 3, 10)
    stem, *_ = (layer for layer in network.modules() if isinstance(layer, nn.Conv2d))
    assert stem.weight.std().item() == pytest.approx((2 / (9 * 128)) ** 0.5, rel=0.05)
    cell = next(layer for layer in network.modules() if isinstance(layer, NasBench101CellModule))
    wide, narrow = cell.projection[0].weight.split(cell.projected_widths)
    (convolution, *_), (pointwise, *_) = cell.operations
    assert cell.projected_widths == [64, 64]
    for weight, variance in [
        (wide, 2 / 64),
        (narrow, 2 / 64),
        (convolution.weight, 2 / (9 * 64)),
        (pointwise.weight, 2 / 64),
    ]:
        assert weight.std().item() == pytest.approx(variance**0.5, rel=0.05)
        assert weight.mean().item() == pytest.approx(0, abs=3 * variance**0.5 / weight.numel() ** 0.5)
    *_, linear = (layer for layer in network.modules() if isinstance(layer, nn.Linear))
    assert linear.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert not linear.bias.any()


def test_each_of_several_convolutions_of_one_input_starts_by_its_own_width() -> None:
    torch.manual_seed(0)
    wide, narrow = ConvNormRelu(256, [64, 16], 1)[0].weight.split([64, 16])
    assert wide.std().item() == pytest.approx((2 / 64) ** 0.5, rel=0.05)
    assert narrow.std().item() == pytest.approx((2 / 16) ** 0.5, rel=0.05)
