"""Catches: a convolution or pooling of any space whose output shows what is hidden, whether a layer or a function
computes it; a coarse position that is hidden although something of it is seen, or the other way round; gradients that
do not go through the mask; anything that stays in a network, or reaches one that runs beside it."""

from threading import Thread
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from fitness.base import only_images
from fitness.heads.remasking import Remasking
from spaces import SPACES, InputSpec
from spaces.cells.average_pooling import AveragePool3x3
from tasks import derive_rng
from tasks.transforms.masking import patch_masks
from tests.small_spaces import small_space

SIZE = 16
OF_PICTURES = [name for name in sorted(SPACES.builtin) if only_images(small_space(name), "") is None]


class Shown(TorchFunctionMode):
    """Keeps every output of what its name says is a convolution or a pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.maps: list[Tensor] = []
        self.names: set[str] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if "conv" in name or "pool" in name:
            assert torch.is_grad_enabled(), "it is inside a function of autograd's, which would not see the mask"
            self.names.add(name)
            self.maps.append(output)
        return output


def masks_of(patch: int, seed: int = 0, batch: int = 2) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return patch_masks(torch.Size((batch, 3, SIZE, SIZE)), patch=patch, ratio=0.5, generator=generator)


def seen_somewhere(masks: Tensor, height: int, width: int) -> Tensor:
    """Return [B, 1, h, w]: whether a position covers a pixel that is seen, with nothing but sums over blocks."""
    blocks = (1 - masks).reshape(len(masks), 1, height, SIZE // height, width, SIZE // width)
    return blocks.sum((3, 5)) > 0


def encoded(space: Any, candidate: Any, masks: Tensor) -> Shown:
    network = space.build(candidate, InputSpec(3, SIZE), 10)
    with Remasking(masks), Shown() as shown:
        network.forward_features(torch.randn(2, 3, SIZE, SIZE))
    return shown


@pytest.mark.parametrize("name", OF_PICTURES)
def test_no_convolution_or_pooling_of_a_space_shows_what_is_hidden(name: str) -> None:
    space, masks = small_space(name), masks_of(4)
    for candidate in (space.sample(derive_rng(seed)) for seed in range(2)):
        shown = encoded(space, candidate, masks)
        for x in shown.maps:
            hidden = ~seen_somewhere(masks, *x.shape[2:])
            assert not x.masked_select(hidden).any()
            assert x.masked_select(~hidden).any()
        assert any(~seen_somewhere(masks, *x.shape[2:]).all() for x in shown.maps)


def test_merged_convolutions_and_averages_of_one_cell_are_met() -> None:
    space = small_space("nasbench201")
    cell = space.decode("|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|nor_conv_1x1~0|none~1|skip_connect~2|")
    shown = encoded(space, cell, masks_of(4))
    assert shown.names == {"conv2d", "average_pool_3x3", "avg_pool2d"}
    assert {x.shape[1] for x in shown.maps} >= {16, 32, 64}  # two convolutions of a stage's 8, 16 and 32 channels


LAYERS: list[tuple[nn.Module, tuple[int, int]]] = [
    (nn.Conv2d(3, 5, 3, padding=1), (16, 16)),
    (nn.Conv2d(3, 5, (1, 3), (1, 2), (0, 1)), (16, 8)),
    (nn.ConvTranspose2d(3, 5, 2, 2), (32, 32)),
    (nn.MaxPool2d(2), (8, 8)),
    (nn.AvgPool2d(4), (4, 4)),
    (nn.LPPool2d(2, 2), (8, 8)),
    (AveragePool3x3(), (16, 16)),
    (nn.AdaptiveAvgPool2d(2), (2, 2)),
    (nn.AdaptiveMaxPool2d(8), (8, 8)),
]


@pytest.mark.parametrize(("layer", "size"), LAYERS, ids=str)
def test_what_a_layer_shows_is_multiplied_by_what_is_seen_at_its_resolution(
    layer: nn.Module, size: tuple[int, int]
) -> None:
    masks, images = masks_of(4), torch.rand(2, 3, SIZE, SIZE) + 1
    with Remasking(masks):
        hidden = layer(images)
    assert hidden.shape[2:] == size
    if max(size) > SIZE:  # a position is part of a pixel
        seen = (1 - masks).repeat_interleave(2, 2).repeat_interleave(2, 3)
    else:
        seen = seen_somewhere(masks, *size).float()
    torch.testing.assert_close(hidden, layer(images) * seen)


POOLINGS: list[Any] = [
    lambda x: torch.max_pool2d(x, 2),
    lambda x: functional.max_pool2d_with_indices(x, 2)[0],
    lambda x: functional.adaptive_max_pool2d_with_indices(x, 8)[0],
]


@pytest.mark.parametrize("pool", POOLINGS, ids=["torch", "places", "adaptive_places"])
def test_functions_that_no_layer_calls_are_met_too(pool: Any) -> None:
    masks, images = masks_of(4), torch.randn(2, 3, SIZE, SIZE)
    with Remasking(masks):
        hidden = pool(images)
    assert torch.equal(hidden, pool(images) * seen_somewhere(masks, 8, 8))


def test_a_position_is_kept_if_one_of_its_pixels_is_seen() -> None:
    masks = torch.ones(1, 1, 4, 4)
    masks[0, 0, 0, 1] = 0
    with Remasking(masks):
        kept = nn.AvgPool2d(2)(torch.ones(1, 3, 4, 4))
    assert kept[0, 0].tolist() == [[1, 0], [0, 0]]


def test_places_of_maxima_come_back_as_they_were() -> None:
    masks, images = masks_of(4), torch.randn(2, 3, SIZE, SIZE)
    with Remasking(masks):
        values, places = nn.MaxPool2d(2, return_indices=True)(images)
    assert torch.equal(places, nn.MaxPool2d(2, return_indices=True)(images)[1])
    assert not values.masked_select(~seen_somewhere(masks, 8, 8)).any()


@pytest.mark.parametrize("layer", [nn.Conv2d(3, 2, 3, padding=1), nn.MaxPool2d(2), AveragePool3x3()], ids=str)
def test_gradients_are_those_of_the_masked_output(layer: nn.Module) -> None:
    masks, images = masks_of(4), torch.randn(2, 3, SIZE, SIZE, dtype=torch.float64)
    ours, theirs = images.clone().requires_grad_(), images.clone().requires_grad_()
    with Remasking(masks):
        hidden = layer.double()(ours)
    hidden.pow(2).sum().backward()  # outside: the mask is part of what was computed
    output = layer(theirs)
    (output * seen_somewhere(masks, *output.shape[2:])).pow(2).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-6)


def test_maps_keep_their_precision() -> None:
    layers = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.MaxPool2d(2))
    with torch.autocast("cpu", dtype=torch.bfloat16), Remasking(masks_of(4)):
        assert layers(torch.ones(2, 3, SIZE, SIZE)).dtype is torch.bfloat16


def test_nothing_is_masked_before_after_or_in_another_thread() -> None:
    layer, images = nn.Conv2d(3, 4, 3), torch.randn(2, 3, SIZE, SIZE)
    plain, beside = layer(images), list[Tensor]()

    def train_another() -> None:
        beside.append(layer(images))

    with Remasking(masks_of(4)):
        thread = Thread(target=train_another)
        thread.start()
        thread.join()
    assert torch.equal(beside[0], plain)
    assert torch.equal(layer(images), plain)


def test_an_error_inside_ends_the_masking() -> None:
    layer, images = nn.Conv2d(3, 4, 3), torch.randn(2, 3, SIZE, SIZE)
    with pytest.raises(RuntimeError), Remasking(masks_of(4)):
        layer(images[:, :1])
    assert torch.equal(layer(images), functional.conv2d(images, layer.weight, layer.bias))


def test_what_does_not_spread_values_is_left_alone() -> None:
    images = torch.rand(2, 3, SIZE, SIZE) + 1
    with Remasking(masks_of(4)):
        assert torch.equal(functional.relu(images) + 1, images + 1)
