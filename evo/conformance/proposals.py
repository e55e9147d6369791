"""Checks of what a strategy proposes."""

import math
from numbers import Real

from evo.conformance.case import StrategyCase
from tasks.conformance.global_states import global_states, seeded_globally
from tasks.conformance.outcomes import Doubtful, NotApplicable, naming, require

LOOK_AHEAD = 16
"""Trials that a search has on their way by default."""


def proposals_are_of_the_space(case: StrategyCase) -> str:
    """Every proposal's candidate is one of the space: its text leads back to it."""
    asked = case.simulate().asked
    require(asked, "it proposes nothing, not even at the start")
    for each in asked:
        with naming(lambda each=each: f"trial {each.trial_id}, {each.text}"):  # type: ignore[misc]
            require(case.space.decode(each.text) == each.proposal.candidate, "its text leads to another candidate")
    return f"{len(asked)} trials, {len({each.text for each in asked})} different"


def parents_were_told_before(case: StrategyCase) -> str:
    """A parent is the number of a trial that was told before, or None."""
    asked = case.simulate(ahead=LOOK_AHEAD).asked
    for each in asked:
        parent = each.proposal.parent_id
        known = parent is None or (type(parent) is int and 0 <= parent < each.told)
        require(known, f"trial {each.trial_id} has the parent {parent!r}, and {each.told} trials were told by then")
    return f"{sum(each.proposal.parent_id is not None for each in asked)} of {len(asked)} trials have one"


def thresholds_are_numbers(case: StrategyCase) -> str:
    """A threshold is a finite fitness, or None."""
    thresholds = [each.proposal.threshold for each in case.simulate().asked]
    for threshold in thresholds:
        right = threshold is None or (isinstance(threshold, Real) and math.isfinite(threshold))
        require(right, f"a threshold is {threshold!r}; a finite number or None is needed")
    return f"{sum(threshold is not None for threshold in thresholds)} of {len(thresholds)} trials have one"


def equal_searches_propose_equally(case: StrategyCase) -> str:
    """A fresh strategy that is asked and told the same proposes the same, which every resumed run relies on."""
    for ahead in (1, LOOK_AHEAD):
        first, again = (case.simulate(ahead=ahead).rows() for _ in range(2))
        said = f"a second search proposes others at look-ahead {ahead}; draw from the generator that ask() is given"
        require(first == again, said)
    return f"{case.trials} trials, at look-ahead 1 and {LOOK_AHEAD}"


def another_seed_proposes_others(case: StrategyCase) -> str:
    """Another seed proposes others, unless it draws nothing."""
    rows = [case.simulate(seed=case.seed + number).rows() for number in range(3)]
    if rows[0] == rows[1] == rows[2]:
        raise Doubtful("three seeds propose the same; draw from the generator that ask() is given, if at all")
    return "others"


def global_randomness_has_no_say(case: StrategyCase) -> str:
    """Proposals do not depend on the global generators of random, numpy and torch."""
    first = case.simulate().rows()
    for seed in (1, 2):
        with seeded_globally(seed):
            again = case.simulate().rows()
        require(first == again, "after seeding the global generators others are proposed; draw with the one given")
    return "under other global seeds"


def global_randomness_is_left_alone(case: StrategyCase) -> str:
    """Asking and telling leave the global generators as they are."""
    before = global_states()
    if not case.simulate().told:
        raise NotApplicable("it proposes nothing")
    moved = [name for name, state in global_states().items() if state != before[name]]
    require(not moved, f"the global generator of {', '.join(moved)} was used; use the generator given, and no other")
    return "untouched"
