"""Who is within the bounds: candidates' sizes, each counted once, and what of them goes into a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from evo.constraints.constraint import Constraint, SizeName
from evo.records.failures import OutsideConstraintsError
from spaces import Complexity

Count = Callable[[str], Complexity | None]
"""The size of the network of a candidate's text, None where that cannot be built."""
CACHED = 100_000
"""Candidates whose sizes are kept."""
MOST_TRIES = 1_000
"""Candidates drawn, or proposals asked for, until one is within."""
PREFIX = "constraint."
"""Of a row's metrics that hold the size at which it was counted, where that is not the search's own."""


class SizeLimits:
    """Bounds on what networks cost, and the sizes of candidates.

    A candidate whose network cannot be built has no size, and is not outside: its trial says what is wrong with it. One
    that can be built for the search, but not at the size at which it is counted, is outside.
    """

    def __init__(self, constraints: Sequence[Constraint], own: Count, asked: Count | None = None) -> None:
        """Count nothing yet; own: at the size of the search, asked: at the one where bounds hold, None for the same."""
        self.constraints = tuple(constraints)
        self._own, self._asked = own, asked
        self._sizes: dict[str, Complexity | None] = {}

    def __str__(self) -> str:
        """Return the bounds with commas between."""
        return ", ".join(map(str, self.constraints))

    def size(self, text: str) -> Complexity | None:
        """Return a candidate's size where bounds hold, None where its network cannot be built."""
        if text not in self._sizes:
            if len(self._sizes) >= CACHED:
                self._sizes.clear()
            self._sizes[text] = (self._asked or self._own)(text)
        return self._sizes[text]

    def admits(self, text: str) -> bool:
        """Return whether a candidate may be tried."""
        size = self.size(text)
        if size is None:
            return self._asked is None or self._own(text) is None
        return all(constraint.admits(size) for constraint in self.constraints)

    def excess(self, size: Complexity) -> float:
        """Return how far a size is outside, 0 for not at all: the sum of what exceeds, as parts of the bounds."""
        return sum(constraint.excess(size) for constraint in self.constraints)

    def refusal(self, text: str) -> str:
        """Return why a candidate may not be tried."""
        size = self.size(text)
        return f"is outside {self}: {'cannot be built there' if size is None else said(size)}"

    def noted(self, metrics: Mapping[str, float], text: str) -> Mapping[str, float]:
        """Return a row's metrics with the size at which the candidate was counted, where that is not the search's."""
        if self._asked is None:
            return metrics
        others = {name: value for name, value in metrics.items() if not name.startswith(PREFIX)}
        size = self.size(text)
        own = {} if size is None else {SizeName.PARAMS: float(size.params), SizeName.MACS: float(size.macs)}
        return others | {f"{PREFIX}{name}": value for name, value in own.items()}


@dataclass
class Refused:
    """The candidates of a search that were outside: how many, and the size nearest to the bounds among them."""

    limits: SizeLimits
    count: int = 0
    nearest: Complexity | None = None
    _least: float = field(default=float("inf"), repr=False)

    def takes(self, text: str) -> bool:
        """Return whether a candidate may be tried; one that may not is counted."""
        if self.limits.admits(text):
            return True
        self.count += 1
        size = self.limits.size(text)
        if size is not None and (excess := self.limits.excess(size)) < self._least:
            self.nearest, self._least = size, excess
        return False

    def give_up(self) -> NoReturn:
        """Raise OutsideConstraintsError, with the nearest size that was seen."""
        seen = "" if self.nearest is None else f"; the nearest size seen is {said(self.nearest)}"
        raise OutsideConstraintsError(
            f"none of {MOST_TRIES:,} candidates in a row is within {self.limits}{seen}; what was scored is saved, and "
            "wider constraints are another run"
        )

    def lines(self) -> list[str]:
        """Return how many there were, in a line."""
        return [f"{self.count:,} proposal{'' if self.count == 1 else 's'} outside the constraints ({self.limits})"]


def said(size: Complexity) -> str:
    """Return a size in words."""
    return f"{size.params:,} {SizeName.PARAMS}, {size.macs:,} {SizeName.MACS}"
