"""Which rows a fitness has seen the labels of that it is held against.

The panel of a consensus may hold some, and a ranker have learnt from some.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evo.display.readable_numbers import counted
from evo.engine.reference_request import checked_request
from evo.scoring.member import Member
from spaces import candidate_key


@dataclass(frozen=True)
class SeenRows:
    """texts: those whose labels a fitness has seen; unsure: whether that is not known of some others."""

    texts: tuple[str, ...] = ()
    unsure: bool = False


def seen_rows(member: Member, texts: Sequence[str]) -> SeenRows:
    """Return which of ``texts`` a fitness has learnt from, or asks for by name, as what it is weighed by."""
    fitness, space = member.plugins.fitness, member.plugins.space
    request = checked_request(fitness, space)
    given = {candidate_key(space, space.decode(text)) for text in request.given} if request else set()
    candidates = [space.decode(text) for text in texts]
    learnt = fitness.has_learnt(space, candidates)
    known = zip(texts, candidates, learnt, strict=True)
    seen = (text for text, one, told in known if told or (given and candidate_key(space, one) in given))
    return SeenRows(tuple(seen), any(told is None for told in learnt))


def seen_notes(label: str, rows: int, *, unsure: bool = False) -> list[str]:
    """Return a sentence on a fitness that has seen the labels of so many rows that it ranks, none for no row.

    unsure: whether it is not known of others, which is a sentence, too
    """
    seen = f"{label} knows labels of {counted(rows, 'row')} that it ranks here: its figures are too high."
    doubt = f"{label}: it is not known which rows it has learnt from; if from these, its figures are too high."
    return [*([seen] if rows else []), *([doubt] if unsure else [])]
