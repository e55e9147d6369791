"""NSGA-II (Deb et al., 2002) for several objectives, one child at a time, as workers are free.

P is ``population``. The published algorithm waits for P children before it selects; here each that completes is
selected at once among the P members and itself (the steady state of Durillo et al., 2009), so that a look-ahead of any
size keeps workers busy: a parent is chosen among the members known when its child is proposed.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.fronts.crowding import front_distances
from evo.fronts.dominance import front_ranks
from evo.records.search_objectives import PREFIX
from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.base import SearchStrategy
from spaces import SearchSpace, candidate_key
from tasks.foundation.ranges import check_range

MOST_MEMBERS = 2_000
"""Members alive at once: all of them are compared with each other whenever one joins."""
MOST_TRIES = 1_000


class Nsga2(SearchStrategy):
    """P random candidates, then mutants of winners of binary tournaments: of the better front, else the lonelier one.

    Objectives are the fitness and whatever metrics of a trial begin with ``objective.``; higher is better of each. With
    the fitness alone the P best are the population.

    population: members alive at once, 2 to ``MOST_MEMBERS``
    tries: mutants that are drawn, each of a new parent, until one was not proposed before; the last is taken as it is
    """

    draws_everything = True

    def __init__(self, *, population: int = 50, tries: int = 10) -> None:
        """Raise UsageError for a number out of range."""
        check_range("--population", population, 2, MOST_MEMBERS)
        check_range("strategy.tries", tries, 1, MOST_TRIES)
        self.population = population
        self.tries = tries
        self._unborn = population
        self._expected = 0
        self._members: dict[str, Evaluation] = {}  # by key, the oldest first
        self._proposed: set[str] = set()
        self._standing: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None  # of the members, once asked for

    def begin(self, space: SearchSpace[Any], *, expected: int = 0) -> None:
        """Search ``space``; candidates that are expected take the place of random ones in the first population."""
        super().begin(space)
        self._expected = expected
        self._unborn = max(self.population - expected, 0)

    def needs_telling(self) -> bool:
        """Return whether the first population is proposed; random candidates pass over what was told of others, too."""
        return self._unborn <= 0 or self._expected > 0

    def ask(self, rng: np.random.Generator) -> Proposal:
        """Return a random candidate for the first population, later a mutant of a tournament's winner."""
        random = self._unborn > 0 or len(self._members) < 2
        for _ in range(self.tries):
            proposal = Proposal(self.space.sample(rng)) if random else self._child(rng)
            key = candidate_key(self.space, proposal.candidate)
            if key not in self._proposed:
                break
        self._unborn -= random  # not before: a draw that finds nothing leaves no trace
        self._proposed.add(key)
        return proposal

    def tell(self, evaluation: Evaluation) -> None:
        """Add a completed trial; once there are more than P members, the most crowded of the last front dies.

        A candidate that is a member already does not join twice; of equally crowded ones the youngest dies.
        """
        key = candidate_key(self.space, evaluation.candidate)
        self._proposed.add(key)
        if evaluation.status is not Status.COMPLETED or key in self._members:
            return
        self._members[key] = evaluation
        self._standing = None
        if len(self._members) > self.population:
            ranks, distances = self._stand()
            crowded = np.where(ranks == ranks.max(), distances, np.inf)
            worst = np.flatnonzero((ranks == ranks.max()) & (crowded == crowded.min()))[-1]
            del self._members[list(self._members)[int(worst)]]
            self._standing = None

    def _stand(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the front and the crowding distance of every member, in their order."""
        if self._standing is None:
            points = np.array([_point(member) for member in self._members.values()], dtype=np.float64)
            ranks = front_ranks(points)
            self._standing = ranks, front_distances(points, ranks)
        return self._standing

    def _child(self, rng: np.random.Generator) -> Proposal:
        """Return a mutant of the better of two members; of equal ones the first drawn."""
        ranks, distances = self._stand()
        one, other = (int(place) for place in rng.choice(len(self._members), size=2, replace=False))
        better = (-ranks[other], distances[other]) > (-ranks[one], distances[one])
        parent = list(self._members.values())[other if better else one]
        return Proposal(self.space.mutate(parent.candidate, rng), parent.trial_id)


def _point(member: Evaluation) -> list[float]:
    """Return a member's objectives [M], the fitness first, the others in the order of their names."""
    assert member.fitness is not None  # only completed trials are members
    metrics: Mapping[str, float] = member.metrics
    return [member.fitness, *(metrics[name] for name in sorted(metrics) if name.startswith(PREFIX))]
