"""Catches: a stage that is left out or enlarged wrongly, pixels spread in another order, a wrong size of picture."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from fitness.reconstruction import HierarchicalDecoder, SingleScaleDecoder
from spaces import FeatureInfo

INFO = [FeatureInfo(4, 1), FeatureInfo(6, 2), FeatureInfo(8, 4)]
COARSE = [FeatureInfo(4, 8), FeatureInfo(6, 16)]


def maps(info: list[FeatureInfo], size: int = 16) -> list[torch.Tensor]:
    return [torch.randn(2, one.channels, size // one.reduction, size // one.reduction) for one in info]


@pytest.mark.parametrize("decoder", [HierarchicalDecoder, SingleScaleDecoder])
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
    picture = decoder([torch.arange(12.0).reshape(1, 12, 1, 1)])
    assert picture[0].tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [10, 11]]]
