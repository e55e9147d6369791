"""Checks that what is drawn is a function of the generator, and of nothing else."""

from tasks.conformance.case import SourceCase, same
from tasks.conformance.global_states import global_states, seeded_globally
from tasks.conformance.outcomes import require


def equal_generators_draw_equally(case: SourceCase) -> str:
    """Equal generators draw equal images, with others drawn in between."""
    first = case.draw()
    case.draw(number=1)
    require(same(first, case.draw()), "the same generator draws other images the second time")
    return f"{case.images} images, equal to the bit"


def another_generator_draws_others(case: SourceCase) -> str:
    """Another generator draws other images."""
    different = any(not same(case.draw(), case.draw(number=number)) for number in (1, 2, 3))
    require(different, "four generators draw the same images; draw with the generator given")
    return "others"


def opened_again_it_draws_the_same(case: SourceCase) -> str:
    """Opened a second time, as by another worker, it draws the same images, in whatever order."""
    twin = case.make()
    for number in (1, 0):
        there, here = case.draw(number=number, source=twin), case.draw(number=number)
        require(same(there, here), "a second instance draws other images from the same generator")
    return f"{2 * case.images} images, equal to the bit"


def global_randomness_has_no_say(case: SourceCase) -> str:
    """Images do not depend on the global generators of random, numpy and torch."""
    first = case.draw()
    for seed in (1, 2):
        with seeded_globally(seed):
            again = case.draw()
        require(same(first, again), "after seeding the global generators other images come; draw with the one given")
    return "under other global seeds"


def global_randomness_is_left_alone(case: SourceCase) -> str:
    """Drawing leaves the global generators as they are."""
    before = global_states()
    case.draw()
    moved = [name for name, state in global_states().items() if state != before[name]]
    require(not moved, f"the global generator of {', '.join(moved)} was used; use the generator given, and no other")
    return "untouched"
