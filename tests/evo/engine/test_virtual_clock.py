"""Catches: trials that finish in another order than their lengths and the virtual workers say."""

import random

from hypothesis import given
from hypothesis import strategies as st

from evo.engine.virtual_clock import VirtualClock


def finished(clock: VirtualClock) -> list[int]:
    """Return what is under way in the order in which it finishes."""
    order = []
    while (first := clock.first()) is not None:
        order.append(first)
        clock.advance()
    return order


def test_two_workers_take_four_trials() -> None:
    """0 runs until 3, 1 until 1, then 2 until 2 and 3 until 6: worked by hand."""
    clock = VirtualClock(2)
    for trial, length in enumerate([3.0, 1.0, 1.0, 4.0]):
        clock.start(trial, length)
    assert finished(clock) == [1, 2, 0, 3]


def test_a_trial_starts_no_sooner_than_now() -> None:
    clock = VirtualClock(2)
    clock.start(0, 5.0)
    clock.start(1, 6.0)
    clock.advance()  # it is 5
    clock.start(2, 2.0)  # until 7, on the worker of 0
    assert finished(clock) == [1, 2]


def test_equal_trials_finish_in_their_order() -> None:
    clock = VirtualClock(3)
    for trial in range(7):
        clock.start(trial, 1.0)
    assert finished(clock) == list(range(7))


def test_one_that_follows_another_is_right_behind_it_and_takes_no_worker() -> None:
    clock = VirtualClock(1)
    clock.start(0, 5.0)
    clock.follow(1, 0)
    clock.start(2, 1.0)  # until 6, as no worker was taken in between
    clock.follow(3, 0)
    assert finished(clock) == [0, 1, 3, 2]
    clock.follow(4, 0)  # which is over: now
    clock.start(5, 0.0)
    assert finished(clock) == [4, 5]


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.integers(1, 6), st.randoms())
def test_time_never_goes_back(lengths: list[float], workers: int, order: random.Random) -> None:
    """Whenever a trial is started, none that starts later finishes before one that has been over."""
    clock, over = VirtualClock(workers), []
    for trial, length in enumerate(lengths):
        clock.start(trial, length)
        while clock.first() is not None and order.random() < 0.5:
            over.append(clock._now)
            clock.advance()
            assert clock._now >= over[-1]
