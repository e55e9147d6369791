"""What fitnesses say of the references that they were handed: for a consensus, how alike its members rank."""

from collections.abc import Mapping, Sequence

from evo.engine.reference_request import checked_request
from evo.engine.reference_stage import read_reference
from evo.scoring.member import Member
from tasks.foundation.errors import UsageError, first_line


def reference_lines(members: Sequence[Member]) -> Mapping[str, Sequence[str]]:
    """Return what each scored fitness says of its reference, lines by label; those that asked for none are left out.

    It is read from the folders of the scores, so that one that was scored long ago says the same.
    """
    said = {member.label: _lines_of(member) for member in members}
    return {label: lines for label, lines in said.items() if lines}


def _lines_of(member: Member) -> Sequence[str]:
    fitness = member.plugins.fitness
    request = checked_request(fitness, member.plugins.space)
    if request is None:
        return ()
    try:
        fitness.take_reference(read_reference(member.folder, request))
    except UsageError as error:  # the scores are there all the same
        return (f"nothing can be said of its reference: {first_line(error)}",)
    return fitness.reference_lines()
