"""Strategies over bit strings with one fault each, for the tests of the checks."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from evo.conformance.case import StrategyCase, begun
from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.base import SearchStrategy
from tests.toy import BitStrings


class Sound(SearchStrategy):
    """Mutates the last trial with a score."""

    def __init__(self) -> None:
        self.last: Evaluation | None = None

    def ask(self, rng: np.random.Generator) -> Any:
        if self.last is None:
            return Proposal(self.space.sample(rng))
        return Proposal(self.space.mutate(self.last.candidate, rng), self.last.trial_id, self.last.fitness)

    def tell(self, evaluation: Evaluation) -> None:
        if evaluation.status is Status.COMPLETED:
            self.last = evaluation


class Prepared(Sound):
    """Proposes random candidates first, and says so."""

    first = 3

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def needs_telling(self) -> bool:
        return self.asked >= self.first

    def ask(self, rng: np.random.Generator) -> Any:
        self.asked += 1
        return Proposal(self.space.sample(rng)) if self.asked <= 3 else super().ask(rng)


class Overconfident(Prepared):
    """Says so of a proposal too many."""

    first = 4


def case_of(kind: Callable[[], Any], trials: int = 12) -> StrategyCase:
    """Return the case of a kind of strategy."""
    space = BitStrings()
    return StrategyCase(lambda: begun(kind(), space), space, trials=trials)


def asking(change: Callable[[Any, Proposal], Any]) -> type[Sound]:
    """Return a kind of strategy that proposes what ``change`` makes of itself and the right proposal."""

    class Changed(Sound):
        def ask(self, rng: np.random.Generator) -> Any:
            return change(self, super().ask(rng))

    return Changed


class Deaf(Sound):
    """Draws from generators of its own."""

    def ask(self, rng: np.random.Generator) -> Any:
        return super().ask(np.random.default_rng(3))


class Secret(Sound):
    """Draws from a generator that nobody can seed."""

    def ask(self, rng: np.random.Generator) -> Any:
        return super().ask(np.random.default_rng())


class Global(Sound):
    """Draws from a generator of the process."""

    def ask(self, rng: np.random.Generator) -> Any:
        return super().ask(np.random.default_rng(random.randrange(10**9)))


class Looking(Sound):
    """Looks at a generator of the process and leaves it."""

    def ask(self, rng: np.random.Generator) -> Any:
        return super().ask(np.random.default_rng(abs(hash(random.getstate()))))


class OneAtATime(Sound):
    """Waits for every score."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = False

    def ask(self, rng: np.random.Generator) -> Any:
        if self.waits:
            return None
        self.waits = True
        return super().ask(rng)

    def tell(self, evaluation: Evaluation) -> None:
        self.waits = False
        super().tell(evaluation)


class Optimist(Sound):
    """Expects that every trial has a score."""

    def tell(self, evaluation: Evaluation) -> None:
        assert evaluation.fitness is not None
        super().tell(evaluation)


class GivesUp(Sound):
    """Ends with the first failure."""

    ended = False

    def ask(self, rng: np.random.Generator) -> Any:
        return None if self.ended else super().ask(rng)

    def tell(self, evaluation: Evaluation) -> None:
        self.ended = self.ended or evaluation.fitness is None
        super().tell(evaluation)
