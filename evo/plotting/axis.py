"""An axis of a plot: where a value lies on it, and its ticks; crowded values are spread by logarithms or by ranks.

Letters: N values. Lengths are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evo.display.readable_numbers import in_thousands
from tasks.foundation.errors import UsageError

TICKS = 5
CROWDED = 0.15
"""Share of an axis within which the middle 80 % of the values must not lie."""
SCALES = ("auto", "linear", "log", "rank")
"""What may be asked for; ``auto``: the first that is not crowded."""
_MARGIN = 0.04


class AxisScale(StrEnum):
    """How values are spread along an axis; what its name says of it."""

    LINEAR = ""
    LOGARITHMIC = ", logarithmic"
    RANKS = ", by rank"


_NAMED = {"linear": AxisScale.LINEAR, "log": AxisScale.LOGARITHMIC, "rank": AxisScale.RANKS}


@dataclass(frozen=True)
class PlotAxis:
    """Maps values to pixels from ``start`` to ``end``.

    knots: the values that lie at ``places`` between 0 and 1, both ascending; between them the scale decides
    """

    scale: AxisScale
    knots: Sequence[float]
    places: Sequence[float]
    start: float
    end: float

    @staticmethod
    def over(values: np.ndarray, start: float, end: float, scale: AxisScale | None = None) -> "PlotAxis":
        """Return the axis that holds values [N], all finite, with a margin at both ends; linear where there are none.

        scale: None for the first on which the middle of the values is not crowded
        """
        scale = (scale_for(values) if scale is None else scale) if len(values) else AxisScale.LINEAR
        if scale is AxisScale.RANKS:
            knots, places = _ranked(values)
            return PlotAxis(scale, knots, places, start, end)
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        if scale is AxisScale.LOGARITHMIC:
            low, high = np.log10(low), np.log10(high)
        margin = _MARGIN * (high - low) or 0.5 * abs(high) or 0.5
        return PlotAxis(scale, (low - margin, high + margin), (0.0, 1.0), start, end)

    @staticmethod
    def between(low: float, high: float, start: float, end: float) -> "PlotAxis":
        """Return the linear axis from one value to another, without margins."""
        return PlotAxis(AxisScale.LINEAR, (low, high), (0.0, 1.0), start, end)

    def at(self, value: float) -> float:
        """Return where a value lies."""
        position = np.log10(value) if self.scale is AxisScale.LOGARITHMIC else value
        place = float(np.interp(position, self.knots, self.places))
        return self.start + place * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return about ``TICKS`` values to write beside the axis: round ones, or those at even ranks."""
        if self.scale is AxisScale.RANKS:
            even = np.linspace(self.places[0], self.places[-1], TICKS)
            nearest = np.abs(np.asarray(self.places)[:, None] - even).argmin(axis=0)
            return [self.knots[i] for i in np.unique(nearest)]
        if self.scale is AxisScale.LOGARITHMIC:
            return _powers(self.knots[0], self.knots[-1])
        return _round_numbers(self.knots[0], self.knots[-1])

    def shown(self, tick: float) -> str:
        """Return a tick as it is written beside the axis: those at ranks in four digits, large ones in thousands."""
        return in_thousands(tick, 4 if self.scale is AxisScale.RANKS else 6)


def scale_named(asked: str, values: np.ndarray, *, option: str = "scale") -> AxisScale:
    """Return a scale by its name for values [N], ``auto`` for the first that fits.

    Raises UsageError for a name that is none, and for logarithms of what is not above zero.
    """
    if asked == "auto":
        return scale_for(values) if len(values) else AxisScale.LINEAR
    if asked not in _NAMED:
        raise UsageError(f"{option}={asked!r:.80}: must be one of {', '.join(SCALES)}")
    if asked == "log" and len(values) and values.min() <= 0:
        raise UsageError(f"{option}='log': {values.min():.6g} has no logarithm; take 'rank', 'linear' or 'auto'")
    return _NAMED[asked]


def scale_for(values: np.ndarray) -> AxisScale:
    """Return the first scale on which the middle of values [N] is not crowded: linear, logarithmic, by rank."""
    if not _is_crowded(values):
        return AxisScale.LINEAR
    if values.min() > 0 and values.max() / values.min() >= 10 and not _is_crowded(np.log10(values)):
        return AxisScale.LOGARITHMIC
    return AxisScale.RANKS


def _is_crowded(values: np.ndarray) -> bool:
    if len(np.unique(values)) <= 2:
        return False
    low, high = np.percentile(values, [10, 90])
    return bool(high - low < CROWDED * np.ptp(values))


def _ranked(values: np.ndarray) -> tuple[list[float], list[float]]:
    """Return the distinct values, and the place of each by its average rank."""
    distinct, counts = np.unique(values, return_counts=True)
    ranks = np.cumsum(counts) - counts / 2
    places = _MARGIN + (1 - 2 * _MARGIN) * ranks / len(values)
    return distinct.tolist(), places.tolist()


def _powers(low: float, high: float) -> list[float]:
    """Return whole powers of ten within the logarithms, every one or every so many, with 2 and 5 of each where few."""
    first, last = int(np.ceil(low)), int(np.floor(high))
    step = max(1, -(-(last - first) // TICKS))
    found = [10.0**power for power in range(first, last + 1, step)]
    if len(found) < 3:
        digits = [times * 10.0**power for power in range(first - 1, last + 1) for times in (1, 2, 5)]
        found = [tick for tick in digits if low <= np.log10(tick) <= high]
    return found if len(found) > 1 else [float(f"{10**at:.2g}") for at in np.linspace(low, high, 4)[1:3]]


def _round_numbers(low: float, high: float) -> list[float]:
    rough = (high - low) / TICKS
    unit = 10.0 ** np.floor(np.log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
    return [float(step * i) for i in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
