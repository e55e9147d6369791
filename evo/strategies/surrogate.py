"""Search by a surrogate: a predictor learns from the trials that were told, and says which candidate is worth the next.

The predictor-guided evolution of Wei et al. (2020, NPENAS, arXiv 2003.12857), with random candidates among those that
are compared.
"""

from collections.abc import Sequence
from functools import partial
from heapq import nlargest
from typing import Any

import numpy as np

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.fitting import FitRequest, FittingStrategy, request_fit
from evo.strategies.possible_draws import possible
from fitness.predictors.base import Fitted, FittedState, Labelled, Predictor, unlearnable
from fitness.predictors.predictor_texts import made_predictor, settled_predictor
from spaces import SearchSpace, candidate_key
from tasks import UsageError
from tasks.foundation.ranges import check_range

MODEL = "strategy.model"
"""The option that names the predictor."""
MOST = 1_000_000
FEWEST = 10
"""Candidates with a score that are told before the first fit, whatever n0 is; more where the model needs more."""


class Surrogate(FittingStrategy):
    """``n0`` random candidates, then the best predicted of many children and random ones; a share stays random.

    model: the predictor: ``trees``, ``ridge`` or ``ranker``, with options of its own in parentheses
    n0: trials that are told before the first fit, ``FEWEST`` or more; trials proposed meanwhile are random
    refit: trials told between two fits
    children: mutants among those compared; parents: how many of the best candidates known they are mutants of
    samples: random candidates among those compared
    random_share: of all later proposals, which are random instead
    """

    draws_everything = True

    def __init__(
        self,
        *,
        model: str | Predictor = "trees",
        n0: int = 20,
        refit: int = 10,
        children: int = 200,
        parents: int = 10,
        samples: int = 50,
        random_share: float = 0.1,
    ) -> None:
        """Raise UsageError for a number out of range, and for a model that is unknown or refuses its options."""
        for name, given, least in (("n0", n0, FEWEST), ("refit", refit, 1), ("parents", parents, 1)):
            check_range(f"strategy.{name}", given, least, MOST)
        check_range("strategy.children", children, 0, MOST)
        check_range("strategy.samples", samples, 0 if children else 1, MOST)
        check_range("strategy.random_share", random_share, 0, 1)
        self.n0, self.refit, self.parents = n0, refit, parents
        self.children, self.samples, self.random_share = children, samples, random_share
        self._predictor = made_predictor(model, option=MODEL) if isinstance(model, str) else Predictor.of(model)
        self._members: dict[str, Evaluation] = {}  # what has a score, by key; of equal candidates the first
        self._proposed: set[str] = set()
        self._asked, self._told = 0, 0  # candidates that are expected count as asked for
        self._learnt_from = 0  # members that the last fit was asked of
        self._fitted: Fitted | None = None
        self._predicted: dict[str, float] = {}  # by text, by the last fit; the same children come again and again

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with those of the model written out, defaults too, so that they mean the same tomorrow."""
        model = options["model"]
        return (
            {**options, "model": settled_predictor(model, option=MODEL).quoted()} if isinstance(model, str) else options
        )

    def begin(self, space: SearchSpace[Any], *, expected: int = 0) -> None:
        """Search ``space``; raises UsageError where the model does not accept it."""
        reason = self._predictor.accepts(space)
        if reason:
            raise UsageError(f"strategy surrogate: its model cannot rank this space: {reason}")
        super().begin(space, expected=expected)
        self._asked = expected

    def needs_telling(self) -> bool:
        """Return whether n0 trials are proposed: before, too few are told for a fit, and all are random."""
        return self._asked >= self.n0

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return a random candidate before the first fit and now and then, the best predicted otherwise."""
        if self.fit_request() is not None:
            return None
        chance = self._fitted is None or rng.random() < self.random_share
        proposal = self._random(rng) if chance else self._best_predicted(rng)
        self._asked += 1
        self._proposed.add(candidate_key(self.space, proposal.candidate))
        return proposal

    def tell(self, evaluation: Evaluation) -> None:
        """Learn from a completed trial, at the next fit; one that failed is not proposed again."""
        key = candidate_key(self.space, evaluation.candidate)
        self._told += 1
        self._proposed.add(key)
        if evaluation.status is Status.COMPLETED:
            self._members.setdefault(key, evaluation)

    def fit_request(self) -> FitRequest | None:
        """Return what it needs fitted before it goes on, None where it needs nothing."""
        if not self._needs_fit():
            return None
        texts = tuple(self.space.encode(member.candidate) for member in self._members.values())
        return request_fit(self._predictor, Labelled(texts, tuple(map(_fitness, self._members.values()))))

    def take_fit(self, state: FittedState) -> None:
        """Predict by what the fit has learnt from now on; raises UsageError for a state of another model or space."""
        self._fitted = self._predictor.restore(self.space, state)
        self._learnt_from = len(self._members)
        self._predicted.clear()

    def summary_lines(self) -> list[str]:
        """Return why nothing was learnt, in a line, where nothing was; labels may be too few, or all equal."""
        if self._fitted is not None:
            return []
        due = f"the first fit comes once n0={self.n0} trials are told; {self._told} are"
        return [f"surrogate: no fit yet, all trials are random: {self._unlearnable() or due}"]

    def _needs_fit(self) -> bool:
        """Return whether enough is told; labels that are all equal are no reason to stop a search."""
        new = len(self._members) - self._learnt_from
        if self._told < self.n0 or new < (self.refit if self._fitted else 0):
            return False
        return self._unlearnable() is None

    def _unlearnable(self) -> str | None:
        """Return why nothing can be learnt from what was told, None where something can."""
        return unlearnable([*map(_fitness, self._members.values())], max(FEWEST, self._predictor.fewest()))

    def _best_predicted(self, rng: np.random.Generator) -> Proposal:
        """Return the best of those compared, the first of equal ones; a random candidate where none of them is new."""
        compared = self._compared(rng)
        if not compared:
            return self._random(rng)
        scores = self._scores([self.space.encode(proposal.candidate) for proposal in compared])
        return compared[int(np.argmax(scores))]

    def _scores(self, texts: Sequence[str]) -> list[float]:
        assert self._fitted is not None  # who asks for this has one
        new = [text for text in dict.fromkeys(texts) if text not in self._predicted]
        if new:
            self._predicted.update(zip(new, self._fitted.scores(new).tolist(), strict=True))
        return [self._predicted[text] for text in texts]

    def _compared(self, rng: np.random.Generator) -> list[Proposal]:
        """Return mutants of the best members known and random candidates, each new and once."""
        best = nlargest(self.parents, self._members.values(), key=_fitness)
        parents = [best[int(place)] for place in rng.integers(len(best), size=self.children)]
        draws = [partial(self._child, parent, rng) for parent in parents]
        draws += [partial(self._random, rng)] * self.samples
        new: dict[str, Proposal] = {}
        for proposal in possible(draws):
            new.setdefault(candidate_key(self.space, proposal.candidate), proposal)
        return [proposal for key, proposal in new.items() if key not in self._proposed]

    def _child(self, parent: Evaluation, rng: np.random.Generator) -> Proposal:
        return Proposal(self.space.mutate(parent.candidate, rng), parent.trial_id)

    def _random(self, rng: np.random.Generator) -> Proposal:
        return Proposal(self.space.sample(rng))


def _fitness(member: Evaluation) -> float:
    assert member.fitness is not None  # only completed trials are members
    return member.fitness
