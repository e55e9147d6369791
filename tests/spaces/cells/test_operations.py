"""Catches: an operation with layers too many or too few, a wrong kernel, dilation or stride, padding that counts in an
average, zeros that are none or stop training, noise that depends on its input or is not part of the state.
"""

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional

from spaces.cells.operations import OPERATIONS, FactorizedReduce, RectifiedConv, build_operation
from spaces.strided_convolution import NarrowConv2d

CONVOLUTIONS = [name for name in OPERATIONS if "conv" in name]
POOLS = [name for name in OPERATIONS if "pool" in name]

# Parameters at 4 channels and stride 1, norms of 8 among them: depthwise 4kk, pointwise 16, full 16kk, factorised 32k.
PARAMETERS = {
    "sep_conv_3x3": 2 * (36 + 16 + 8),
    "sep_conv_5x5": 2 * (100 + 16 + 8),
    "sep_conv_7x7": 2 * (196 + 16 + 8),
    "dil_conv_3x3": 36 + 16 + 8,
    "dil_conv_5x5": 100 + 16 + 8,
    "dil_sep_conv_3x3": 2 * (36 + 16 + 8),
    "conv_1x1": 16 + 8,
    "conv_3x3": 144 + 8,
    "conv_3x1_1x3": 96 + 8,
    "conv_7x1_1x7": 224 + 8,
}
NORMS = {name: 2 if name.startswith(("sep", "dil_sep")) else 1 for name in CONVOLUTIONS}

# Offsets along one axis of the inputs that one output depends on.
OFFSETS = {
    "sep_conv_3x3": range(-2, 3),
    "sep_conv_5x5": range(-4, 5),
    "sep_conv_7x7": range(-6, 7),
    "dil_conv_3x3": (-2, 0, 2),
    "dil_conv_5x5": (-4, -2, 0, 2, 4),
    "dil_sep_conv_3x3": (-4, -2, 0, 2, 4),
    "conv_1x1": (0,),
    "conv_3x3": (-1, 0, 1),
    "conv_3x1_1x3": (-1, 0, 1),
    "conv_7x1_1x7": range(-3, 4),
    "avg_pool_3x3": (-1, 0, 1),
    "skip_connect": (0,),
}


def parameters_of(layers: nn.Module) -> int:
    return sum(parameter.numel() for parameter in layers.parameters())


