"""Checks of what a fitness uses that all candidates share, and of what it leaves behind."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import Tensor

from fitness.conformance.attempt import Attempt
from fitness.conformance.case import Case
from spaces import FeatureNetwork
from spaces.conformance.case import NotApplicable, require


def global_randomness_is_left_alone(case: Case) -> str:
    """Scoring leaves the global generators as they are."""
    moved = sorted({name for made in _after_imports(case) for name in made.moved})
    hint = "draw from the context's rng, and from torch only inside torch.random.fork_rng()"
    require(not moved, f"the global generator of {', '.join(moved)} was used; {hint}")
    return "untouched"


def settings_are_left_alone(case: Case) -> str:
    """Scoring leaves torch's settings as they are."""
    changed = sorted({name for made in _after_imports(case) for name in made.changed})
    require(not changed, f"torch's {', '.join(changed)} changed, for every candidate that comes after")
    return "untouched"


def images_are_the_same_for_all(case: Case) -> str:
    """The images that an instance draws for its first candidate do not depend on which candidate that is."""
    ours, theirs = case.attempts[0].drawn, case.in_a_fresh_instance[case.again[-1]].drawn
    if len(case.again) < 2 or case.again[-1] == 0:
        raise NotApplicable("two members with a score are needed")
    if not ours and not theirs:
        raise NotApplicable("it draws no images")
    said = "the first candidate that an instance scores decides its images; draw them from the context's data_seed"
    require(ours == theirs, said)
    return f"{len(ours)} draws"


def nothing_of_a_candidate_is_kept(case: Case) -> str:
    """Once its score is there, no network of a candidate is alive, and no more tensors than before."""
    numbers = case.again  # every member was scored before, so that what they share is there
    with _newly_living() as count:
        _score(case, numbers)
        _, tensors = count()
        _score(case, numbers)
        networks, more = count()
    require(not networks, f"{networks} networks are still alive after scoring {2 * len(numbers)} members")
    require(
        more <= tensors, f"{more - tensors} more tensors are alive each time that {len(numbers)} members are scored"
    )
    return "nothing alive"


def _after_imports(case: Case) -> list[Attempt]:
    """Return the calls but for the first of the process, in which libraries are imported, and do as they like."""
    return [*case.attempts[1:], *case.in_a_fresh_instance.values()]


def _score(case: Case, numbers: list[int]) -> None:
    for number in numbers:
        case.score(case.candidates[number])


@contextmanager
def _newly_living() -> Iterator[Callable[[], tuple[int, int]]]:
    """Give a function that counts the networks and the tensors made since, and still held by something."""

    def count() -> tuple[int, int]:
        gc.collect()
        kinds = [type(found) for found in gc.get_objects()]
        return sum(issubclass(kind, FeatureNetwork) for kind in kinds), sum(issubclass(kind, Tensor) for kind in kinds)

    gc.freeze()  # hides what there is
    try:
        yield count
    finally:
        gc.unfreeze()
