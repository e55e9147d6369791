"""How many members a step sees, how many steps there are, and at which rate (NAR, Guo et al., 2022)."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.ranker.settings import RankerSettings

FEW_BATCHES = 4
"""Published batches below which members are few: they are then cut into as many parts, and none is left out."""
FEWEST_STEPS = 400
_WARM_UP_SHARE = 10  # of few members the rate rises for a tenth of all steps


@dataclass(frozen=True)
class Schedule:
    """Plan of a training; parts: batches of an epoch; batch: their size, 0 for parts that are as equal as can be."""

    members: int
    parts: int
    batch: int
    epochs: int
    warm_up: int

    @classmethod
    def of(cls, settings: RankerSettings, members: int, epochs: int = 0) -> "Schedule":
        """Return the plan for so many members to learn from; epochs: where they are not to be those of the size."""
        if members >= FEW_BATCHES * settings.batch:
            parts = members // settings.batch
            return cls(members, parts, settings.batch, epochs or settings.epochs, settings.warm_up)
        enough = epochs or max(settings.epochs, ceil(FEWEST_STEPS / FEW_BATCHES))
        return cls(members, FEW_BATCHES, 0, enough, ceil(enough * FEW_BATCHES / _WARM_UP_SHARE))

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Yield the numbers of the members of each step of an epoch; where ``batch`` is given the rest is left out."""
        order = rng.permutation(self.members)
        if self.batch:
            order = order[: self.parts * self.batch]
        yield from np.array_split(order, self.parts)


def rate(step: int, width: int, multiplier: float, warm_up: int) -> float:
    """Return the rate of step 1, 2, ...: multiplier width^-0.5 min(step^-0.5, step warm_up^-1.5)."""
    return float(multiplier * width**-0.5 * min(step**-0.5, step * warm_up**-1.5))
