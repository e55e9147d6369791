"""What the checks of a strategy are run on: short searches, in which a made-up score is told."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.base import SearchStrategy, waits_for_tells
from evo.strategies.fitting import wanted_fit
from evo.strategies.screening import wanted_screen
from spaces import SearchSpace
from tasks.conformance.outcomes import naming, require
from tasks.foundation.randomness import derive_rng, derive_seed

Ending = Callable[[int], Status]
"""How the trial of a number ends."""


def completes(trial_id: int) -> Status:
    """Return that every trial has a score."""
    return Status.COMPLETED


@dataclass(frozen=True)
class Proposed:
    """A proposal as it was made.

    text: of the candidate; told: how many trials were told by then
    """

    trial_id: int
    proposal: Proposal
    text: str
    told: int


@dataclass(frozen=True)
class Simulated:
    """A search that was played through.

    asked: its trials; told: what the strategy was told
    """

    asked: list[Proposed] = field(default_factory=list)
    told: list[Evaluation] = field(default_factory=list)

    def rows(self) -> list[tuple[int | None, str, float | None]]:
        """Return what tells searches apart: parent, candidate and threshold of every trial."""
        return [(each.proposal.parent_id, each.text, each.proposal.threshold) for each in self.asked]


@dataclass(frozen=True)
class StrategyCase:
    """A strategy under examination.

    make: a fresh one over ``space``, begun where it has ``begin``
    trials: how many a search has; seed: determines them
    """

    make: Callable[[], Any]
    space: SearchSpace[Any]
    trials: int = 60
    seed: int = 0

    def simulate(
        self, *, ahead: int = 1, seed: int | None = None, ends: Ending = completes, free: bool = False
    ) -> Simulated:
        """Play a search through with a fresh strategy; raises Nonconformance for what is no proposal.

        ahead: trials that are proposed before the oldest of them is told; seed: of the search, the case's for None
        ends: how a trial ends; free: whether proposals that need no telling, as the strategy says, run ahead of that
        """
        strategy, played, waiting = self.make(), Simulated(), deque[Evaluation]()
        chosen = self.seed if seed is None else seed
        while len(played.told) < self.trials:
            number = len(played.asked)
            more = number < self.trials and (len(waiting) < ahead or (free and not waits_for_tells(strategy)))
            while more and (request := wanted_fit(strategy)) is not None:
                strategy.take_fit(request.predictor.fit(self.space, request.labelled, request.seed))
            proposal = strategy.ask(derive_rng(chosen, "ask", number)) if more else None
            if (wanted := wanted_screen(strategy)) is not None:
                strategy.take_screen([made_up(self.space.encode(one)) for one in wanted.candidates])
                continue
            if proposal is not None:
                played.asked.append(self._asked(proposal, number, len(played.told)))
                waiting.append(evaluation(played.asked[-1], ends(number)))
            elif waiting:
                played.told.append(waiting.popleft())
                strategy.tell(played.told[-1])
            else:  # it has nothing to propose, and nothing is running: the search is over
                break
        return played

    def _asked(self, proposal: object, number: int, told: int) -> Proposed:
        require(isinstance(proposal, Proposal), f"ask() returned {proposal!r}; an evo.Proposal or None is needed")
        assert isinstance(proposal, Proposal)
        with naming(lambda: f"trial {number}"):
            return Proposed(number, proposal, self.space.encode(proposal.candidate), told)


def made_up(text: str) -> float:
    """Return a score between 0 and 1, the same for equal candidates."""
    return derive_seed(0, text) / 2**63


def evaluation(asked: Proposed, status: Status) -> Evaluation:
    """Return what a strategy is told of a trial: a made-up score between 0 and 1, the same for equal candidates."""
    value = made_up(asked.text) if status is Status.COMPLETED else None
    return Evaluation(asked.trial_id, asked.proposal.parent_id, asked.proposal.candidate, status, value)


def begun(strategy: Any, space: SearchSpace[Any]) -> Any:
    """Return a strategy that has been handed its space, as a search does it."""
    if isinstance(strategy, SearchStrategy):
        strategy.begin(space)
    return strategy
