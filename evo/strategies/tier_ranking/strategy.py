"""Tier ranking (Guo et al., 2022, NAR: the Neural Architecture Ranker): the best predicted, of what good ones are like.

A ranker learns from labelled candidates which tier of quality a candidate belongs to, and how it ranks. A round draws a
batch of candidates, half of them by the statistics of the tiers, and tries those that the ranker puts first. As
published it learns once, from random candidates; by default it learns anew for every round, from all that was tried.
Nothing is known of what is not tried: every trial counts, those that the ranker learns from among them.
"""

from collections import deque
from functools import partial
from typing import Any

import numpy as np

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.fitting import FitRequest, FittingStrategy, request_fit
from evo.strategies.possible_draws import possible
from evo.strategies.tier_ranking.guided_draws import draw_guided
from evo.strategies.tier_ranking.round_tally import RoundTally
from evo.strategies.tier_ranking.settings import (
    PREDICTOR,
    USUAL_SIZE,
    Refit,
    guidance_rule,
    predictor_text,
    round_settings,
)
from evo.strategies.tier_ranking.tier_statistics import round_statistics
from evo.strategies.tier_ranking.traits import TraitReader, refuses
from fitness.predictors.base import Fitted, FittedState, Labelled, TieredFitted, unlearnable
from fitness.predictors.predictor_texts import made_predictor
from fitness.predictors.tiers import TIERS, tiers_of
from spaces import SearchSpace, candidate_key
from tasks import UsageError

GUIDED_SHARE = 0.5
"""Part of a round's batch that is drawn by the statistics of tiers; the rest is drawn at random."""
EMPTY_ROUNDS = 20
"""Rounds in a row without anything to try after which a search is over."""


