"""Networks that take a moment to export, and such that cannot be."""

import torch
from torch import Tensor, nn

from spaces import InputSpec

SPEC = InputSpec(channels=2, size=4)


class Plain(nn.Module):
    """A convolution, its normalisation, and a classifier of two outputs."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.convolution, self.norm = nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3)
            self.classifier = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.norm(self.convolution(x)).relu().mean((2, 3)))
        return logits


class OfOneSize(Plain):
    """Does something else with large batches."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x if len(x) < 4 else 2 * x)


class Branching(Plain):
    """Asks what its input holds."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x if float(x.sum()) > 0 else -x)


class Drawing(Plain):
    """Draws at random."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x + torch.rand_like(x))


class Unheard(Plain):
    """Computes what ONNX has no operator for."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.special.bessel_j0(super().forward(x))
