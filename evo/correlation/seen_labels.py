"""Which rows a fitness has seen the labels of that it is held against, as the panel of a consensus may hold some."""

from collections.abc import Sequence

from evo.display.readable_numbers import counted
from evo.engine.reference_request import checked_request
from evo.scoring.member import Member
from spaces import candidate_key


def seen_texts(member: Member, texts: Sequence[str]) -> tuple[str, ...]:
    """Return those of ``texts`` that a fitness asks for by name, as what it is weighed by."""
    space = member.plugins.space
    request = checked_request(member.plugins.fitness, space)
    given = {candidate_key(space, space.decode(text)) for text in request.given} if request else set()
    return tuple(text for text in texts if candidate_key(space, space.decode(text)) in given) if given else ()


def seen_note(label: str, rows: int) -> list[str]:
    """Return a sentence on a fitness that has seen the labels of so many rows that it ranks, none for no row."""
    seen = counted(rows, "row")
    return [f"{label} is weighed by labels of {seen} that it ranks here: its figures are too high."] if rows else []
