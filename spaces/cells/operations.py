"""Candidate operations of cells, one table from name to layers.

Names and definitions are those of DARTS (Liu et al., 2019) and of the NDS study (Radosavovic et al., 2019).
Convolutions have no bias and are preceded by ReLU; averages leave out the padding.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces.cells.average_pooling import AveragePool3x3
from spaces.program_capture import is_captured
from spaces.strided_convolution import build_convolution
from tasks.foundation.errors import unknown_name

ZERO, SKIP = "none", "skip_connect"
_POOLS = ("avg_pool_", "max_pool_")

Factory = Callable[[int, int, bool], nn.Module]


class Zero(nn.Module):
    """Exact zeros; no gradient reaches the input, so what leads nowhere else costs no backward pass."""

    def __init__(self, stride: int) -> None:
        """Keep by how much maps shrink."""
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to zeros [B, C, H / stride, W / stride]."""
        return torch.zeros_like(x[:, :, :: self.stride, :: self.stride])


class NoiseOperation(nn.Module):
    """Standard normal noise, new in every call; the input gives only the shape (RobustDARTS, Zela et al., 2020).

    Its seed is drawn from torch's default generator when it is built, as initial weights are, so that a network built
    from one seed computes the same in every process. Seed and number of calls are part of the state that a network
    saves: one that is loaded goes on where the saved one stopped. A program that the network is traced, exported or
    compiled to draws from torch's default generator.
    """

    def __init__(self, stride: int) -> None:
        """Keep by how much maps shrink and draw the seed."""
        super().__init__()
        self.stride = stride
        self._seed = int(torch.randint(2**62, (), device="cpu"))
        self._calls = 0

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to noise [B, C, H / stride, W / stride]."""
        if is_captured(x):
            return torch.randn_like(x[:, :, :: self.stride, :: self.stride])
        noise = torch.empty_like(x[:, :, :: self.stride, :: self.stride])
        if noise.is_meta:  # which has no generators
            return noise
        generator = torch.Generator(noise.device).manual_seed(self._seed + self._calls)
        self._calls += 1
        return noise.normal_(generator=generator)

    def get_extra_state(self) -> Tensor:
        """Return seed and number of calls [2], integers."""
        return torch.tensor([self._seed, self._calls], device="cpu")

    def set_extra_state(self, state: Tensor) -> None:
        """Go on from the seed and the number of calls [2] of a saved state."""
        self._seed, self._calls = state.tolist()


class DilatedConv2d(nn.Conv2d):
    """A convolution without bias that computes in float32 where it would compute in bfloat16 on a CPU.

    There oneDNN, as torch 2.15 ships it, returns gradients of dilated depthwise weights that are not even the same
    twice, for channels-last maps of 30 x 30 and more.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] as ``nn.Conv2d`` does."""
        if x.device.type != "cpu" or not _computes_in_bfloat16(x):
            return super().forward(x)
        with torch.autocast("cpu", enabled=False):
            exact: Tensor = self._conv_forward(x.float(), self.weight.float(), None)
        return exact.to(torch.bfloat16)


def _computes_in_bfloat16(x: Tensor) -> bool:
    if torch.is_autocast_enabled(x.device.type):
        return torch.get_autocast_dtype(x.device.type) is torch.bfloat16
    return x.dtype is torch.bfloat16


class FactorizedReduce(nn.Module):
    """ReLU, then two 1x1 convolutions of stride 2, one on even and one on odd positions, side by side, batch norm."""

    def __init__(self, channels_in: int, channels_out: int, affine: bool = True) -> None:
        """Build both convolutions, each with half of ``channels_out``; affine: whether the norm learns a scale."""
        super().__init__()
        half = channels_out // 2
        self.even = build_convolution(channels_in, half, 1, 2)
        self.odd = build_convolution(channels_in, channels_out - half, 1, 2)
        self.norm = nn.BatchNorm2d(channels_out, affine=affine)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C', H / 2, W / 2]; H and W are even."""
        x = functional.relu(x)
        reduced: Tensor = self.norm(torch.cat([self.even(x), self.odd(x[:, :, 1:, 1:])], dim=1))
        return reduced


class RectifiedConv(nn.Sequential):
    """ReLU, convolution, batch norm: [B, C, H, W] to [B, C', H / stride, W / stride]."""

    def __init__(
        self, channels_in: int, channels_out: int, kernel: int = 1, *, stride: int = 1, affine: bool = True
    ) -> None:
        """Build the layers; affine: whether the norm learns a scale."""
        convolution = build_convolution(channels_in, channels_out, kernel, stride)
        super().__init__(nn.ReLU(), convolution, nn.BatchNorm2d(channels_out, affine=affine))


