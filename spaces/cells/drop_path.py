"""Drop path: outputs of operations left out at random in training (FractalNet, Larsson et al., 2017; DARTS).

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


class DropPath:
    """Drops the output of modules for some images in training; what is kept is scaled up so that the mean stays.

    It changes neither the names of a network's state nor what the network computes in evaluation mode.
    """

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        """Watch the modules, whose outputs are maps [B, C, H, W]; nothing is dropped before ``set``."""
        self._chance, self._generator = 0.0, torch.Generator()
        for module in modules:
            module.register_forward_hook(self._dropped)

    def set(self, chance: float, generator: torch.Generator) -> None:
        """Drop with a chance of 0 to below 1 from now on, by draws of ``generator``; raises ValueError for another."""
        if not 0 <= chance < 1:
            raise ValueError(f"chance={chance}: at least 0 and less than 1 is needed")
        self._chance, self._generator = chance, generator

    def _dropped(self, module: nn.Module, inputs: Any, output: Tensor) -> Tensor | None:
        if not (module.training and self._chance):
            return None
        return output * kept_scale(self._chance, (len(output), 1, 1, 1), output, self._generator)


def kept_scale(chance: float, shape: Sequence[int], like: Tensor, generator: torch.Generator) -> Tensor:
    """Return zeros with this chance and 1 / (1 - chance) elsewhere, where ``like`` is and of its type."""
    drawn = torch.empty(shape, dtype=like.dtype, device=generator.device).bernoulli_(1 - chance, generator=generator)
    return drawn.div_(1 - chance).to(like.device)
