"""What a strategy must do, as lists of checks: ``python -m evo.check`` runs them on any strategy.

A check is a function of a case. It returns what it saw, in one line; it raises Nonconformance where the strategy breaks
its contract (``evo.strategies.base``, or ``evo.differentiable.relaxations.base`` of a variant of differentiable
search), Doubtful where it seems to, and NotApplicable where the contract asks nothing of it.
"""

from collections.abc import Callable
from typing import Any

from evo.conformance import proposals, telling, variants

Check = Callable[[Any], str]

STRATEGY_CHECKS: tuple[Check, ...] = (
    proposals.proposals_are_of_the_space,
    proposals.parents_were_told_before,
    proposals.thresholds_are_numbers,
    proposals.equal_searches_propose_equally,
    proposals.another_seed_proposes_others,
    proposals.global_randomness_has_no_say,
    proposals.global_randomness_is_left_alone,
    telling.it_proposes_ahead,
    telling.what_needs_no_telling_is_the_same,
    telling.failures_are_survived,
    telling.what_is_told_is_not_changed,
    telling.cost,
)
"""Of a strategy that is asked and told; each takes a ``StrategyCase``."""
VARIANT_CHECKS: tuple[Check, ...] = (
    variants.a_supernet_is_trained,
    variants.what_is_derived_is_of_the_space,
    variants.equal_trainings_are_equal,
    variants.a_checkpoint_goes_on_the_same,
    variants.global_randomness_has_no_say,
)
"""Of a variant of differentiable search; each takes a ``VariantCase``."""