@pytest.mark.parametrize("name", OPERATIONS)
def test_weights_are_those_of_a_hand_count(name: str) -> None:
    expected, norm = PARAMETERS.get(name, 0), 8 * NORMS.get(name, 0)
    assert parameters_of(build_operation(name, 4, 1)) == expected
    assert parameters_of(build_operation(name, 4, 1, affine=False)) == expected - norm
    reduction = 16 + 8 if name == "skip_connect" else expected
    assert parameters_of(build_operation(name, 4, 2)) == reduction


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", OPERATIONS)
def test_maps_keep_their_channels_and_shrink_by_the_stride(name: str, stride: int) -> None:
    x = torch.randn(2, 6, 8, 12)
    assert build_operation(name, 6, stride)(x).shape == (2, 6, 8 // stride, 12 // stride)


@pytest.mark.parametrize("name", OFFSETS)
def test_an_output_depends_on_the_right_neighbours(name: str) -> None:
    layers = build_operation(name, 2, 1).eval()
    for parameter in layers.parameters():
        nn.init.ones_(parameter)
    x = torch.ones(1, 2, 17, 17, requires_grad=True)
    layers(x)[0, 0, 8, 8].backward()
    assert x.grad is not None
    found = {tuple(position) for position in (x.grad[0].sum(0).nonzero() - 8).tolist()}
    assert found == {(row, column) for row in OFFSETS[name] for column in OFFSETS[name]}


@pytest.mark.parametrize("name", ["max_pool_3x3", "max_pool_5x5", "max_pool_7x7"])
def test_a_maximum_reaches_as_far_as_its_kernel(name: str) -> None:
    x = torch.zeros(1, 1, 15, 15)
    x[0, 0, 7, 7] = 1
    assert build_operation(name, 1, 1)(x).sum() == int(name[-1]) ** 2


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_read_positive_parts(name: str) -> None:
    layers, x = build_operation(name, 4, 1).eval(), torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(layers(x), layers(x.clamp(min=0)))
    assert not torch.allclose(layers(x), layers(x.abs()))


@pytest.mark.parametrize("stride", [1, 2])
def test_averages_leave_out_the_padding(stride: int) -> None:
    ones = torch.ones(1, 3, 6, 6)
    torch.testing.assert_close(build_operation("avg_pool_3x3", 3, stride)(ones), ones[:, :, ::stride, ::stride])


def test_a_factorised_reduction_reads_even_positions_and_odd_ones() -> None:
    reduction = FactorizedReduce(1, 2).eval()
    for convolution in (reduction.even, reduction.odd):
        nn.init.ones_(convolution.weight)
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    expected = torch.tensor([[[[0.0, 2.0], [8.0, 10.0]], [[5.0, 7.0], [13.0, 15.0]]]])
    torch.testing.assert_close(reduction(x) * (1 + 1e-5) ** 0.5, expected)
    assert reduction(-x).abs().max() == 0


def test_a_factorised_reduction_to_odd_channels_has_them_all() -> None:
    assert FactorizedReduce(4, 5)(torch.randn(2, 4, 6, 6)).shape == (2, 5, 3, 3)


@pytest.mark.parametrize("stride", [1, 2])
def test_none_is_exactly_zero_whatever_it_reads_and_passes_no_gradient(stride: int) -> None:
    x = torch.full((1, 2, 4, 4), float("inf"), requires_grad=True)
    zeros = build_operation("none", 2, stride)(x)
    assert torch.equal(zeros, torch.zeros(1, 2, 4 // stride, 4 // stride))
    assert not zeros.requires_grad


def test_training_goes_on_behind_zeros() -> None:
    layers = nn.Sequential(build_operation("none", 4, 1), build_operation("sep_conv_3x3", 4, 1))
    out = layers(torch.randn(2, 4, 6, 6))
    out.square().sum().backward()
    assert out.isfinite().all()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in layers.parameters())


def noise_of(seed: int, calls: int = 2) -> list[torch.Tensor]:
    torch.manual_seed(seed)
    noise = build_operation("noise", 8, 1)
    torch.rand(3)  # what is drawn elsewhere later changes nothing
    return [noise(torch.full((8, 8, 16, 16), 100.0)) for _ in range(calls)]


def test_noise_is_standard_normal_and_new_in_every_call() -> None:
    first, second = noise_of(0)
    assert abs(first.mean()) < 0.03
    assert abs(first.std() - 1) < 0.03
    assert abs((first * second).mean()) < 0.03


def test_noise_is_a_function_of_torchs_seed_when_it_is_built() -> None:
    assert all(map(torch.equal, noise_of(0), noise_of(0)))
    assert not torch.equal(noise_of(0)[0], noise_of(1)[0])


def test_noise_leaves_torchs_generator_alone_and_has_shapes_on_the_meta_device() -> None:
    noise = build_operation("noise", 4, 2)
    before = torch.get_rng_state()
    noise(torch.zeros(2, 4, 6, 6))
    assert torch.equal(torch.get_rng_state(), before)
    with torch.device("meta"):
        assert build_operation("noise", 4, 2)(torch.empty(2, 4, 6, 6)).shape == (2, 4, 3, 3)


def test_noise_that_is_loaded_goes_on_where_the_saved_one_stopped() -> None:
    x = torch.zeros(1, 4, 6, 6)
    saved, loaded = build_operation("noise", 4, 1), build_operation("noise", 4, 1)
    first = saved(x)
    state = {name: value.clone() for name, value in saved.state_dict().items()}
    second = saved(x)
    loaded.load_state_dict(state)
    assert torch.equal(loaded(x), second)
    assert not torch.equal(first, second)
    assert all(isinstance(value, torch.Tensor) for value in state.values())  # what safetensors can hold


@pytest.mark.parametrize("name", POOLS)
@pytest.mark.parametrize("affine", [True, False])
def test_a_norm_follows_pooling_where_asked(name: str, affine: bool) -> None:
    layers = build_operation(name, 4, 1, affine=affine, pool_norm=True)
    assert parameters_of(layers) == 8 * affine
    assert layers(torch.randn(4, 4, 8, 8)).mean((0, 2, 3)).abs().max() < 1e-5


@pytest.mark.parametrize("name", ["none", "skip_connect", "conv_1x1", "noise"])
def test_no_norm_is_added_to_anything_else(name: str) -> None:
    plain, asked = build_operation(name, 4, 1), build_operation(name, 4, 1, pool_norm=True)
    assert [type(layer) for layer in plain.modules()] == [type(layer) for layer in asked.modules()]


def test_an_unknown_operation_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="did you mean 'sep_conv_3x3'"):
        build_operation("sep_conv_3x4", 4, 1)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.startswith(("dil_", "sep_", "conv_"))])
def test_weight_gradients_in_half_precision_are_right_and_the_same_twice(name: str) -> None:
    """Catches the wrong gradients of oneDNN for dilated depthwise convolutions in channels-last order."""
    torch.manual_seed(0)
    layers = build_operation(name, 16, 1).to(memory_format=torch.channels_last)
    x = torch.randn(4, 16, 32, 32).contiguous(memory_format=torch.channels_last)
    weights = [layer.weight for layer in layers.modules() if isinstance(layer, torch.nn.Conv2d)]

    def gradients(*, halved: bool) -> list[torch.Tensor]:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=halved):
            loss = (layers(x).float() - x).square().mean()
        return list(torch.autograd.grad(loss, weights))

    once, again, exact = gradients(halved=True), gradients(halved=True), gradients(halved=False)
    for one, two, wanted in zip(once, again, exact, strict=True):
        assert torch.equal(one, two)
        assert (one - wanted).norm() < 0.1 * wanted.norm()


@pytest.mark.parametrize("channels", [1, 5, 6, 8])
def test_a_reduction_reads_even_and_odd_positions(channels: int) -> None:
    layer, x = FactorizedReduce(channels, 4), torch.randn(2, channels, 8, 8)
    parts = enumerate((layer.even, layer.odd))
    halves = [functional.conv2d(x.relu()[:, :, at::2, at::2], half.weight) for at, half in parts]
    assert torch.allclose(layer(x), nn.BatchNorm2d(4)(torch.cat(halves, dim=1)), atol=1e-5)


@pytest.mark.parametrize("build", [lambda: FactorizedReduce(5, 4).even, lambda: RectifiedConv(5, 4, stride=2)[1]])
def test_few_channels_are_reduced_without_harm(build: Callable[[], nn.Module]) -> None:
    assert isinstance(build(), NarrowConv2d)
