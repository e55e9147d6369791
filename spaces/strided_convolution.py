"""Convolutions of networks whose channels may be few.

Letters: B batch, C channels, H height, W width.
"""

from torch import Tensor, nn

LEAST_CHANNELS = 6
"""Channels from which oneDNN, on processors without AVX-512, makes 1x1 convolutions of stride 2 without fault.

Of fewer ones, of even height and width in channels_last, its backward pass writes beyond its memory (torch 2.14).
"""


def build_convolution(channels_in: int, channels_out: int, kernel: int, stride: int, *, groups: int = 1) -> nn.Conv2d:
    """Return a convolution without bias: [B, C, H, W] to [B, C', H / stride, W / stride]."""
    narrow = kernel == 1 and stride == 2 and channels_in < LEAST_CHANNELS
    build = NarrowConv2d if narrow else nn.Conv2d
    return build(channels_in, channels_out, kernel, stride, padding=kernel // 2, groups=groups, bias=False)


class NarrowConv2d(nn.Conv2d):
    """A 1x1 convolution of stride 2 that is not given the last row and column where it would not read them."""

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C', H / 2, W / 2], rounded up."""
        height, width = ((size - 1) // 2 * 2 + 1 for size in x.shape[2:])
        return super().forward(x[:, :, :height, :width])
