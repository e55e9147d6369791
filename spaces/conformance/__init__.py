"""What a search space must do, as a list of checks: ``python -m spaces.check`` runs them on any space.

A check is a function of a case. It returns what it saw, in one line; it raises Nonconformance where the space breaks
the contract of ``spaces.base``, and NotApplicable where the contract asks nothing of such a space. The checks of
fitnesses (``fitness.conformance``) and their command share cases' words and verdicts with these; what they use is
listed below. No check knows a particular space.
"""

from collections.abc import Callable

from spaces.conformance import (
    candidates,
    costs,
    diagrams,
    graphs,
    mutations,
    networks,
    proxy_tasks,
    published_forms,
    texts,
)
from spaces.conformance.case import Doubtful, Nonconformance, NotApplicable, SpaceCase, naming, require, shorten
from tasks.conformance.global_states import global_states
from tasks.conformance.options import options_resolve
from tasks.conformance.verdicts import Verdict, examine, judge, report, summary

Check = Callable[[SpaceCase], str]

CHECKS: tuple[Check, ...] = (
    candidates.sample_follows_its_generator,
    candidates.samples_differ,
    candidates.candidates_are_immutable,
    candidates.candidates_pickle,
    texts.text_leads_back,
    texts.text_is_one_word,
    texts.damaged_text_is_refused,
    published_forms.published_form_leads_back,
    mutations.mutation_follows_its_generator,
    mutations.mutation_stays_in_the_space,
    candidates.key_is_of_the_candidate,
    candidates.global_randomness_is_left_alone,
    mutations.speed,
    networks.stages_match_feature_info,
    networks.logits_and_gradients,
    networks.a_step_of_regression,
    networks.weights_follow_torchs_seed,
    networks.counted_parameters_are_built,
    networks.other_inputs_and_outputs,
    networks.impossible_inputs_are_refused,
    graphs.graph_of_operations,
    diagrams.diagram_of_a_candidate,
    costs.costs_add_up,
    costs.costs_have_places,
    proxy_tasks.task_of_a_candidate,
)

__all__ = [
    "CHECKS",
    "Check",
    "Doubtful",
    "Nonconformance",
    "NotApplicable",
    "SpaceCase",
    "Verdict",
    "examine",
    "global_states",
    "judge",
    "naming",
    "options_resolve",
    "report",
    "require",
    "shorten",
    "summary",
]
