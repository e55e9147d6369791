"""What untrained recurrent networks are measured on: sentences of random words, read with the batch in front.

Letters: B batch, L steps, D words there are, K logits.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import SequenceSpec


def draw_sentences(count: int, shape: SequenceSpec, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return evenly drawn words, one-hot in [B, L, D], and as label [B, L] of every step the word after it."""
    words = torch.from_numpy(rng.integers(shape.width, size=(count, shape.length + 1)))
    return functional.one_hot(words[:, :-1], shape.width).float(), words[:, 1:].contiguous()


class BatchFirst(nn.Module):
    """A recurrent network with the batch in front, as measures of networks that read images expect it."""

    def __init__(self, network: nn.Module) -> None:
        """See ``network``, which maps [L, B, D] to [L, B, K]."""
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, L, D] to [B, K, L]."""
        logits: Tensor = self.network(x.transpose(0, 1))
        return logits.permute(1, 2, 0)
