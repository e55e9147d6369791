"""Random choices among the candidates of every edge.

Letters: E edges of a cell, K candidate operations of each of them, N candidates drawn.
"""

import torch
from torch import Tensor


def gumbel(like: Tensor, generator: torch.Generator) -> Tensor:
    """Return finite draws from the standard Gumbel distribution, where and in the shape and type that ``like`` has."""
    noise = _gumbel(like, generator)
    while not noise.isfinite().all():  # an exponential draw may be 0, whose logarithm is none
        noise = _gumbel(like, generator)
    return noise.to(like.device)


def sample(logits: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return N different candidates of every edge [E, N], drawn one after the other from its softmax.

    logits: [E, K], -inf for what must not be drawn. The order is that of drawing; the result is where the generator
    is. The largest of logits plus Gumbel noise are such a draw (Vieira, 2014).
    """
    known = logits.detach().to(generator.device)
    return (known + gumbel(known, generator)).topk(count, dim=1).indices


def _gumbel(like: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.empty(like.shape, dtype=like.dtype, device=generator.device)
    return drawn.exponential_(generator=generator).log_().neg_()
