"""What a fitness asks to be scored before the first trial: checked, and as large as suits the search."""

from typing import Any

from fitness import Fitness
from fitness.reference import ReferenceRequest
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, bounded, first_line
from tasks.foundation.ranges import check_range

LEAST_SIZE, MOST_SIZE = 64, 256
"""Candidates of a sample whose size is left to the engine."""
SHARE = 10
"""Such a sample costs at most this part of the evaluations, as a candidate of it costs what a trial does."""
MOST_ASKED = 1_000_000


def checked_request(fitness: Fitness, space: SearchSpace[Any]) -> ReferenceRequest | None:
    """Return what a fitness asks to be scored on a space, None for nothing; raises UsageError for what cannot be."""
    request = fitness.reference_request(space)
    if request is None:
        return None
    if not isinstance(request, ReferenceRequest):
        given = bounded(repr(request), 80)
        raise UsageError(f"the fitness's reference_request() returned {given}; a ReferenceRequest or None is needed")
    labels = [member.label for member in request.members]
    if not labels or len(set(labels)) < len(labels):
        given = bounded(", ".join(labels), 200)
        raise UsageError(
            f"the fitness asks for a reference by [{given}]: at least one member is needed, and none twice"
        )
    check_range("size of the reference", request.size, 0, MOST_ASKED)
    for text in request.given:
        _check_candidate(space, text)
    return request


def settled_size(request: ReferenceRequest | None, evaluations: int) -> int:
    """Return how many candidates to draw for a search of so many evaluations, 0 where nothing is asked for.

    Unless the fitness says it, the largest power of two that is at most a tenth of them, from 64 to 256.
    """
    if request is None or request.size:
        return 0 if request is None else request.size
    affordable = max(evaluations // SHARE, 1)
    return min(max(1 << (affordable.bit_length() - 1), LEAST_SIZE), MOST_SIZE)


def _check_candidate(space: SearchSpace[Any], text: str) -> None:
    try:
        space.decode(text)
    except Exception as error:  # the space may raise anything for what is no candidate of it
        raise UsageError(
            f"the fitness asks for a reference with {str(text)[:80]!r}, which is no candidate of the space "
            f"({first_line(error)[:200]})"
        ) from error
