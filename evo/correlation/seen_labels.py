"""Which rows a fitness has seen the labels of that it is held against.

The panel of a consensus may hold some, and a ranker have learnt from some.
"""

from collections.abc import Sequence

from evo.display.readable_numbers import counted
from evo.engine.reference_request import checked_request
from evo.scoring.member import Member
from spaces import candidate_key


def seen_texts(member: Member, texts: Sequence[str]) -> tuple[str, ...]:
    """Return those of ``texts`` that a fitness has learnt from, or asks for by name, as what it is weighed by."""
    fitness, space = member.plugins.fitness, member.plugins.space
    request = checked_request(fitness, space)
    given = {candidate_key(space, space.decode(text)) for text in request.given} if request else set()
    candidates = [space.decode(text) for text in texts]
    known = zip(texts, candidates, fitness.has_learnt(space, candidates), strict=True)
    return tuple(text for text, one, learnt in known if learnt or (given and candidate_key(space, one) in given))


def seen_note(label: str, rows: int) -> list[str]:
    """Return a sentence on a fitness that has seen the labels of so many rows that it ranks, none for no row."""
    seen = counted(rows, "row")
    return [f"{label} knows labels of {seen} that it ranks here: its figures are too high."] if rows else []
