"""Catches: a rate of the whole run called the present one, one that jumps at slow trials, a stand that goes unnoticed
or is called out while trials merely take long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.engine.recent_rate import RecentRate


def rate_of(*finishes: float) -> RecentRate:
    rate = RecentRate(0.0)
    for when in finishes:
        rate.note(when)
    return rate


def test_a_rate_is_taken_from_the_begin_in_the_first_minute() -> None:
    assert rate_of(1.0, 3.0).per_s(4.0) == 0.5
    assert RecentRate(0.0).per_s(4.0) == 0.0


def test_a_rate_forgets_what_was_before_the_last_minute() -> None:
    fast = rate_of(*(0.1 * number for number in range(1, 1001)))  # ten a second for 100 s
    assert fast.per_s(100.0) == pytest.approx(10.0, rel=0.03)
    for when in range(110, 240, 5):  # and then one in five seconds
        fast.note(float(when))
    assert fast.per_s(240.0) == pytest.approx(0.2, rel=0.1)


def test_slow_trials_have_a_rate_over_ten_of_them() -> None:
    slow = rate_of(*(100.0 * number for number in range(1, 31)))
    assert slow.per_s(3000.0) == pytest.approx(0.01, rel=0.01)
    assert slow.per_s(3050.0) == pytest.approx(10 / 1050, rel=0.01)


def test_a_rate_falls_while_nothing_finishes() -> None:
    fast = rate_of(*(0.1 * number for number in range(1, 1001)))
    assert fast.per_s(160.0) < 1.0


@given(st.lists(st.floats(0.001, 50.0), min_size=1, max_size=300), st.floats(0.0, 100.0))
def test_a_rate_is_never_above_what_finished_over_its_shortest_time(gaps: list[float], after: float) -> None:
    rate, now = RecentRate(0.0), 0.0
    for gap in gaps:
        now += gap
        rate.note(now)
    assert 0.0 < rate.per_s(now + after) <= len(gaps) / min(gaps)


def test_nothing_stands_before_a_minute_of_silence() -> None:
    rate = rate_of(1.0, 2.0, 3.0)
    assert (rate.quiet_s(63.0), rate.stands(63.0), rate.stands(63.1)) == (60.0, False, True)


def test_slow_trials_stand_at_three_times_their_longest_silence() -> None:
    rate = rate_of(100.0, 150.0)
    assert (rate.stands(449.0), rate.stands(451.0)) == (False, True)


def test_what_has_not_finished_once_is_not_said_to_stand() -> None:
    assert not RecentRate(0.0).stands(1000.0)
