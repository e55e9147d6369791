"""Catches: a trial that raised the best and is not drawn, a run that is drawn whole however long it is, a note that
says nothing, scores that are squashed and not told so."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evo.reporting.sampling import best_so_far, drawn_places, is_squashed, raises_best, sampling_note

NAN = float("nan")


def test_the_best_so_far_and_who_raised_it() -> None:
    fitness = np.array([NAN, 1.0, NAN, 0.5, 2.0, 2.0])
    assert best_so_far(fitness).tolist() == [-np.inf, 1, 1, 1, 2, 2]
    assert raises_best(fitness).tolist() == [False, True, False, False, True, False]


def test_of_a_short_run_all_trials_are_drawn() -> None:
    assert drawn_places(np.zeros(5), 5).tolist() == [0, 1, 2, 3, 4]
    assert sampling_note(5, 5) == ""


def test_of_a_long_run_every_so_many_are_drawn_and_those_that_raised_the_best() -> None:
    fitness = np.zeros(100_000)
    fitness[54_321] = 1.0
    places = drawn_places(fitness, 2_000)
    assert len(places) == 2_001
    assert places[:3].tolist() == [0, 50, 100]
    assert 54_321 in places
    assert sampling_note(100_000, 2_000) == "of 100,000 trials one in 50 is drawn, and each that raised the best"


def test_failures_that_come_every_so_many_do_not_hide_the_rest() -> None:
    fitness = np.zeros(1_000)
    fitness[::10] = NAN
    places = drawn_places(fitness, 100)
    assert len(places) == 90
    assert not np.isnan(fitness[places]).any()


@given(st.lists(st.floats(-9, 9) | st.just(NAN), min_size=1, max_size=60), st.integers(1, 20))
def test_places_ascend_and_hold_every_rise(fitness: list[float], most: int) -> None:
    values = np.array(fitness)
    places = drawn_places(values, most)
    assert (np.diff(places) > 0).all()
    assert {*np.flatnonzero(raises_best(values)).tolist()} <= {*places.tolist()}


def test_a_few_scores_far_off_squash_the_rest() -> None:
    assert is_squashed(np.array([-100.0, 1, 2, 3, 4]))  # the better half takes 2 of 104
    assert is_squashed(np.array([100.0, 1, 2, 3, 4]))
    assert not is_squashed(np.array([0.0, 1, 2, 3, 4]))
    assert not is_squashed(np.array([-100.0, 1, 1, 1]))
