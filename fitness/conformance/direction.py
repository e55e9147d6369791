"""Checks of whether more of a score is better: a fitness may return its loss, without the minus.

That cannot be known in general, so these checks only doubt.
"""

from fitness.conformance.attempt import Scoring
from fitness.conformance.broken_networks import Broken
from fitness.conformance.case import Case
from spaces.conformance.case import Doubtful, NotApplicable
from tasks import UsageError

BLIND = {Broken.CONSTANT: "constant maps", Broken.DEAD: "dead ReLUs"}
COMPARED = 3
"""Members that are trained half as long, too."""

_QUESTION = "is more of this score better? A loss needs a minus"
_LENGTHS = ("epochs", "steps")  # where both are given, epochs decide


def blind_networks_do_not_win(case: Case) -> str:
    """Networks that see nothing of their images do not score higher than every ordinary member."""
    values = [case.attempts[number].value for number in case.scored]
    places = {}
    for broken, name in BLIND.items():
        made = case.ask_about(broken)
        places[name] = 1 + sum(value >= made.value for value in values) if made.scored else None
    said = ", ".join(f"{name}: {_ordinal(place, len(values) + 1)}" for name, place in places.items())
    if 1 in places.values():
        raise Doubtful(f"{said}; {_QUESTION}")
    return said


def longer_training_scores_higher(case: Case) -> str:
    """Trained half as long, members do not all score higher."""
    compared = case.scored[:COMPARED]
    length, half = _length_and_half(case)
    better = sum(case.score(case.candidates[i], half).value > case.attempts[i].value for i in compared)
    said = f"with half the {length}, {better} of {len(compared)} members score higher"
    if better == len(compared):
        raise Doubtful(f"{said}; {_QUESTION}")
    return said


def _length_and_half(case: Case) -> tuple[str, Scoring]:
    """Return the name of the option that says how long to train, and the fitness with half of it."""
    for name in _LENGTHS:
        length = case.options.get(name)
        if isinstance(length, int) and length > 1:
            try:
                return name, case.ready(**{name: length // 2})
            except UsageError as refused:
                raise NotApplicable(f"with {name}={length // 2} it cannot be made: {refused}") from refused
    raise NotApplicable(f"it has no option {' or '.join(_LENGTHS)} of at least 2")


def _ordinal(place: int | None, of: int) -> str:
    return "no score" if place is None else f"place {place} of {of}"
