"""Candidates as a Python caller hands them over: objects of a space, texts, records, or another run's best."""

from collections.abc import Iterable

from evo.engine.scored import text_of
from evo.records.trial import AboutCandidate
from evo.runs import Run
from tasks.foundation.errors import UsageError

Initial = Run | Iterable[object]
"""Candidates to begin with."""
BEST_OF_ANOTHER = 10
"""Candidates of another run that a warm start begins with."""


def candidates_in(initial: Initial) -> tuple[object, ...]:
    """Return the candidates of a warm start, records as their texts; raises UsageError for one in place of several."""
    if isinstance(initial, str | AboutCandidate) or not isinstance(initial, Run | Iterable):
        raise UsageError(f"initial={initial!r}: a list of candidates is needed, or another run")
    given = initial.best(BEST_OF_ANOTHER) if isinstance(initial, Run) else initial
    return tuple(map(text_of, given))
