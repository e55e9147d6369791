"""The contract of strategies that have several candidates scored cheaply, and propose the best of them.

While such a strategy waits for the cheap scores it is neither asked nor told, so that what it proposes never depends on
how long they take, nor on how many workers there are.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evo.strategies.base import SearchStrategy


@dataclass(frozen=True)
class ScreenRequest:
    """What is to be scored cheaply: candidates, and by which fitness, as text with its options."""

    fitness: str
    candidates: tuple[Any, ...]


class ScreeningStrategy(SearchStrategy):
    """One whose ``ask`` may return None for want of cheap scores; it is asked again, by the same rng, once it has them.

    Candidates that are only screened are no trials.
    """

    @abstractmethod
    def screened_by(self) -> str | None:
        """Return the fitness that screens, as text with its options; None where nothing is screened."""

    @abstractmethod
    def screen_request(self) -> ScreenRequest | None:
        """Return what it needs scored before it is asked or told again, the same until it is; None for nothing."""

    @abstractmethod
    def take_screen(self, scores: Sequence[float | None]) -> None:
        """Take the scores of the candidates it asked for, in their order, higher is better; None for a failure."""


def screen_name(strategy: object) -> str | None:
    """Return the fitness that a strategy screens with, as text; None where it screens nothing."""
    return strategy.screened_by() if isinstance(strategy, ScreeningStrategy) else None


def wanted_screen(strategy: object) -> ScreenRequest | None:
    """Return the cheap scores that a strategy waits for, None where it waits for none."""
    return strategy.screen_request() if isinstance(strategy, ScreeningStrategy) else None


def ranked(scores: Sequence[float | None]) -> list[int]:
    """Return the places of scores, the best first and the earlier of equals; failures come last, in their order."""
    return sorted(range(len(scores)), key=lambda place: _order(scores[place]))


def _order(score: float | None) -> tuple[bool, float]:
    return score is None, 0.0 if score is None else -score