class TierRanking(FittingStrategy):
    """Random trials first, then rounds: the best predicted of a batch that is drawn by the statistics of tiers.

    n0: random trials before the first fit; more follow where fewer than its predictor needs have a label, or all are
        equal
    k: candidates that a round tries; batch: those that it chooses them from
    rounds: how many; 0: as many as there are trials with refit=round, 50 with refit=never
    refit: ``round``, from all labels before each round; ``never``, once, and only the predicted best tier is tried
    size: of the ranker, ``small`` or ``published``; predictor: another one, e.g. ``ranker(size=small,epochs=20)``
    thresholds: divergences from which parameters, MACs and operations guide, ``0.1,0.1,0.02``; empty: the usual ones
    force_uniform: no statistics guide; softmax_counts: guidance by the published rule; both for comparison alone
    """

    draws_everything = True

    def __init__(
        self,
        *,
        n0: int = 50,
        k: int = 10,
        rounds: int = 0,
        batch: int = 128,
        refit: str = "round",
        size: str = USUAL_SIZE,
        predictor: str = "",
        thresholds: str = "",
        force_uniform: bool = False,
        softmax_counts: bool = False,
    ) -> None:
        """Raise UsageError for an option out of range, and for a predictor that is unknown or refuses its options."""
        self._settings = round_settings(n0, k, rounds, batch, refit)
        self._rule = guidance_rule(thresholds, softmax=softmax_counts, uniform=force_uniform)
        self._predictor = made_predictor(predictor or f"ranker(size={size})", option=PREDICTOR)
        self._tally = RoundTally(self._rule)
        self._random_left = n0
        self._waiting: deque[Any] = deque()  # candidates of a round that are not proposed yet
        self._asked, self._told, self._rounds = 0, 0, 0
        self._tried: set[str] = set()  # keys of what was proposed
        self._labels: dict[str, tuple[Any, float]] = {}  # by key, the first where there are several
        self._fitted: Fitted | None = None
        self._learnt: dict[str, tuple[Any, float]] = {}  # the labels that the last fit learnt from

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the predictor written out, so that it means the same tomorrow."""
        return {**options, "predictor": predictor_text(str(options["predictor"]), str(options["size"]))}

    def begin(self, space: SearchSpace[Any], *, expected: int = 0) -> None:
        """Search ``space``; raises UsageError where its candidates cannot be ranked, or do not say what they cost.

        Candidates that are expected take the place of random ones.
        """
        if reason := refuses(space) or self._predictor.accepts(space):
            raise UsageError(f"strategy tier_ranking cannot search this space: {reason}")
        super().begin(space, expected=expected)
        self._reader = TraitReader(space)
        self._asked = expected
        self._random_left = max(self._random_left - expected, 0)

    def needs_telling(self) -> bool:
        """Return whether the random trials, and the round that is under way, are proposed."""
        return not (self._random_left or self._waiting)

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return a random candidate, or one that a round chose; None while what it learns from is not told."""
        if self.fit_request() is not None:
            return None
        if not self._waiting and not self._random_left:
            if self._told < self._asked and (self._fitted is None or self._settings.refit is Refit.ROUND):
                return None
            self._go_on(rng)
        if self._random_left:
            candidate = self.space.sample(rng)
            self._random_left -= 1  # not before: a draw that finds nothing leaves no trace
            return self._proposed(candidate)
        return self._proposed(self._waiting.popleft()) if self._waiting else None

    def tell(self, evaluation: Evaluation) -> None:
        """Take a completed trial's fitness as its candidate's label."""
        self._told += 1
        key = candidate_key(self.space, evaluation.candidate)
        if evaluation.status is Status.COMPLETED and evaluation.fitness is not None:
            self._labels.setdefault(key, (evaluation.candidate, evaluation.fitness))

    def fit_request(self) -> FitRequest | None:
        """Return the fit on all labels once all that was proposed is told, None before and where it is not needed."""
        if self._random_left or self._waiting or self._told < self._asked or not self._is_due():
            return None
        candidates, labels = zip(*self._labels.values(), strict=True)
        return request_fit(self._predictor, Labelled(tuple(map(self.space.encode, candidates)), labels))

    def take_fit(self, state: FittedState) -> None:
        """Predict by what the fit has learnt; raises UsageError for one that knows no tiers where these are needed."""
        fitted = self._predictor.restore(self.space, state)
        if self._settings.refit is Refit.NEVER and not isinstance(fitted, TieredFitted):
            raise UsageError("strategy.refit=never tries the predicted best tier, and this predictor knows no tiers")
        self._fitted, self._learnt = fitted, dict(self._labels)

    def summary_lines(self) -> list[str]:
        """Return the share of rounds that were guided; a line says why where there were none."""
        if self._fitted is not None:
            return self._tally.lines()
        due = f"the first round follows n0={self._settings.first} trials; {self._told} are told"
        if self.fit_request() is not None:
            due = f"the search ended before a first fit to {len(self._labels)} labels was there"
        return [f"guidance: no round yet, all trials are random: {self._unlearnable() or due}"]

    def _proposed(self, candidate: Any) -> Proposal:
        self._asked += 1
        self._tried.add(candidate_key(self.space, candidate))
        return Proposal(candidate)

    def _is_due(self) -> bool:
        """Return whether there is something new to learn from, enough of it, and a round that needs it."""
        fitted_for_good = self._fitted is not None and self._settings.refit is Refit.NEVER
        if fitted_for_good or self._rounds == self._settings.rounds:
            return False
        return len(self._labels) > len(self._learnt) and self._unlearnable() is None

    def _unlearnable(self) -> str | None:
        """Return why nothing can be learnt from what was told, None where something can."""
        return unlearnable([label for _, label in self._labels.values()], max(TIERS, self._predictor.fewest()))

    def _go_on(self, rng: np.random.Generator) -> None:
        """Fill what is to be proposed: by a round, or at random where there is nothing yet to learn from."""
        if self._fitted is None:
            self._random_left = self._settings.chosen
            return
        for _ in range(EMPTY_ROUNDS):
            if self._waiting or self._rounds == self._settings.rounds:
                return
            self._rounds += 1
            self._waiting.extend(self._round(rng))

    def _round(self, rng: np.random.Generator) -> list[Any]:
        """Return the candidates that a round tries, the best predicted first."""
        candidates, labels = zip(*self._learnt.values(), strict=True)
        batch, reader = self._settings.batch, self._reader
        statistics = round_statistics(candidates, tiers_of(labels), reader, self._rule, most=batch, rng=rng)
        self._tally.add(statistics)
        guided = int(batch * GUIDED_SHARE)
        drawn = draw_guided(self.space.sample, reader, statistics, guided, rng)
        drawn += possible([partial(self.space.sample, rng)] * (batch - guided))
        return self._best({candidate_key(self.space, candidate): candidate for candidate in drawn})

    def _best(self, drawn: dict[str, Any]) -> list[Any]:
        """Return the best predicted of the candidates by key: of the predicted best tier, or of those not yet tried."""
        if self._settings.refit is Refit.ROUND:
            drawn = {key: candidate for key, candidate in drawn.items() if key not in self._tried}
        candidates = list(drawn.values())
        texts = [self.space.encode(candidate) for candidate in candidates]
        fitted = self._fitted
        if not candidates or fitted is None:
            return []
        scores = fitted.scores(texts)
        order = np.argsort(-scores, kind="stable")
        if self._settings.refit is Refit.NEVER and isinstance(fitted, TieredFitted):
            best = fitted.tiers(texts).argmax(axis=1) == 0
            order = order[best[order]]
        return [candidates[int(place)] for place in order[: self._settings.chosen]]
