"""Catches: a call whose actor is not taken for idle again."""

from evo.engine.pool.actor_events import Returned


def test_a_call_is_over_once_it_has_returned() -> None:
    assert Returned(3, "a").last
