"""Regularized (aging) evolution (Real et al., 2019): the oldest member dies, not the worst.

P is ``population``, S is ``tournament``. With a look-ahead above one this is the paper's asynchronous form: a parent
is chosen among the members known when its child is proposed.
"""

from collections import deque
from heapq import nsmallest
from math import comb
from typing import Any, ClassVar

import numpy as np

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.base import SearchStrategy
from spaces import SearchSpace
from tasks import UsageError
from tasks.foundation.ranges import check_range

MOST_MEMBERS = 1_000_000


class RegularizedEvolution(SearchStrategy):
    """P random candidates, then children of tournament winners; the population is the last P that completed.

    population: members alive at once, 1 to ``MOST_MEMBERS``
    tournament: members drawn without replacement per parent, between 1 and ``population``
    least_wins: tournaments that a candidate must be expected to win in its life to be of use; where a fitness gives up
        those that are not, most of its work is for the others. 0: of use is whatever can win any
    """

    draws_everything = True
    later_options: ClassVar[tuple[str, ...]] = ("least_wins",)

    def __init__(self, *, population: int = 50, tournament: int = 10, least_wins: float = 0.0) -> None:
        """Raise UsageError for a number out of range, and for a tournament outside 1 to ``population``."""
        check_range("--population", population, 1, MOST_MEMBERS)
        if not 1 <= tournament <= population:
            raise UsageError(f"--tournament {tournament}: must be between 1 and the population ({population})")
        check_range("strategy.least_wins", least_wins, 0, 1)
        self.population = population
        self.tournament = tournament
        self.least_wins = least_wins
        self._unborn = population
        self._least_rank = least_rank(population, tournament, least_wins)
        self._members: deque[Evaluation] = deque(maxlen=population)

    def begin(self, space: SearchSpace[Any], *, expected: int = 0) -> None:
        """Search ``space``; candidates that are expected take the place of random ones in the first population."""
        super().begin(space)
        self._unborn = max(self.population - expected, 0)

    def needs_telling(self) -> bool:
        """Return whether the first population is proposed; until then no member has a say, nor is there a threshold."""
        return self._unborn <= 0

    def ask(self, rng: np.random.Generator) -> Proposal:
        """Return a random candidate for the first population, later a mutated tournament winner.

        The threshold is the fitness below which it would not become a parent itself.
        """
        if self._unborn > 0 or len(self._members) < self.tournament:
            candidate = self.space.sample(rng)
            self._unborn -= 1  # not before: a draw that finds nothing leaves no trace
            return Proposal(candidate, threshold=self._threshold())
        parent = self._winner(rng)
        return Proposal(self.space.mutate(parent.candidate, rng), parent.trial_id, self._threshold())

    def tell(self, evaluation: Evaluation) -> None:
        """Add a completed trial as the youngest member; the oldest dies once there are more than P."""
        if evaluation.status is Status.COMPLETED:
            self._members.append(evaluation)

    def _threshold(self) -> float | None:
        """Return the fitness that a candidate needs to be of use as a parent; None before all P members are alive.

        It is the fitness of the member of ``least_rank``, the S-th lowest unless ``least_wins`` is given. At most S - 1
        are below that, so a candidate below it, too, could win only one tournament: that among itself and all of those.

        This stays true for as long as the candidate would live. What is proposed later has this threshold or a higher
        one: it either joins above the threshold, or is abandoned and does not join. Members below it only die. Two
        kinds of trials are exceptions and may join below it: those proposed before, under a lower threshold, and those
        that reuse an earlier score.

        There is no threshold in a tournament of one, which any member can win, nor in a population that still grows.
        """
        if self.tournament == 1 or len(self._members) != self._members.maxlen:
            return None
        return nsmallest(self._least_rank, map(_fitness, self._members))[-1]

    def _winner(self, rng: np.random.Generator) -> Evaluation:
        drawn = rng.choice(len(self._members), size=self.tournament, replace=False)
        return max((self._members[int(i)] for i in drawn), key=_fitness)


def least_rank(population: int, tournament: int, least_wins: float) -> int:
    """Return the rank, 1 being the lowest fitness, from which a member is expected to win ``least_wins`` tournaments.

    That of rank r wins where it is drawn with S - 1 of the r - 1 below it, and lives for P tournaments. With
    ``least_wins`` of 0 it is S: a lower one wins none.
    """
    drawn, needed = comb(population, tournament), least_wins / population
    ranks = range(tournament, population)
    return next((rank for rank in ranks if comb(rank - 1, tournament - 1) / drawn >= needed), population)


def _fitness(member: Evaluation) -> float:
    assert member.fitness is not None  # only completed trials are members
    return member.fitness
