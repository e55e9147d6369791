"""Regularized evolution whose children a cheap score chooses: move proposal and warm start.

Abdelfattah et al. (2021), "Zero-Cost Proxies for Lightweight NAS" (arXiv 2101.08134): the first population is the best
of many random candidates, and of several children of a tournament's winner the best is trained.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial

import numpy as np

from evo.records.trial import Proposal
from evo.strategies.possible_draws import possible
from evo.strategies.regularized_evolution import RegularizedEvolution
from evo.strategies.screening import ScreeningStrategy, ScreenRequest, ranked
from fitness import FITNESSES
from spaces import candidate_key
from tasks.foundation.plugin_texts import PluginText, parse_plugin
from tasks.foundation.ranges import check_range

OPTION = "strategy.screen"
MOST = 10_000
SCREENED, SCREEN_SCORE = "screened", "screen score"
"""Metrics of a trial: among how many candidates it was chosen, and its own cheap score."""


class ScreenedEvolution(RegularizedEvolution, ScreeningStrategy):
    """The best P of ``first`` x P random candidates, then of ``children`` of each tournament's winner the best.

    population, tournament, least_wins: as in ``RegularizedEvolution``
    screen: fitness of the cheap score, with options of its own in parentheses
    children: candidates that are compared for a proposal, 1 to ``MOST``; new ones go before those proposed already
    first: candidates that are compared per member of the first population, 1 to ``MOST``
    """

    later_options = ()

    def __init__(
        self,
        *,
        population: int = 50,
        tournament: int = 10,
        least_wins: float = 0.0,
        screen: str = "naswot",
        children: int = 8,
        first: int = 4,
    ) -> None:
        """Raise UsageError for a number out of range, and for a screen that is unknown or refuses its options."""
        super().__init__(population=population, tournament=tournament, least_wins=least_wins)
        check_range("strategy.children", children, 1, MOST)
        check_range("strategy.first", first, 1, MOST)
        self.screen, self.children, self.first = settled_screen(screen), children, first
        self._slate: list[Proposal] = []  # what waits for its scores
        self._chosen: deque[Proposal] = deque()  # screened, and to be proposed next
        self._keys: set[str] = set()  # of what was proposed
        self._is_drawn = False  # whether the first population was

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with those of the screen written out, defaults too."""
        return {**options, "screen": settled_screen(str(options["screen"]))}

    def screened_by(self) -> str:
        """Return the fitness of the cheap score."""
        return self.screen

    def screen_request(self) -> ScreenRequest | None:
        """Return the slate that waits for its scores."""
        if not self._slate:
            return None
        return ScreenRequest(self.screen, tuple(proposal.candidate for proposal in self._slate))

    def take_screen(self, scores: Sequence[float | None]) -> None:
        """Choose the best of the slate: one, or as many as the first population lacks."""
        wanted = 1 if self._unborn <= 0 else self._unborn
        noted = [_noted(self._slate[place], scores[place], len(scores)) for place in ranked(scores)]
        self._chosen.extend(noted[:wanted])
        self._slate = []

    def ask(self, rng: np.random.Generator) -> Proposal | None:  # type: ignore[override]
        """Return what was chosen; None where a slate was drawn that is to be scored first."""
        if self._slate:
            return None
        if not self._chosen:
            self._slate = self._drawn(rng)
            if self._slate:
                return None
        proposal = self._chosen.popleft() if self._chosen else super().ask(rng)
        if self._unborn > 0 and SCREENED in dict(proposal.notes):
            self._unborn -= 1
        self._keys.add(candidate_key(self.space, proposal.candidate))
        return proposal

    def _drawn(self, rng: np.random.Generator) -> list[Proposal]:
        """Return candidates to compare; none where members lack, so that a random candidate is proposed."""
        if self._unborn > 0:
            return [] if self._is_drawn else self._first_slate(rng)
        if len(self._members) < self.tournament:
            return []
        parent, threshold = self._winner(rng), self._threshold()
        mutate = partial(self.space.mutate, parent.candidate, rng)
        children = self._distinct(list(possible([mutate] * self.children)))
        new = [key for key in children if key not in self._keys]
        return [Proposal(children[key], parent.trial_id, threshold) for key in new or children]

    def _first_slate(self, rng: np.random.Generator) -> list[Proposal]:
        self._is_drawn = True
        draws = [partial(self.space.sample, rng)] * (self.first * self._unborn)
        return [Proposal(candidate) for candidate in self._distinct(list(possible(draws))).values()]

    def _distinct(self, candidates: Sequence[object]) -> dict[str, object]:
        found: dict[str, object] = {}
        for candidate in candidates:
            found.setdefault(candidate_key(self.space, candidate), candidate)
        return found


def settled_screen(text: str) -> str:
    """Return a cheap fitness as text with its options; raises UsageError where it is unknown or refuses them."""
    named = parse_plugin(text, option=OPTION, example="'naswot'")
    options = FITNESSES.resolve(named.name, named.given())
    plain = {name: str(value) for name, value in options.items() if isinstance(value, str | int | float)}
    return PluginText(named.name, {**plain, **{name: str(value) for name, value in named.given().items()}}).quoted()


def _noted(proposal: Proposal, score: float | None, compared: int) -> Proposal:
    notes = ((SCREENED, float(compared)), *(() if score is None else ((SCREEN_SCORE, score),)))
    return Proposal(proposal.candidate, proposal.parent_id, proposal.threshold, notes)
