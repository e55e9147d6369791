"""The parts of a post-norm Transformer (Vaswani et al., 2017) as NAR has them.

Letters: B batch, L queries, S memory tokens, D numbers of a token, H heads of width K.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

NORM_EPS = 1e-6


@dataclass(frozen=True)
class LayerShape:
    """Sizes of a layer: D = ``width``, H = ``heads``, K = ``head_width``; hidden: of its feed-forward part."""

    width: int
    heads: int
    head_width: int
    hidden: int
    dropout: float


class Attention(nn.Module):
    """What every query reads of a memory, added to it, and normalised; no projection has a bias."""

    def __init__(self, shape: LayerShape) -> None:
        """Make the four projections."""
        super().__init__()
        inner = shape.heads * shape.head_width
        self._heads = shape.heads
        self.query = nn.Linear(shape.width, inner, bias=False)
        self.key = nn.Linear(shape.width, inner, bias=False)
        self.value = nn.Linear(shape.width, inner, bias=False)
        self.out = nn.Linear(inner, shape.width, bias=False)
        self.dropout = nn.Dropout(shape.dropout)
        self.norm = nn.LayerNorm(shape.width, NORM_EPS)

    def forward(self, queries: Tensor, memory: Tensor) -> Tensor:
        """Map queries [B, L, D] and a memory [B, S, D] to [B, L, D]; weights of a head are scaled by K^-0.5."""
        read = functional.scaled_dot_product_attention(
            self._split(self.query(queries)), self._split(self.key(memory)), self._split(self.value(memory))
        )
        joined: Tensor = self.norm(self.dropout(self.out(read.transpose(1, 2).flatten(2))) + queries)
        return joined

    def _split(self, projected: Tensor) -> Tensor:
        """Return [B, H, L, K] of [B, L, H * K]."""
        return projected.reshape(*projected.shape[:2], self._heads, -1).transpose(1, 2)


class FeedForward(nn.Module):
    """Two linear layers with a ReLU between, added to their input, and normalised."""

    def __init__(self, shape: LayerShape) -> None:
        """Make the layers."""
        super().__init__()
        self.into = nn.Linear(shape.width, shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.width)
        self.dropout = nn.Dropout(shape.dropout)
        self.norm = nn.LayerNorm(shape.width, NORM_EPS)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., D] to the same shape."""
        normalised: Tensor = self.norm(self.dropout(self.out(functional.relu(self.into(x)))) + x)
        return normalised


class Placed(nn.Module):
    """Vectors by a linear map, each with its place in the sequence added, and normalised."""

    def __init__(self, inputs: int, tokens: int, shape: LayerShape) -> None:
        """Take sequences of ``tokens`` vectors of so many ``inputs``."""
        super().__init__()
        self.map = nn.Linear(inputs, shape.width)
        self.dropout = nn.Dropout(shape.dropout)
        self.norm = nn.LayerNorm(shape.width, NORM_EPS)
        self.register_buffer("_places", sinusoids(tokens, shape.width), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., S, inputs] to [..., S, D]."""
        normalised: Tensor = self.norm(self.dropout(self.map(x)) + self._places)
        return normalised


def sinusoids(tokens: int, width: int) -> Tensor:
    """Return [S, D]: at even d sin(s / 10000^(d / D)), at the odd d after it the cosine of the same angle."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = torch.arange(tokens)[:, None] * rates
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(1)[:, :width]
