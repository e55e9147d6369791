"""Catches: a cost that is said of another space's scores, or of another fitness."""

from dataclasses import replace

from evo.boards.known_cost import known_cost
from evo.engine.expected_time import KnownCost
from evo.records.config import Choice
from tests.evo.boards.small_boards import BOARD, ROWS


def test_what_is_known_is_the_median_on_the_same_space() -> None:
    space = ROWS.space
    assert known_cost(Choice("good<b>"), space, [BOARD]) == KnownCost(8.0, "Abacus 3")
    assert known_cost(Choice("params"), space, [BOARD]) is None  # not timed
    assert known_cost(Choice("good<b>"), Choice("nasbench101"), [BOARD]) is None
    later = replace(BOARD, columns=(replace(BOARD.columns[0], processor="other"),))
    assert known_cost(Choice("good<b>"), space, [later, BOARD]) == KnownCost(8.0, "other")
