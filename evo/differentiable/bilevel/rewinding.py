"""Going back to before an eigenvalue rose, and on with more weight decay: R-DARTS' adaptive form (Zela et al., 2020).

Where to go back to is as ``early_stop`` says, but no further than the last time. The optimisers begin anew there. Once
the decay would pass its largest value a search goes on to its end as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from evo.differentiable.bilevel.early_stop import LAG, WINDOW
from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.bilevel.trainer_state import Tensors

KEPT = LAG + WINDOW // 2 + 1
"""Measured epochs that a search may still go back to."""
_PREFIX = "past"


def decayed(settings: GradientSettings, rewinds: int) -> GradientSettings:
    """Return the settings after a search has gone back so many times."""
    return (
        replace(settings, weight_decay=settings.weight_decay * settings.decay_factor**rewinds) if rewinds else settings
    )


def may_rewind(settings: GradientSettings, rewinds: int) -> bool:
    """Return whether a search that has gone back so many times may do so once more."""
    if not settings.decay_factor:
        return False
    return decayed(settings, rewinds + 1).weight_decay <= settings.most_decay * (1 + _ROUNDING)


_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Weights and architecture parameters as an epoch left them; memory: what the variant remembered."""

    tensors: Tensors
    memory: Mapping[str, Any]


class Snapshots:
    """The measured epochs that a search may go back to."""

    def __init__(self, tensors: Mapping[str, Tensor], memories: Mapping[str, Mapping[str, Any]]) -> None:
        """Take out of a checkpoint's tensors those that ``tensors`` put there; memories: as ``memories`` gave them."""
        self._kept = {int(epoch): Snapshot(_under(epoch, tensors), memory) for epoch, memory in memories.items()}

    def keep(self, epoch: int, snapshot: Snapshot) -> None:
        """Keep a copy of a training on the processor, and forget those too old to be gone back to."""
        copied = {name: value.to("cpu", copy=True) for name, value in snapshot.tensors.items()}
        self._kept[epoch] = replace(snapshot, tensors=copied)
        for old in sorted(self._kept)[:-KEPT]:
            del self._kept[old]

    def go_back(self, epoch: int) -> Snapshot:
        """Return what an epoch left, and forget all later ones."""
        self._kept = {number: each for number, each in self._kept.items() if number <= epoch}
        return self._kept[epoch]

    def tensors(self) -> Tensors:
        """Return all of them by names of their own."""
        return {
            f"{_PREFIX}.{epoch}.{name}": value
            for epoch, snapshot in self._kept.items()
            for name, value in snapshot.tensors.items()
        }

    def memories(self) -> dict[str, Mapping[str, Any]]:
        """Return what the variant remembered, by epochs as texts, as JSON has them."""
        return {str(epoch): snapshot.memory for epoch, snapshot in self._kept.items()}


def _under(epoch: str, tensors: Mapping[str, Tensor]) -> Tensors:
    prefix = f"{_PREFIX}.{epoch}."
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
