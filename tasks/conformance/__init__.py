"""What a source of images must do, as a list of checks: ``python -m tasks.check`` runs them on any source.

A check is a function of a case. It returns what it saw, in one line; it raises Nonconformance where the source breaks
the contract of ``tasks.images.base``, Doubtful where it seems to, and NotApplicable where the contract asks nothing of
it. Cases' words and verdicts are shared with the checks of spaces, fitnesses and strategies.
"""

from collections.abc import Callable

from tasks.conformance import abilities, draws, repetition, splits
from tasks.conformance.case import SourceCase

Check = Callable[[SourceCase], str]

CHECKS: tuple[Check, ...] = (
    draws.size_and_classes_are_numbers,
    draws.images_have_the_form_of_a_batch,
    draws.any_number_can_be_drawn,
    draws.values_are_normalised,
    draws.labels_are_of_the_classes,
    draws.images_handed_out_are_copies,
    repetition.equal_generators_draw_equally,
    repetition.another_generator_draws_others,
    repetition.opened_again_it_draws_the_same,
    repetition.global_randomness_has_no_say,
    repetition.global_randomness_is_left_alone,
    splits.no_image_is_in_two_splits,
    splits.further_splits,
    abilities.count_and_numbers,
    abilities.whole_splits,
    abilities.normalisation_can_be_undone,
    abilities.pickles,
    draws.cost,
)
