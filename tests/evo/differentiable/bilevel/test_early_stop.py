"""Catches: averages over other windows or another lag, an end that comes too early or goes back too far, measurements
taken for epochs, an end where nothing was asked for, rows that a search has gone back behind."""

import math

import pytest

from evo.differentiable.bilevel.early_stop import epoch_before_rise, reference

FLAT_12 = [1.0] * 12


def test_the_program_ends_at_epoch_22_at_the_earliest_and_goes_back_to_10() -> None:
    """Measured at epochs 0, 2, ...: the twelfth is that of epoch 22."""
    rising = [1.3**number for number in range(12)]
    rows = [{"epoch": number, "eigenvalue": rising[number // 2] if number % 2 == 0 else None} for number in range(23)]
    assert epoch_before_rise(rows, 1.3) == 10
    assert epoch_before_rise(rows[:22], 1.3) is None
    assert epoch_before_rise(rows, 0.0) is None


def test_after_going_back_only_what_stands_counts_and_no_epoch_before_is_named() -> None:
    first = [{"epoch": number, "eigenvalue": 1.3**number} for number in range(12)]
    assert epoch_before_rise(first, 1.3) == 5
    again = [{"epoch": number, "eigenvalue": 1.3**5} for number in range(6, 12)]
    assert epoch_before_rise([*first, *again], 1.3, earliest=5) is None
    rising = [{"epoch": number, "eigenvalue": 1.3**number} for number in range(6, 12)]
    assert epoch_before_rise([*first, *rising[:-1]], 1.3) is None
    assert epoch_before_rise([*first, *rising], 1.3, earliest=5) == 5
    assert epoch_before_rise([*first, *rising], 1.3, earliest=6) is None


def test_local_averages_of_five_are_compared_four_apart() -> None:
    # means of measurements 3 to 7 and 7 to 11: 1, and (1 + 4 x 1.375) / 5 = 1.3
    values = [9.0, 9.0, 9.0, *[1.0] * 5, *[1.375] * 4]
    assert reference(values, 1.29) == 5
    assert reference(values, 1.31) is None
    values[2] = values[0] = 1e6
    assert reference(values, 1.29) == 5


@pytest.mark.parametrize(
    "values",
    [FLAT_12, [*FLAT_12[:-1], math.nan], [-3.0] * 7 + [2.0] * 5, [2.0**number for number in range(11)]],
    ids=["flat", "no number", "from below 0", "one too few"],
)
def test_where_nothing_is_known_to_have_risen_the_search_goes_on(values: list[float]) -> None:
    assert reference(values, 1.3) is None
