"""The contract of predictors: models that learn from labelled candidates to rank others.

Letters: N candidates, T tiers of quality.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks import UsageError
from tasks.foundation.abilities import abilities_of

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

    def of(self, numbers: Iterable[int]) -> "Labelled":
        """Return the rows of these numbers, in their order."""
        chosen = list(numbers)
        return Labelled(tuple(self.texts[row] for row in chosen), tuple(self.labels[row] for row in chosen))

    def check_learnable(self, fewest: int) -> None:
        """Raise UsageError for less than ``fewest`` candidates, and where all labels are equal."""
        if reason := unlearnable(self.labels, fewest):
            raise UsageError(reason)


def unlearnable(labels: Sequence[float], fewest: int) -> str | None:
    """Return why nothing can be learnt from labels: less than ``fewest``, or all equal; None where something can."""
    if len(labels) < fewest:
        return f"{len(labels)} labelled candidates: at least {fewest} are needed to learn from"
    if min(labels) == max(labels):
        return f"all {len(labels)} labels are {labels[0]:g}: nothing can be learnt from them"
    return None


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
    """A model and its options; tiny, and sent to where it is fitted.

    A class that has ``fit`` and ``restore`` but not this base is taken as well: ``of`` puts in the defaults.
    """

    label: str = ""
    """What the labels are, e.g. a column of a table; a state that learnt from others is refused. Empty: anything."""

    def accepts(self, space: object) -> str | None:
        """Return why candidates of a space cannot be ranked, None where they can."""
        return None

    def fewest(self) -> int:
        """Return how many labelled candidates it needs to learn from; ``fit`` refuses less."""
        return 2

    @abstractmethod
    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        """Learn from labelled candidates, in one thread and the same for the same seed.

        Raises UsageError for labels from which nothing can be learnt.
        """

    @abstractmethod
    def restore(self, space: Any, state: FittedState) -> Fitted:
        """Return what a fit has learnt, ready to predict.

        Raises UsageError for a state of another model, space or kind of label.
        """

    @classmethod
    def of(cls, plain: Any) -> "Predictor":
        """Return a predictor as it is, or what has its methods with the defaults for what it lacks."""
        return plain if isinstance(plain, Predictor) else PlainPredictor(plain)


class PlainPredictor(Predictor):
    """A predictor that is not derived from the base class, with its defaults."""

    def __init__(self, plain: Any) -> None:
        """Hand on what ``plain`` has."""
        self._plain = plain
        vars(self).update(abilities_of(plain, Predictor))

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        """Learn from labelled candidates."""
        state: FittedState = self._plain.fit(space, labelled, seed)
        return state

    def restore(self, space: Any, state: FittedState) -> Fitted:
        """Return what a fit has learnt."""
        fitted: Fitted = self._plain.restore(space, state)
        return fitted
