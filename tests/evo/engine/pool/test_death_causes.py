"""Catches: work blamed for a machine that was taken away; want of memory taken for another death."""

import pytest
from ray.exceptions import ActorDiedError, OutOfMemoryError, RayActorError, RayError

from evo.engine.pool.death_causes import given_up, wanted_memory, was_told_to_go
from evo.records.trial import Outcome, Status

TERMINATED = (
    "The actor died because its node has died. Node Id: faa109\n\tthe actor's node was terminated {}: received SIGTERM"
)
SIGTERM = (
    "The actor is dead because its worker process has died. Worker exit type: SYSTEM_ERROR Worker exit detail: Worker "
    "exits unexpectedly. Worker exits with an exit code 1. The process receives a SIGTERM."
)


def died(message: str = "", *, preempted: bool = False) -> RayError:
    """Return Ray's error with another message."""
    error = ActorDiedError()
    RayActorError.__init__(error, "00", message, preempted=preempted)
    return error


@pytest.mark.parametrize(
    ("error", "excused"),
    [
        (died(TERMINATED.format("expectedly")), True),
        (died(TERMINATED.format("unexpectedly")), False),
        (died("its worker process has died", preempted=True), True),
        (died("its worker process has died"), False),
        (died(SIGTERM), True),
        (died(SIGTERM.partition(" The process")[0]), False),
        (OutOfMemoryError("killed"), False),  # type: ignore[no-untyped-call]
    ],
)
def test_a_machine_is_taken_away_where_ray_says_so(error: RayError, excused: bool) -> None:
    assert was_told_to_go(error) is excused


def test_memory_is_wanted_where_ray_says_so() -> None:
    assert wanted_memory(OutOfMemoryError("killed"))  # type: ignore[no-untyped-call]
    assert not wanted_memory(died("some common causes include: the OOM killer"))


def test_a_trial_that_is_given_up_says_why() -> None:
    error = died("a first line\nand more")
    assert given_up(4, error, memory=False) == Outcome(Status.LOST, error="its worker died 4 times, last: a first line")
    assert given_up(4, error, memory=True) == Outcome(
        Status.OUT_OF_MEMORY, error="memory ran out, and so its worker died 4 times, last: a first line"
    )
