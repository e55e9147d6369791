"""Catches: failures that rank before scores, equals out of order, and screens of strategies that have none."""

from evo.strategies.random_search import RandomSearch
from evo.strategies.screening import ranked, screen_name, wanted_screen


def test_the_best_score_is_first_and_failures_are_last_in_their_order() -> None:
    assert ranked([None, -1.0, 3.0, None, 3.0, 0.0]) == [2, 4, 5, 1, 0, 3]


def test_a_strategy_that_screens_nothing_waits_for_nothing() -> None:
    assert (screen_name(RandomSearch()), wanted_screen(RandomSearch())) == (None, None)
