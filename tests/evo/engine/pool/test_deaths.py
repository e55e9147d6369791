"""Catches: a reason that is a whole traceback, or its first line, which says nothing."""

import pytest
from ray.exceptions import ActorDiedError, RayError, RayTaskError

from evo.engine.pool.deaths import died_too_often, last_words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RayTaskError("f", "Traceback:\n  line 1\nValueError: told to", ValueError("told to")), "ValueError: told to"),
        (RayTaskError("f", "at:\ntasks.foundation.errors.UsageError: no such folder", OSError()), "no such folder"),
        (RayTaskError("f", "at:\ntasks are many: 3", OSError()), "tasks are many: 3"),
        (RayError("the node is gone\nmore of it"), "the node is gone"),
    ],
)
def test_the_line_that_says_most(error: RayError, words: str) -> None:
    assert last_words(error) == words
    assert died_too_often(4, error) == f"its worker died 4 times, last: {words}"


def test_what_ray_says_of_a_dead_actor_is_one_line() -> None:
    assert "\n" not in last_words(ActorDiedError())
