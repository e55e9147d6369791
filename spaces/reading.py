"""What a person gives for a candidate: the space's own text, or a form in which others have published it.

Logs, workers and configurations hold the space's own texts alone, which its ``decode`` reads.
"""

from spaces.base import CandidateT, PublishedSpace, SearchSpace
from tasks.foundation.errors import bounded, first_line

_LONGEST = 200


def read_candidate(space: SearchSpace[CandidateT], text: str) -> CandidateT:
    """Return the candidate of a text of its space's own, or of a published form where the space reads some.

    Raises ValueError saying what is wrong, and which forms there are.
    """
    try:
        return space.decode(text)
    except ValueError as refused:
        if not isinstance(space, PublishedSpace):
            raise
        reason = bounded(first_line(refused), _LONGEST)
    candidate: CandidateT | None = space.from_published(text)
    if candidate is None:
        raise ValueError(f"{reason}; published forms are read, too: {space.published_forms}")
    return candidate


def published_form(space: SearchSpace[CandidateT], text: str) -> str | None:
    """Return the form in which others would publish a text's candidate, None where its space has none.

    Raises ValueError as ``read_candidate`` does.
    """
    return space.to_published(read_candidate(space, text)) if isinstance(space, PublishedSpace) else None
