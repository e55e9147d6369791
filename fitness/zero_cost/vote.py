"""Majority vote of three zero-cost measures (Abdelfattah et al., Zero-Cost Proxies, 2021), made a score.

The paper votes on pairs: of two networks the better is the one that most of synflow, jacob_cov and snip prefer. A
search needs a number per network, so each is held against the same seeded panel of the space: its score is the share
of panel members it wins against. Two candidates' order may differ from that of their own duel, as majorities may form
cycles and a panel is a sample.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

from fitness.base import EvalContext, Fitness, Score
from fitness.once_per_run import OncePerRun
from fitness.zero_cost.fitness import ZeroCostFitness
from spaces import SearchSpace
from tasks import ImageSource, derive_rng

VOTERS = ("synflow", "jacob_cov", "snip")
_WORST = float("-inf")  # of a network whose measure is not defined


class VoteFitness(Fitness):
    """Share of a panel that a candidate beats by majority of synflow, jacob_cov and snip, 0 to 1.

    panel: how many random members of the space are in the panel, drawn and measured once per process.
    """

    def __init__(self, *, panel: int = 32, batch: int = 0, source: ImageSource | None = None) -> None:
        """Raise ValueError for a panel without members."""
        if panel < 1:
            raise ValueError(f"panel={panel}: must be at least 1")
        self._size = panel
        self._voters = [ZeroCostFitness(measure=measure, batch=batch, source=source) for measure in VOTERS]
        self._panel = OncePerRun(self._measured_panel)

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        return next((reason for voter in self._voters if (reason := voter.refuses(space, "vote"))), None)

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the share of the panel that loses against the candidate; the measures are its metrics."""
        panel = self._panel(context)
        own = self._measure(candidate, context)
        won = sum(majority(own, other) for other in panel) / len(panel)
        return Score(won, metrics=dict(zip(VOTERS, own, strict=True)))

    def _measured_panel(self, context: EvalContext) -> list[tuple[float, ...]]:
        rng = derive_rng(context.data_seed, "vote", "panel")
        members = [context.space.sample(rng) for _ in range(self._size)]
        return [self._measure(member, replace(context, rng=rng)) for member in members]

    def _measure(self, candidate: Hashable, context: EvalContext) -> tuple[float, ...]:
        context.check_deadline()
        weights = int(context.rng.integers(2**63))  # the same initial weights for all three
        return tuple(self._ask(voter, candidate, replace(context, rng=derive_rng(weights))) for voter in self._voters)

    def _ask(self, voter: ZeroCostFitness, candidate: Hashable, context: EvalContext) -> float:
        try:
            return voter(candidate, context).value
        except ValueError:
            return _WORST


def majority(one: Sequence[float], other: Sequence[float]) -> float:
    """Return 1 where more measures prefer ``one``, 0 where more prefer ``other``, 1/2 for a draw."""
    ahead = sum((a > b) - (a < b) for a, b in zip(one, other, strict=True))
    return 0.5 if ahead == 0 else float(ahead > 0)
