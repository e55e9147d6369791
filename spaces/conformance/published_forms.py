"""The check of the forms in which others publish a space's candidates."""

from spaces.base import PublishedSpace
from spaces.conformance.case import NotApplicable, SpaceCase, require
from spaces.conformance.texts import damages, read_text
from spaces.reading import read_candidate

_DAMAGED_MEMBERS = 3


def published_form_leads_back(case: SpaceCase) -> str:
    """A published form is read as the candidate that it was written of, and a damaged one is refused in a line."""
    if not isinstance(case.space, PublishedSpace):
        raise NotApplicable("no published forms: the space has no from_published()")
    written = 0
    for number, candidate in enumerate(case.sampled()):
        with case.about(candidate):
            text = case.space.to_published(candidate)
            if text is None:
                continue
            found = read_candidate(case.twin, text)
            require(found == candidate, f"its published form is read as {found!r}")
        written += 1
        if number < _DAMAGED_MEMBERS:
            for damaged in damages(text, case.rng("published damage", number)):
                read_text(case.space.from_published, damaged)
    return f"{written} published forms"
