"""Architecture parameters as the processor knows them, which decides by them what a GPU computes next.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

HOST = torch.device("cpu")


class KnownValues:
    """Copies of parameters, made of all cells at once, and anew only once a parameter has changed.

    Where operations are drawn, the processor has to know parameters before it can say what is run: it waits for a GPU
    once after a step that moves them, however many cells are drawn in however many passes.

    Changes are noticed where torch counts them. Fused optimisers count none: whoever sees a step calls ``forget``.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._states: tuple[tuple[int, int], ...] = ()
        self._copies: dict[str, Tensor] = {}

    def of(self, parameters: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the values [E, K] of each cell's parameters, through which no gradient goes."""
        states = tuple((values.data_ptr(), values._version) for values in parameters.values())
        if states != self._states or self._copies.keys() != parameters.keys():
            self._copies, self._states = _copied(parameters), states
        return self._copies

    def forget(self) -> None:
        """Copy anew when asked next, whatever the parameters are then."""
        self._states = ()


def moved(values: Tensor, device: torch.device) -> Tensor:
    """Return values on a device; the processor goes on while they are on their way to a GPU."""
    return values.to(device, non_blocking=device.type != HOST.type)


def _copied(parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
    if not parameters:
        return {}
    together = torch.cat([values.detach().flatten() for values in parameters.values()]).to(HOST)
    parts = torch.split(together, [values.numel() for values in parameters.values()])
    return {name: part.view_as(values) for (name, values), part in zip(parameters.items(), parts, strict=True)}
