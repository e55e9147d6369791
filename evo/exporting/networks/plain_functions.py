"""What stands in for functions of the project that are there to train faster, or more exactly, on CPUs."""

import torch
from torch import Tensor, nn


def average_pool(channels: int, stride: int, affine: bool = True) -> nn.Module:
    """Return the mean of 3x3 neighbours, without those in the padding."""
    return nn.AvgPool2d(3, stride, padding=1, count_include_pad=False)


def depthwise(channels: int, kernel: int, stride: int, dilation: int) -> nn.Conv2d:
    """Return a convolution of each channel alone, which keeps H and W but for the stride."""
    padding = dilation * (kernel // 2)
    return nn.Conv2d(channels, channels, kernel, stride, padding, dilation, groups=channels, bias=False)


def is_captured(x: Tensor) -> bool:
    """Return whether what is computed with ``x`` becomes part of a program."""
    return torch.compiler.is_compiling()
