"""Catches: a draw that finds nothing and ends all others, an error that is swallowed."""

import pytest

from evo.records.failures import OutsideConstraintsError
from evo.strategies.possible_draws import possible


def nothing() -> int:
    raise OutsideConstraintsError("no")


def broken() -> int:
    raise ValueError("something else")


def test_draws_that_find_nothing_are_left_out() -> None:
    assert list(possible([lambda: 1, nothing, lambda: 2, nothing])) == [1, 2]


def test_other_errors_are_raised() -> None:
    with pytest.raises(ValueError, match="something else"):
        list(possible([lambda: 1, broken]))
