"""Catches: an expectation from too few trials, from trials of long ago, or from networks of another size."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.engine.pool.durations import KEPT, LEAST, Durations, RecentSample
from evo.records.trial import Outcome, Status, Trial


def trial(number: int, parent: int | None = None) -> Trial:
    return Trial(number, parent, "", "", "", 0)


def took(seconds: float | None, macs: int | None = None, status: Status = Status.COMPLETED) -> Outcome:
    return Outcome(status, 1.0, evaluate_s=seconds, macs=macs)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 100))
def test_a_quantile_is_the_smallest_number_that_enough_do_not_exceed(numbers: list[int], percent: int) -> None:
    sample = RecentSample()
    for number in numbers:
        sample.add(number)
    found = sample.quantile(percent / 100)
    assert found in numbers
    needed = math.ceil(percent / 100 * len(numbers))
    assert sum(number <= found for number in numbers) >= needed
    assert sum(number < found for number in numbers) < needed


def test_only_the_last_are_remembered() -> None:
    sample = RecentSample()
    for number in range(KEPT + 5):
        sample.add(number)
    assert len(sample) == KEPT
    assert (sample.quantile(0.0), sample.quantile(1.0)) == (5, KEPT + 4)


def test_nothing_is_expected_before_enough_have_finished() -> None:
    durations = Durations()
    assert durations.longest() is None
    for number in range(LEAST):
        assert (durations.usual(), durations.high(trial(99))) == (None, None)
        durations.add(trial(number), took(float(number)))
        assert durations.longest() == number
    assert durations.usual() == (LEAST - 1) // 2
    assert durations.high(trial(99)) == LEAST - 1
    durations.add(trial(99), took(None))
    assert durations.usual() == (LEAST - 1) // 2


@pytest.mark.parametrize("status", Status)
def test_only_trials_that_took_their_time_say_how_long_others_take(status: Status) -> None:
    durations = Durations()
    for number in range(LEAST):
        durations.add(trial(number), took(0.01, macs=10, status=status))
    known = 0.01 if status in ("completed", "timed_out") else None
    assert (durations.usual(), durations.longest(), durations.high(trial(99))) == (known, known, known)
    durations.add(trial(LEAST), took(1.0, macs=10))
    assert (durations.high(trial(99, parent=0)) is None) == (known is None)


def test_a_trial_is_like_those_of_as_many_multiply_adds_by_those_of_its_parent() -> None:
    durations = Durations()
    for number in range(LEAST):
        durations.add(trial(number), took(2.0 * (number + 1), macs=100 * (number + 1)))
    assert durations.high(trial(50, parent=0)) == pytest.approx(2.0)
    assert durations.high(trial(50, parent=4)) == pytest.approx(10.0)
    assert durations.high(trial(50, parent=40)) == durations.high(trial(50)) == 2.0 * LEAST


def test_the_sizes_of_trials_of_long_ago_are_forgotten() -> None:
    durations = Durations()
    for number in range(KEPT + 1):
        durations.add(trial(number), took(1.0, macs=10 if number else 1000))
    assert durations.high(trial(9999, parent=0)) == 1.0  # as all trials
    assert durations.high(trial(9999, parent=1)) == pytest.approx(1.0)
    assert len(durations._macs) == KEPT
