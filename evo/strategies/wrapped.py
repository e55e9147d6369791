"""A strategy around another: what it proposes is for the class to say, all else goes to the one within."""

from collections.abc import Sequence
from typing import Any

from evo.records.trial import Evaluation
from evo.strategies.base import SearchStrategy, summary_of, waits_for_tells
from evo.strategies.fitting import FitRequest, FittingStrategy, wanted_fit
from evo.strategies.screening import ScreeningStrategy, ScreenRequest, screen_name, wanted_screen
from fitness.predictors.base import FittedState


class WrappedStrategy(FittingStrategy, ScreeningStrategy):
    """Has the traits of the strategy within, which may be of a class of somebody's own, and passes on what it hears."""

    def __init__(self, within: Any) -> None:
        """Keep a strategy that has been begun."""
        self._within = within
        known = isinstance(within, SearchStrategy)
        self.draws_from_space = within.draws_from_space if known else True
        self.draws_everything = within.draws_everything if known else False

    def tell(self, evaluation: Evaluation) -> None:
        """Pass it on."""
        self._within.tell(evaluation)

    def fit_request(self) -> FitRequest | None:
        """Return what the strategy within waits for."""
        return wanted_fit(self._within)

    def take_fit(self, state: FittedState) -> None:
        """Pass it on to the strategy that has asked for it."""
        if isinstance(self._within, FittingStrategy):
            self._within.take_fit(state)

    def screened_by(self) -> str | None:
        """Return what the strategy within screens with."""
        return screen_name(self._within)

    def screen_request(self) -> ScreenRequest | None:
        """Return the cheap scores that the strategy within waits for."""
        return wanted_screen(self._within)

    def take_screen(self, scores: Sequence[float | None]) -> None:
        """Pass them on to the strategy that has asked for them."""
        if isinstance(self._within, ScreeningStrategy):
            self._within.take_screen(scores)

    def needs_telling(self) -> bool:
        """Return what the strategy within says; True where it is of a class that does not say."""
        return waits_for_tells(self._within)

    def summary_lines(self) -> Sequence[str]:
        """Return what the strategy within has to say."""
        return summary_of(self._within)
