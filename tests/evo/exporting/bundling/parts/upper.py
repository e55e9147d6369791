"""What needs others."""

import torch
from torch import Tensor, nn

from tests.evo.exporting.bundling.parts.lower import Lower, double


class Upper(Lower):
    """Made of the other."""

    def __init__(self) -> None:
        self.value = torch.tensor(self.used())

    def unused(self) -> float:
        return double(1)


class Layer(nn.Module):
    """What torch calls."""

    def forward(self, x: Tensor) -> Tensor:
        return x

    def unused_too(self) -> float:
        return double(1)
