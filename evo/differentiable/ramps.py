"""Quantities that change evenly from one epoch to the next."""

from evo.differentiable.base import Moment


def ramp(start: float, end: float, moment: Moment) -> float:
    """Return ``start`` in the first epoch, ``end`` in the last, in between what lies on a line; of one, ``start``."""
    return start + (end - start) * moment.epoch / max(1, moment.epochs - 1)
