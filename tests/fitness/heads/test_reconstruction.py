"""Catches: a stage that is left out or enlarged wrongly, pixels spread in another order, a wrong size of image,
another row of layers than published, values beyond the bounds."""

from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional

from fitness.heads.reconstruction import HierarchicalDecoder, SingleScaleDecoder, TransposedDecoder
from spaces import FeatureInfo

INFO = [FeatureInfo(4, 1), FeatureInfo(6, 2), FeatureInfo(8, 4)]
COARSE = [FeatureInfo(4, 8), FeatureInfo(6, 16)]


def maps(info: list[FeatureInfo], size: int = 16) -> list[torch.Tensor]:
    return [torch.randn(2, one.channels, size // one.reduction, size // one.reduction) for one in info]


@pytest.mark.parametrize("decoder", [HierarchicalDecoder, SingleScaleDecoder, TransposedDecoder])
@pytest.mark.parametrize("info", [INFO, COARSE])
def test_pictures_have_the_size_of_the_input(decoder: type[nn.Module], info: list[FeatureInfo]) -> None:
    assert decoder(info)(maps(info)).shape == (2, 3, 16, 16)


def test_the_hierarchical_decoder_is_its_formula() -> None:
    decoder, features = HierarchicalDecoder(INFO), maps(INFO)
    total = sum(
        functional.interpolate(
            functional.conv2d(x, layer.weight, layer.bias, padding=1), scale_factor=info.reduction, mode="bilinear"
        )
        for layer, x, info in zip(decoder.lateral, features, INFO, strict=True)
    )
    linear = decoder.pixels[0]
    expected = torch.einsum("bchw,oc->bohw", total, linear.weight[:, :, 0, 0]) + linear.bias[None, :, None, None]
    torch.testing.assert_close(decoder(features), expected)


def test_values_of_a_position_become_the_pixels_of_its_square() -> None:
    decoder = SingleScaleDecoder([FeatureInfo(12, 2)])
    with torch.no_grad():
        decoder.pixels[0].weight.copy_(torch.eye(12)[:, :, None, None])
        decoder.pixels[0].bias.zero_()
    image = decoder([torch.arange(12.0).reshape(1, 12, 1, 1)])
    assert image[0].tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [10, 11]]]


def test_the_transposed_decoder_has_the_published_layers() -> None:
    layers = TransposedDecoder([FeatureInfo(64, 1), FeatureInfo(256, 4)], (-1.99, 2.13)).layers
    found = [
        (layer.in_channels, layer.out_channels, layer.kernel_size[0], layer.stride[0])
        for layer in layers
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
    ]
    assert found == [
        (256, 1024, 3, 1), (1024, 256, 1, 1), (256, 256, 3, 1),
        (256, 128, 4, 2), (128, 128, 3, 1), (128, 64, 4, 2), (64, 3, 3, 1),
    ]  # fmt: skip
    norms = [a.out_channels for a, b in pairwise(layers) if isinstance(b, nn.BatchNorm2d)]
    assert norms == [256, 128, 128, 64]
    assert all(isinstance(b, nn.ReLU) for a, b in pairwise(layers) if isinstance(a, nn.BatchNorm2d))
    assert sum(isinstance(layer, nn.ReLU) for layer in layers) == 4
    assert [type(layer) for layer in layers[-2:]] == [nn.Conv2d, nn.Hardtanh]


@pytest.mark.parametrize(("reduction", "doublings"), [(1, 0), (2, 1), (16, 4)])
def test_a_stage_is_doubled_until_it_is_the_image(reduction: int, doublings: int) -> None:
    decoder = TransposedDecoder([FeatureInfo(6, reduction)])
    transposed = [layer for layer in decoder.layers if isinstance(layer, nn.ConvTranspose2d)]
    assert len(transposed) == doublings
    assert [layer.out_channels for layer in transposed] == [3, 1, 1, 1][:doublings]
    assert decoder([torch.randn(2, 6, 2, 2)]).shape == (2, 3, 2 * reduction, 2 * reduction)


def test_pixels_end_at_the_bounds_and_nowhere_without() -> None:
    for bounds in (None, (-0.5, 2.0)):
        decoder = TransposedDecoder([FeatureInfo(4, 1)], bounds)
        (*_, last, _) = decoder.layers
        torch.nn.init.constant_(last.weight, 0.0)
        with torch.no_grad():
            last.bias.copy_(torch.tensor([-9.0, 1.0, 9.0]))
        expected = [-9, 1, 9] if bounds is None else [-0.5, 1, 2]
        assert decoder([torch.randn(2, 4, 3, 3)])[0, :, 0, 0].tolist() == expected


def test_a_stage_that_cannot_be_doubled_to_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller by 3"):
        TransposedDecoder([FeatureInfo(4, 3)])
