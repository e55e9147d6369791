"""Which rows of a correlation a fitness has seen the labels of, as the panel of a consensus may hold some."""

from collections.abc import Iterator, Sequence

from evo.display.readable_numbers import counted
from evo.engine.reference_request import checked_request
from evo.scoring.member import Member
from spaces import candidate_key


def seen_notes(members: Sequence[Member], texts: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each fitness that asks for candidates by name and finds some of ``texts`` among them."""
    return tuple(_notes(members, texts))


def _notes(members: Sequence[Member], texts: Sequence[str]) -> Iterator[str]:
    for member in members:
        space = member.plugins.space
        request = checked_request(member.plugins.fitness, space)
        given = {candidate_key(space, space.decode(text)) for text in request.given} if request else set()
        seen = sum(candidate_key(space, space.decode(text)) in given for text in texts) if given else 0
        if seen:
            rows = counted(seen, "row")
            yield f"{member.label} is weighed by labels of {rows} that it ranks here: its figures are too high."
