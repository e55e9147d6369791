"""Random choices among the candidates of every edge.

Letters: E edges of a cell, K candidate operations of each of them, N candidates drawn.
"""

import torch
from torch import Tensor

from evo.differentiable.relaxations.known_values import moved
from spaces import Alphas


def gumbel(like: Tensor, generator: torch.Generator) -> Tensor:
    """Return finite draws from the standard Gumbel distribution, where and in the shape and type that ``like`` has."""
    noise = _gumbel(like, generator)
    while not noise.isfinite().all():  # an exponential draw may be 0, whose logarithm is none
        noise = _gumbel(like, generator)
    return moved(noise, like.device)


def sample(logits: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return N different candidates of every edge [E, N], drawn one after the other from its softmax.

    logits: [E, K], -inf for what must not be drawn. The order is that of drawing; the result is where the generator
    is. The largest of logits plus Gumbel noise are such a draw (Vieira, 2014).
    """
    known = logits.detach().to(generator.device)
    return (known + gumbel(known, generator)).topk(count, dim=1).indices


def generator_beside(alphas: Alphas, generator: torch.Generator) -> torch.Generator:
    """Return a generator that draws where parameters are: the given one, or where that is elsewhere one it seeds."""
    device = next(iter(alphas.operations.values())).device
    if generator.device.type == device.type:
        return generator
    seed = torch.randint(2**63 - 1, (), generator=generator, device=generator.device)
    return torch.Generator(device).manual_seed(int(seed))


def _gumbel(like: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.empty(like.shape, dtype=like.dtype, device=generator.device)
    return drawn.exponential_(generator=generator).log_().neg_()
