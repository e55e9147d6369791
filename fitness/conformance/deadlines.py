"""The check that a fitness keeps to its deadline."""

import time

from fitness.base import DeadlineExceededError
from fitness.conformance.case import Case
from spaces.conformance.case import Nonconformance, require

MOST_S = 5.0
"""Seconds past its deadline after which a run ends the worker of a trial."""


def a_passed_deadline_is_noticed(case: Case) -> str:
    """Once the deadline has passed, the fitness raises DeadlineExceededError, or is done within seconds anyway."""
    made = case.score(case.candidates[case.again[0]], deadline=time.monotonic() - 1)
    hint = "call context.check_deadline() inside every long loop"
    require(made.seconds <= MOST_S, f"it came back {made.seconds:.1f} s after its deadline; {hint}")
    if isinstance(made.error, DeadlineExceededError):
        return f"DeadlineExceededError after {made.seconds:.2f} s"
    if not made.scored:
        said = f"past its deadline: {made.said}; let DeadlineExceededError through"
        raise Nonconformance(said) from made.error
    return f"does not look at it, and is done in {made.seconds:.2f} s"
