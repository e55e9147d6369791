"""Trainings that are given up at a rung, when they fall too slowly to end at the threshold.

A loss falls by about a power of the number of steps. One of 2 after 10 steps, which falls at most by the power .3, ends
after 100 at 2 x (10 / 100) ^ .3 = 1.0 or more. Where that is below the threshold, the other steps are spared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import index

import torch
from torch import Tensor

from fitness.base import AbandonedError
from tasks import UsageError
from tasks.foundation.errors import bounded
from tasks.foundation.ranges import check_range

RUNG = "rung"
"""The metric of an abandoned trial that says after how many steps, or for a proxy task steps of each member, it was."""
LOSS_AT_RUNG = "loss at rung"
STEPS = "steps"
"""The metric that says how many steps the training would have had."""
SLOPE = 0.25
"""Of 100 cells of NAS-Bench-201, regression with task N, 19 of 20 fell by this power or less of 10, 20 or 30 steps."""
_STEEPEST = 10.0
_LONGEST = 80


def check_rungs(rungs: Sequence[int], whole: int | None = None) -> None:
    """Raise UsageError unless these are ascending numbers of steps from 1 on, below the ``whole`` training's."""
    highest = () if whole is None else (whole,)
    ladder = (0, *rungs, *highest)
    if any(low >= high for low, high in pairwise(ladder)):
        given = bounded(",".join(map(str, rungs)), _LONGEST)
        below = "" if whole is None else f" to below fitness.steps={whole}"
        raise UsageError(f"fitness.rungs={given}: ascending numbers of steps are needed, from 1{below}")


def settle_rungs(given: int | str | Sequence[int]) -> tuple[int, ...]:
    """Return the steps of an option such as ``10,30``; raises UsageError for what are no whole numbers."""
    parts = given.split(",") if isinstance(given, str) else [given] if isinstance(given, int) else given
    try:
        return tuple(int(part) if isinstance(part, str) else index(part) for part in parts) if given else ()
    except (TypeError, ValueError):
        said = bounded(repr(given), _LONGEST)
        raise UsageError(f"fitness.rungs={said}: numbers of steps are needed, e.g. 10,30") from None


@dataclass(frozen=True)
class Race:
    """When trainings are given up.

    rungs: numbers of steps, ascending
    slope: the power of the number of steps by which a loss falls at most, from 0, where it never falls
    """

    rungs: tuple[int, ...] = ()
    slope: float = SLOPE

    def __post_init__(self) -> None:
        """Raise UsageError for numbers out of range."""
        check_range("fitness.rung_slope", self.slope, 0, _STEEPEST)
        if self.slope != SLOPE and not self.rungs:
            raise UsageError(f"fitness.rung_slope={self.slope:g}: fitness.rungs alone have one; give these, too")
        check_rungs(self.rungs)

    def check(self, losses: Sequence[Tensor], steps: int, threshold: float | None) -> None:
        """Raise AbandonedError at a rung from which the threshold is out of reach.

        It is compared with what may be left of the mean loss of the last third of the steps so far. A loss that is not
        finite is left alone: its training ends with the reason.

        losses: those so far; steps: of the whole training; threshold: as in EvalContext, None for no rungs
        """
        rung = len(losses)
        if threshold is None or rung not in self.rungs or rung >= steps:
            return
        loss = last_third(losses)
        least = loss * (rung / steps) ** self.slope
        if -least < threshold:
            said = f"a loss of {loss:.4f} after {rung} of {steps} steps is not expected to end below {least:.4f}"
            found = {RUNG: float(rung), LOSS_AT_RUNG: loss, STEPS: float(steps)}
            raise AbandonedError(f"{said}; {-threshold:.4f} is needed", found)


def last_third(losses: Sequence[Tensor]) -> float:
    """Return the mean loss of the last third of these steps, of the last one where they are fewer than three."""
    return float(torch.stack([*losses[-max(len(losses) // 3, 1) :]]).float().mean())


NO_RACE = Race()
"""Every training is made to its end."""
