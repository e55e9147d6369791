"""The check of a fitness that asks for a reference: whether the engine can score it, and choose by it in the end."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from fitness.base import Fitness
from fitness.conformance.case import Case
from fitness.reference import ReferenceRequest
from spaces.conformance.case import require


def a_reference_is_used_as_stated(case: Case) -> str:
    """What is asked for can be scored, and what is said of it is a line each; final weights are of what rows hold."""
    request = case.request
    if request is None:
        return "it asks for none"
    _require_request(request)
    fitness = Fitness.of(case.ready())
    lines = fitness.reference_lines()
    require(_are_lines(lines), f"reference_lines() gives {lines!r}; a text of one line each is needed")
    weights = fitness.final_weights()
    _require_weights(weights, request)
    _require_in_metrics(weights, case)
    assert case.reference is not None
    chosen = ", ".join(f"{label} {weight:g}" for label, weight in weights.items()) or "the fitness alone"
    return f"{len(case.reference.drawn)} candidates, {len(request.members)} members; the best is chosen by {chosen}"


def _require_request(request: object) -> None:
    if not isinstance(request, ReferenceRequest):
        require(False, f"reference_request() gives {request!r}; None or a ReferenceRequest is needed")
        return
    times = Counter(member.label for member in request.members)
    require(bool(times), "reference_request() names no member")
    twice = [label for label, number in times.items() if number > 1]
    require(not twice, f"reference_request() has several members called {', '.join(twice)}")


def _are_lines(lines: object) -> bool:
    if isinstance(lines, str) or not isinstance(lines, Sequence):
        return False
    return all(isinstance(line, str) and len(line.splitlines()) <= 1 for line in lines)


def _require_weights(weights: Mapping[str, float], request: ReferenceRequest) -> None:
    unknown = sorted(weights.keys() - {member.label for member in request.members})
    require(not unknown, f"final_weights() has {', '.join(unknown)}, which the reference does not")
    fine = all(math.isfinite(weight) and weight >= 0 for weight in weights.values())
    require(fine and (not weights or any(weights.values())), f"final_weights() gives {dict(weights)}; numbers above 0")


def _require_in_metrics(weights: Mapping[str, float], case: Case) -> None:
    """Complain where no row has the values that the end is decided by."""
    found = {name for number in case.scored for name in case.attempts[number].result.metrics}
    missing = sorted(label for label, weight in weights.items() if weight and label not in found)
    require(not missing, f"final_weights() has {', '.join(missing)}, which is in no row's metrics")
