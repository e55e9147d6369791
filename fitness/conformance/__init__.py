"""What a fitness must do, as a list of checks: ``python -m fitness.check`` runs them on any fitness.

A check is a function of a case. It returns what it saw, in one line; it raises Nonconformance where the fitness breaks
the contract of ``fitness.base``, Doubtful where it seems to, and NotApplicable where the contract asks nothing of it.
"""

from collections.abc import Callable

from fitness.conformance import (
    acceptance,
    costs,
    deadlines,
    direction,
    references,
    repetition,
    scores,
    survival,
    traces,
)
from fitness.conformance.case import Case

Check = Callable[[Case], str]

CHECKS: tuple[Check, ...] = (
    acceptance.accepts_or_refuses,
    scores.scores_are_finite,
    scores.metrics_are_numbers,
    scores.scores_differ,
    references.a_reference_is_used_as_stated,
    repetition.scores_repeat,
    repetition.fresh_instance_agrees,
    repetition.another_process_agrees,
    repetition.global_randomness_has_no_say,
    traces.global_randomness_is_left_alone,
    traces.settings_are_left_alone,
    traces.images_are_the_same_for_all,
    traces.nothing_of_a_candidate_is_kept,
    deadlines.a_passed_deadline_is_noticed,
    survival.a_network_without_relu,
    survival.a_network_without_parameters,
    survival.a_network_of_constant_output,
    survival.a_network_that_never_learns,
    survival.a_network_of_nan,
    survival.a_network_that_raises,
    direction.blind_networks_do_not_win,
    direction.longer_training_scores_higher,
    costs.size,
    costs.cost,
)
