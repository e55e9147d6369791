"""Returning to before an eigenvalue rose, to continue with more weight decay: adaptive R-DARTS (Zela et al., 2020).

``early_stop`` says which epoch to return to; it is never before that of the last rewind. The optimisers start anew
there. Once the decay would exceed its largest value, a search continues to its end without rewinding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from evo.differentiable.bilevel.early_stop import LAG, WINDOW
from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.bilevel.trainer_state import Tensors

KEPT = LAG + WINDOW // 2 + 1
"""Measured epochs that a search may still return to."""
_PREFIX = "past"


def decayed(settings: GradientSettings, rewinds: int) -> GradientSettings:
    """Return the settings after so many rewinds."""
    return (
        replace(settings, weight_decay=settings.weight_decay * settings.decay_factor**rewinds) if rewinds else settings
    )


def may_rewind(settings: GradientSettings, rewinds: int) -> bool:
    """Return whether a search may rewind again after so many rewinds."""
    if not settings.decay_factor:
        return False
    return decayed(settings, rewinds + 1).weight_decay <= settings.most_decay * (1 + _ROUNDING)


_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Weights and architecture parameters as an epoch left them; memory: the state of the variant."""

    tensors: Tensors
    memory: Mapping[str, Any]


class Snapshots:
    """The measured epochs that a search may return to."""

    def __init__(self, tensors: Mapping[str, Tensor], memories: Mapping[str, Mapping[str, Any]]) -> None:
        """Take out of a checkpoint's tensors those that ``tensors`` put there; memories: as ``memories`` gave them."""
        self._kept = {int(epoch): Snapshot(_under(epoch, tensors), memory) for epoch, memory in memories.items()}

    def keep(self, epoch: int, snapshot: Snapshot) -> None:
        """Keep a copy of a training in the CPU's memory, and drop those that are too old to return to."""
        copied = {name: value.to("cpu", copy=True) for name, value in snapshot.tensors.items()}
        self._kept[epoch] = replace(snapshot, tensors=copied)
        for old in sorted(self._kept)[:-KEPT]:
            del self._kept[old]

    def rewind(self, epoch: int) -> Snapshot:
        """Return what an epoch left, and drop all later ones."""
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
        """Return the states of the variant, by epochs as texts, as JSON has them."""
        return {str(epoch): snapshot.memory for epoch, snapshot in self._kept.items()}


def _under(epoch: str, tensors: Mapping[str, Tensor]) -> Tensors:
    prefix = f"{_PREFIX}.{epoch}."
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
