"""Catches: a channel in the wrong place, a rest of the wrong size, a layout that changes on the way."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from spaces.supernet.mixed_graph import join_channels, split_channels

LAYOUTS = [torch.contiguous_format, torch.channels_last]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_first_channels_are_processed_and_the_others_passed(layout: torch.memory_format) -> None:
    x = torch.randn(2, 8, 6, 6).contiguous(memory_format=layout)
    processed, passed = split_channels(x, 4, 1)
    assert torch.equal(processed, x[:, :2])
    assert torch.equal(passed, x[:, 2:])
    assert processed.is_contiguous(memory_format=layout)


def test_what_passes_a_stride_is_the_maximum_of_two_by_two_pixels() -> None:
    x = torch.randn(2, 4, 6, 6)
    processed, passed = split_channels(x, 2, 2)
    assert torch.equal(processed, x[:, :2])
    assert torch.equal(passed, functional.max_pool2d(x[:, 2:], 2, stride=2))


def test_channels_of_all_groups_alternate() -> None:
    channels = torch.arange(8.0).reshape(1, 8, 1, 1)
    joined = join_channels(channels[:, :2], channels[:, 2:], 4)
    assert joined.flatten().tolist() == [0, 2, 4, 6, 1, 3, 5, 7]


@pytest.mark.parametrize("portion", [2, 4])
def test_the_shuffle_is_torchs_own(portion: int) -> None:
    x = torch.randn(2, 8, 5, 3)
    assert torch.equal(join_channels(*split_channels(x, portion, 1), portion), nn.ChannelShuffle(portion)(x))


def test_a_map_whose_channels_are_innermost_stays_so() -> None:
    x = torch.randn(2, 8, 5, 3).contiguous(memory_format=torch.channels_last)
    joined = join_channels(*split_channels(x, 4, 1), 4)
    assert joined.is_contiguous(memory_format=torch.channels_last)
