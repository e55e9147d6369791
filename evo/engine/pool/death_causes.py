"""Why a worker died, as far as Ray tells: whether its work can have been at fault, and whether memory ran out."""

from ray.exceptions import ActorDiedError, OutOfMemoryError, RayError

from evo.engine.pool.deaths import died_too_often
from evo.records.trial import Outcome, Status

_TAKEN_AWAY = "node was terminated expectedly"
"""What Ray says of the actors of a machine that was told to go, or was drained."""
_TOLD_TO_GO = "The process receives a SIGTERM"
"""What Ray says of a worker that was told so itself, as all processes of such a machine are, and does not see to it."""


def was_told_to_go(error: RayError) -> bool:
    """Return whether a worker, or its machine, was told to go or taken away, which is no fault of what it was at."""
    preempted = isinstance(error, ActorDiedError) and error.preempted
    return preempted or any(words in str(error) for words in (_TAKEN_AWAY, _TOLD_TO_GO))


def wanted_memory(error: RayError) -> bool:
    """Return whether Ray ended the worker because its machine ran out of memory."""
    return isinstance(error, OutOfMemoryError)


def given_up(deaths: int, error: RayError, *, memory: bool) -> Outcome:
    """Return what becomes of a trial of which so many workers died; memory: whether the last did for want of it."""
    said = died_too_often(deaths, error)
    if memory:
        return Outcome(Status.OUT_OF_MEMORY, error=f"memory ran out, and so {said}")
    return Outcome(Status.LOST, error=said)
