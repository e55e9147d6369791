"""Checks of what a fitness returns."""

from numbers import Real

from fitness.conformance.case import Case
from fitness.reference import FAILED_MEMBER
from spaces.conformance.case import Nonconformance, NotApplicable, require


def scores_are_finite(case: Case) -> str:
    """Ordinary members have a Score with a finite value; less than half of them may raise an exception instead."""
    for number, made in enumerate(case.attempts):
        require(made.proper, f"{made.said}; for {case.describe(number)}")
        hint = "raise an exception that says why it has none"
        require(made.scored or made.error, f"the value is {made.said}; {hint}; for {case.describe(number)}")
    errors = [made for made in case.attempts if made.error is not None]
    said = f"; {len(errors)} raise an exception, the first {errors[0].said}" if errors else ""
    if 2 * len(errors) >= case.members:
        raise Nonconformance(f"{case.members - len(errors)} of {case.members} members are scored{said}") from (
            errors[0].error
        )
    return f"{_range(case)}{said}"


def metrics_are_numbers(case: Case) -> str:
    """Metrics are numbers by names, the same for all members or ``failed: NAME``, and ``build_s`` is in seconds."""
    names = set()
    for number in case.scored:
        with case.about(number):
            score = case.attempts[number].result
            require(isinstance(score.build_s, Real) and float(score.build_s) >= 0, f"build_s is {score.build_s!r}")
            for name, value in score.metrics.items():
                require(isinstance(name, str) and name, f"the metric {name!r} has no name")
                said = f"the metric {name} is {value!r}, a {type(value).__name__} instead of a float"
                require(isinstance(value, Real), said)
            names.add(tuple(sorted({name.removeprefix(FAILED_MEMBER) for name in score.metrics})))
    require(len(names) == 1, f"members have different metrics: {' and '.join(map(str, sorted(names)[:2]))}")
    return ", ".join(names.pop()) or "there are none"


def scores_differ(case: Case) -> str:
    """Different members do not all have the same score."""
    texts = {case.describe(number) for number in case.scored}
    if len(texts) < 2:
        raise NotApplicable(f"{len(texts)} different member has a score; two are needed")
    values = {case.attempts[number].value for number in case.scored}
    require(len(values) > 1, f"{len(texts)} different members all have the score {values}")
    return f"{len(values)} different among {len(texts)} members"


def _range(case: Case) -> str:
    values = [case.attempts[number].value for number in case.scored]
    return f"{min(values):.6g} to {max(values):.6g} for {len(values)} members"
