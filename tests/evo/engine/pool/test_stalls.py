"""Catches: a stall that is never told, one that is told ten times a minute, a slow search that is called stalled."""

import pytest

from evo.engine.pool.stalls import Stall


def said(stall: Stall, high_s: float | None, until: int) -> list[int]:
    """Return the seconds at which it is due, looked at every 5 s."""
    return [second for second in range(0, until, 5) if stall.is_due(float(second), high_s)]


@pytest.mark.parametrize(
    ("high_s", "expected"),
    [(0.1, [30, 60, 120, 240, 480, 960]), (40.0, [120, 240, 480, 960]), (None, [300, 600])],
)
def test_a_stall_is_due_after_what_trials_take_and_then_at_every_doubling(
    high_s: float | None, expected: list[int]
) -> None:
    assert said(Stall(0.0), high_s, 1000) == expected


def test_a_trial_that_finishes_begins_the_count_anew() -> None:
    stall = Stall(0.0)
    assert stall.is_due(60.0, 1.0)
    stall.moved(70.0)
    assert stall.idle_s(95.0) == 25.0
    assert not stall.is_due(95.0, 1.0)
    assert stall.is_due(100.0, 1.0)
