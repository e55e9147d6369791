"""The second classifier of DARTS' recipe, which reads the network after two thirds of its cells (Liu et al., 2019).

Letters: B batch, C channels, S height and width, K classes.
"""

from torch import Tensor, nn

_NARROW, _WIDE, _POOLED = 128, 768, 2
_PUBLISHED_SIZE = 8  # of the maps that the head of DARTS for CIFAR reads


class AuxiliaryHead(nn.Module):
    """ReLU, average pooling to 2 x 2, two convolutions with normalisation, a linear map to K logits."""

    def __init__(self, channels: int, size: int, classes: int) -> None:
        """Read maps [B, channels, size, size]; those of 8 x 8 are pooled as DARTS does, in windows that overlap."""
        super().__init__()
        pool = nn.AvgPool2d(5, stride=3) if size == _PUBLISHED_SIZE else nn.AdaptiveAvgPool2d(_POOLED)
        self.layers = nn.Sequential(
            nn.ReLU(),
            pool,
            nn.Conv2d(channels, _NARROW, 1, bias=False),
            nn.BatchNorm2d(_NARROW),
            nn.ReLU(),
            nn.Conv2d(_NARROW, _WIDE, _POOLED, bias=False),
            nn.BatchNorm2d(_WIDE),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(_WIDE, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return logits [B, K] of maps [B, C, S, S]."""
        logits: Tensor = self.layers(x)
        return logits
