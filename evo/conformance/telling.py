"""Checks of what a strategy makes of what it is told."""

import copy
import time

from evo.conformance.case import StrategyCase
from evo.conformance.proposals import LOOK_AHEAD
from evo.records.trial import Status
from tasks.conformance.outcomes import Doubtful, NotApplicable, naming, require

FAILURES = tuple(status for status in Status if status is not Status.COMPLETED)


def it_proposes_ahead(case: StrategyCase) -> str:
    """Several trials may be on their way; one that waits for each score keeps all workers but one idle."""
    most = max((each.trial_id - each.told + 1 for each in case.simulate(ahead=LOOK_AHEAD).asked), default=0)
    wanted = min(LOOK_AHEAD, case.trials)
    if most < wanted:
        raise Doubtful(f"at most {most} trials are on their way of {wanted} that may be; more workers are idle")
    return f"{most} trials on their way"


def what_needs_no_telling_is_the_same(case: StrategyCase) -> str:
    """Where it says that it needs no telling, it proposes the same whatever it is told until then."""
    free = 0
    for ahead in (1, LOOK_AHEAD):
        kept, ran = case.simulate(ahead=ahead), case.simulate(ahead=ahead, free=True)
        for each, one, other in zip(ran.asked, kept.rows(), ran.rows(), strict=False):
            said = f"trial {each.trial_id} is another with {each.told} told by then; let needs_telling() return True"
            require(one == other, said)
        count = len(kept.asked)
        require(count == len(ran.asked), f"{len(ran.asked)} trials are proposed instead of {count}")
        free = free or sum(each.trial_id - each.told >= ahead for each in ran.asked)
    if not free:
        raise NotApplicable("it says that all it proposes depends on what it is told")
    return f"{free} of {case.trials} trials run ahead"


def failures_are_survived(case: StrategyCase) -> str:
    """However trials end, all of them or some, it goes on."""
    for status in FAILURES:
        with naming(lambda status=status: f"trials that are {status}"):  # type: ignore[misc]
            alone = case.simulate(ends=lambda number, status=status: status)  # type: ignore[misc]
            mixed = case.simulate(ends=lambda number, status=status: status if number % 2 else Status.COMPLETED)  # type: ignore[misc]
            whole = len(case.simulate().told)
            for played in (alone, mixed):
                require(len(played.told) == whole, f"it ends after {len(played.told)} trials instead of {whole}")
    return ", ".join(FAILURES)


def what_is_told_is_not_changed(case: StrategyCase) -> str:
    """It changes nothing of the evaluations that it is told, nor of its candidates."""
    strategy, told = case.make(), case.simulate().told
    before = [(each, copy.deepcopy(each.candidate)) for each in told]
    for each in told:
        strategy.tell(each)
    for each, candidate in before:
        require(each.candidate == candidate, f"the candidate of trial {each.trial_id} was changed")
    return f"{len(told)} evaluations"


def cost(case: StrategyCase) -> str:
    """How long it takes to propose and to be told; no more than a report."""
    clock = time.perf_counter()
    played = case.simulate()
    return f"{(time.perf_counter() - clock) / max(len(played.told), 1) * 1e3:.2f} ms a trial, the space's part included"
