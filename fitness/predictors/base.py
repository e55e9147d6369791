"""The contract of predictors: models that learn from labelled candidates to rank others.

Letters: N candidates, T tiers of quality.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Texts of N candidates and a label [N] of each, higher is better."""

    texts: tuple[str, ...]
    labels: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ValueError where the two differ in length or a label is not finite."""
        if len(self.texts) != len(self.labels):
            raise ValueError(f"{len(self.texts)} candidates have {len(self.labels)} labels")
        if not np.isfinite(self.labels).all():
            raise ValueError("a label is not finite")


@dataclass(frozen=True)
class FittedState:
    """What a fit has learnt: arrays by name, and notes that JSON can hold."""

    arrays: Mapping[str, NDArray[Any]]
    notes: Mapping[str, Any]


class Fitted(ABC):
    """A predictor that has learnt."""

    @abstractmethod
    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the scores [N] of candidates, higher is better; raises ValueError for a text that is none."""


class TieredFitted(Fitted):
    """One that knows tiers, too."""

    @abstractmethod
    def tiers(self, texts: Sequence[str]) -> Floats:
        """Return the probability [N, T] of each tier, the best tier first."""


class Predictor(ABC):
    """A model and its options; tiny, and sent to where it is fitted."""

    def accepts(self, space: object) -> str | None:
        """Return why candidates of a space cannot be ranked, None where they can."""
        return None

    @abstractmethod
    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        """Learn from labelled candidates, in one thread and the same for the same seed.

        Raises UsageError for labels from which nothing can be learnt.
        """

    @abstractmethod
    def restore(self, space: Any, state: FittedState) -> Fitted:
        """Return what a fit has learnt, ready to predict; raises UsageError for a state of another model or space."""
