"""How far what a file computes is from what its network computes.

Letters: B batch, C channels, H height, W width, L length of a sequence, D values in each of its steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from spaces import InputSpec, SequenceSpec
from tasks.foundation.errors import UsageError

Spec = InputSpec | SequenceSpec
BATCHES = (1, 5)
"""Sizes of the batches by which files are compared: one input alone, and several."""
LIMIT = 1e-4
"""Largest difference over largest output from which on a file is refused: rounding stays below 1e-5."""
_SEED = 0


@dataclass(frozen=True)
class Agreement:
    """Largest difference of a file's outputs from torch's, over torch's largest output; batches: sizes compared."""

    difference: float
    batches: tuple[int, ...]

    def __str__(self) -> str:
        """Return it in a sentence."""
        sizes = " and ".join(map(str, self.batches))
        return f"outputs differ from torch's by {self.difference:.1e} of the largest, at batches of {sizes}"


def agreement_of(
    network: nn.Module, spec: Spec, computes: Callable[[Tensor], Tensor], *, batches: tuple[int, ...] = BATCHES
) -> Agreement:
    """Return how far ``computes`` is from a network in evaluation mode; infinite where either is not finite.

    computes: maps inputs [B, C, H, W], or sequences [L, B, D], to outputs as the network does
    """
    worst = 0.0
    with torch.no_grad():
        for x in probes(spec, batches):
            worst = max(worst, _difference(network(x), computes(x)))
    return Agreement(worst, batches)


def check_agreement(agreement: Agreement, named: str) -> None:
    """Raise UsageError where a file is too far from its network; named: the file's format."""
    if not agreement.difference < LIMIT:
        raise UsageError(
            f"--format {named}: {agreement}; at most {LIMIT:g} is allowed, so nothing was written; take another format"
        )


def probes(spec: Spec, batches: tuple[int, ...] = BATCHES) -> Iterator[Tensor]:
    """Yield inputs of normal numbers, one for each size of a batch, the same every time."""
    generator = torch.Generator().manual_seed(_SEED)
    for batch in batches:
        yield torch.randn(spec.shape(batch), generator=generator, dtype=torch.float32)


def _difference(wanted: Tensor, found: Tensor) -> float:
    if wanted.shape != found.shape or not (wanted.isfinite().all() and found.isfinite().all()):
        return float("inf")
    largest, apart = float(wanted.abs().max()), float((wanted - found).abs().max())
    return apart / largest if largest else (float("inf") if apart else 0.0)
