"""The phases of SSWP-NAS (Li et al., 2022): weights alone, then both levels, then cells are frozen one by one."""

from dataclasses import dataclass

from evo.differentiable.base import Moment


@dataclass(frozen=True)
class Phases:
    """Shares of the epochs: ``warm_up`` of weights alone, ``bilevel`` of both; the rest is left for freezing."""

    warm_up: float
    bilevel: float

    def __post_init__(self) -> None:
        """Raise ValueError for shares that leave nothing for freezing."""
        if not (self.warm_up >= 0 and self.bilevel >= 0 and self.warm_up + self.bilevel < 1):
            raise ValueError(
                f"warm_up={self.warm_up}, bilevel={self.bilevel}: shares of at least 0 and together below 1 are needed"
            )

    def is_warm(self, moment: Moment) -> bool:
        """Return whether the warm-up is over."""
        return moment.epoch >= round(self.warm_up * moment.epochs)

    def frozen(self, cells: int, moment: Moment) -> int:
        """Return how many of the cells are frozen in an epoch.

        The first is frozen when the third phase begins and the others at even distances, so that each has as many
        epochs to itself, also the last one before the search ends. The public program freezes that one after the end.
        """
        first = min(round((self.warm_up + self.bilevel) * moment.epochs), moment.epochs - 1)
        return sum(first + number * (moment.epochs - first) // cells <= moment.epoch for number in range(cells))