def depthwise(channels: int, kernel: int, stride: int, dilation: int) -> nn.Conv2d:
    """Return a convolution of each channel alone, which keeps H and W but for the stride."""
    build = nn.Conv2d if dilation == 1 else DilatedConv2d
    return build(channels, channels, kernel, stride, dilation * (kernel // 2), dilation, groups=channels, bias=False)


class SeparableConv(nn.Sequential):
    """``times`` x (ReLU, depthwise, 1x1, batch norm), whose first depthwise convolution has the stride."""

    def __init__(
        self, channels: int, stride: int, affine: bool = True, *, kernel: int, dilation: int = 1, times: int = 2
    ) -> None:
        """Build the layers; affine: whether the norms learn a scale."""
        layers: list[nn.Module] = []
        for step in (stride, *[1] * (times - 1)):
            layers += [
                nn.ReLU(),
                depthwise(channels, kernel, step, dilation),
                nn.Conv2d(channels, channels, 1, bias=False),
                nn.BatchNorm2d(channels, affine=affine),
            ]
        super().__init__(*layers)


class FactorizedConv(nn.Sequential):
    """ReLU, a 1xk and a kx1 convolution, batch norm; each convolution strides along its own axis."""

    def __init__(self, channels: int, stride: int, affine: bool = True, *, kernel: int) -> None:
        """Build the layers; affine: whether the norm learns a scale."""
        half = kernel // 2
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(channels, channels, (1, kernel), (1, stride), (0, half), bias=False),
            nn.Conv2d(channels, channels, (kernel, 1), (stride, 1), (half, 0), bias=False),
            nn.BatchNorm2d(channels, affine=affine),
        )


def skip(channels: int, stride: int, affine: bool = True) -> nn.Module:
    """Return what leaves maps as they are, or halves them; affine: whether a norm learns a scale."""
    return nn.Identity() if stride == 1 else FactorizedReduce(channels, channels, affine)


def average_pool(channels: int, stride: int, affine: bool = True) -> nn.Module:
    """Return the mean of 3x3 neighbours, without those in the padding."""
    return AveragePool3x3() if stride == 1 else nn.AvgPool2d(3, stride, padding=1, count_include_pad=False)


def max_pool(channels: int, stride: int, affine: bool = True, *, kernel: int) -> nn.Module:
    """Return the largest of kernel x kernel neighbours."""
    return nn.MaxPool2d(kernel, stride, padding=kernel // 2)


def full_conv(channels: int, stride: int, affine: bool = True, *, kernel: int) -> nn.Module:
    """Return ReLU, one convolution, batch norm; affine: whether the norm learns a scale."""
    return RectifiedConv(channels, channels, kernel, stride=stride, affine=affine)


# Channels, stride (1 or 2) and whether normalisation learns a scale and a shift -> layers that keep the channels.
OPERATIONS: dict[str, Factory] = {
    ZERO: lambda channels, stride, affine: Zero(stride),
    SKIP: skip,
    "avg_pool_3x3": average_pool,
    "max_pool_3x3": partial(max_pool, kernel=3),
    "max_pool_5x5": partial(max_pool, kernel=5),
    "max_pool_7x7": partial(max_pool, kernel=7),
    "sep_conv_3x3": partial(SeparableConv, kernel=3),
    "sep_conv_5x5": partial(SeparableConv, kernel=5),
    "sep_conv_7x7": partial(SeparableConv, kernel=7),
    "dil_conv_3x3": partial(SeparableConv, kernel=3, dilation=2, times=1),
    "dil_conv_5x5": partial(SeparableConv, kernel=5, dilation=2, times=1),
    "dil_sep_conv_3x3": partial(SeparableConv, kernel=3, dilation=2),
    "conv_1x1": partial(full_conv, kernel=1),
    "conv_3x3": partial(full_conv, kernel=3),
    "conv_3x1_1x3": partial(FactorizedConv, kernel=3),
    "conv_7x1_1x7": partial(FactorizedConv, kernel=7),
    "noise": lambda channels, stride, affine: NoiseOperation(stride),
}


def build_operation(
    name: str, channels: int, stride: int, *, affine: bool = True, pool_norm: bool = False
) -> nn.Module:
    """Return the layers of an operation, [B, C, H, W] to [B, C, H / stride, W / stride].

    affine: whether normalisation learns a scale and a shift; pool_norm: whether a normalisation follows pooling, as in
    the supernet of DARTS. Raises ValueError for an unknown name.
    """
    if name not in OPERATIONS:
        raise unknown_name("operation", name, OPERATIONS)
    layers = OPERATIONS[name](channels, stride, affine)
    if pool_norm and name.startswith(_POOLS):
        return nn.Sequential(layers, nn.BatchNorm2d(channels, affine=affine))
    return layers
