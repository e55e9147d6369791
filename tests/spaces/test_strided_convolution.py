"""Catches: few channels that are given a row or column in vain, others that are not given all, another convolution."""

import pytest
import torch
from torch import nn

from spaces.nds.grid_network import ConvNorm
from spaces.strided_convolution import NarrowConv2d, build_convolution


@pytest.mark.parametrize(("channels", "kernel", "stride", "narrow"), [(5, 1, 2, True), (6, 1, 2, False)])
@pytest.mark.parametrize("size", [1, 2, 7, 8])
def test_it_is_the_plain_convolution(channels: int, kernel: int, stride: int, narrow: bool, size: int) -> None:
    layer, x = build_convolution(channels, 4, kernel, stride), torch.randn(2, channels, size, size + 1)
    assert isinstance(layer, NarrowConv2d) is narrow
    plain = nn.Conv2d(channels, 4, kernel, stride, bias=False)
    plain.load_state_dict(layer.state_dict())
    torch.testing.assert_close(layer(x), plain(x))


def test_few_channels_are_given_no_row_or_column_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.Size] = []
    monkeypatch.setattr(nn.Conv2d, "forward", lambda self, x: seen.append(x.shape[2:]) or x)  # type: ignore[func-returns-value]
    build_convolution(5, 4, 1, 2)(torch.zeros(1, 5, 8, 7))
    assert seen == [(7, 7)]


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (1, 1)])
def test_others_are_as_they_were(kernel: int, stride: int) -> None:
    layer = build_convolution(4, 8, kernel, stride, groups=2)
    assert type(layer) is nn.Conv2d
    assert (layer.kernel_size[0], layer.stride[0], layer.padding[0], layer.groups) == (kernel, stride, kernel // 2, 2)
    assert layer.bias is None


def test_shortcuts_of_grid_networks_are_made_of_it() -> None:
    assert isinstance(ConvNorm(4, 8, 1, stride=2)[0], NarrowConv2d)
