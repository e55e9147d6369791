"""The contract of strategies that learn a predictor from what they were told, before they propose more."""

from abc import abstractmethod
from dataclasses import dataclass

from evo.strategies.base import SearchStrategy
from fitness.predictors.base import FittedState, Labelled, Predictor


@dataclass(frozen=True)
class FitRequest:
    """What is to be fitted: a predictor, on labelled candidates, with a seed."""

    predictor: Predictor
    labelled: Labelled
    seed: int


class FittingStrategy(SearchStrategy):
    """One that has a predictor fitted; while it waits for that, ``ask`` returns None."""

    @abstractmethod
    def fit_request(self) -> FitRequest | None:
        """Return what it needs fitted before it proposes more, None where it needs nothing."""

    @abstractmethod
    def take_fit(self, state: FittedState) -> None:
        """Take what the fit that it asked for has learnt."""
