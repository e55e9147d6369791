"""Candidates as a Python caller hands them over: objects of a space, texts, records, or another run's best."""

from collections.abc import Iterable

from evo.engine.scored import text_of
from evo.records.requests import PUBLISHED
from evo.records.trial import AboutCandidate
from evo.runs import Run
from tasks.foundation.errors import UsageError

Initial = Run | Iterable[object]
"""Candidates to begin with; the text ``PUBLISHED`` for the proxy tasks that are shipped, and mutants of them."""
BEST_OF_ANOTHER = 10
"""Candidates of another run that a warm start begins with."""


def candidates_in(initial: Initial) -> tuple[object, ...] | str:
    """Return the candidates of a warm start, records as their texts, and ``PUBLISHED`` as it is.

    Raises UsageError for one in place of several.
    """
    if isinstance(initial, str) and initial == PUBLISHED:
        return PUBLISHED
    if isinstance(initial, str | AboutCandidate) or not isinstance(initial, Run | Iterable):
        raise UsageError(f"initial={initial!r}: a list of candidates is needed, or another run, or {PUBLISHED!r}")
    given = initial.best(BEST_OF_ANOTHER) if isinstance(initial, Run) else initial
    return tuple(map(text_of, given))
