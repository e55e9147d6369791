"""The contract of strategies that learn a predictor from what they were told, before they propose more.

While such a strategy wants a fit it is neither asked nor told, so that what it has been told by then, and with it all
that it proposes, never depends on how long the fit takes.
"""

from abc import abstractmethod
from dataclasses import dataclass

from evo.strategies.base import SearchStrategy
from fitness.predictors.base import FittedState, Labelled, Predictor
from tasks import derive_seed


@dataclass(frozen=True)
class FitRequest:
    """What is to be fitted: a predictor, on labelled candidates, with a seed."""

    predictor: Predictor
    labelled: Labelled
    seed: int


class FittingStrategy(SearchStrategy):
    """One that has a predictor fitted; where nobody makes its fits, ``ask`` returns None while it waits for one."""

    @abstractmethod
    def fit_request(self) -> FitRequest | None:
        """Return what it needs fitted before it is asked or told again, None where it needs nothing.

        It follows from what the strategy was told, not from being asked, and stays the same until it is handed the fit.
        Nobody makes one where no trial is to be proposed any more.
        """

    @abstractmethod
    def take_fit(self, state: FittedState) -> None:
        """Take what the fit that it asked for has learnt; raises UsageError for what is of no use to it."""


def wanted_fit(strategy: object) -> FitRequest | None:
    """Return the fit that a strategy waits for, None where it waits for none."""
    return strategy.fit_request() if isinstance(strategy, FittingStrategy) else None


def request_fit(predictor: Predictor, labelled: Labelled) -> FitRequest:
    """Return a request whose seed follows from the labelled candidates, and through them from the run's seed."""
    return FitRequest(
        predictor, labelled, derive_seed(0, "fit", *labelled.texts, *(float(label).hex() for label in labelled.labels))
    )
