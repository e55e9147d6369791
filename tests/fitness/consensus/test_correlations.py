"""Catches: a row with a failure that spoils a correlation, the larger of two sizes overlooked for its sign, a matrix as
text that is wider than a screen or puts a number under another name."""

import math

import numpy as np
import pytest

from fitness import Correlations, size_correlation
from fitness.consensus.correlations import rank_correlation_of

NAN = math.nan
UP, DOWN = np.array([1.0, 2, 3, 4]), np.array([4.0, 3, 2, 1])
SWAPPED = np.array([1.0, 2, 4, 3])  # rho 1 - 6 * 2 / (4 * 15) = .8 with UP
CONSTANT = np.full(4, 7.0)


def test_rows_that_are_not_finite_in_either_column_are_left_out() -> None:
    assert rank_correlation_of(UP, SWAPPED) == pytest.approx(0.8)
    assert rank_correlation_of(np.array([1.0, 2, 3, NAN]), np.array([3.0, 2, 1, 9])) == pytest.approx(-1)
    assert rank_correlation_of(np.array([1.0, 2, 3, 0]), np.array([3.0, 2, 1, math.inf])) == pytest.approx(-1)


def test_a_constant_column_has_no_correlation() -> None:
    assert math.isnan(rank_correlation_of(UP, CONSTANT))
    assert math.isnan(rank_correlation_of(np.array([1.0, NAN, 3, 4]), np.array([2.0, 9, 2, 2])))
    assert math.isnan(rank_correlation_of(np.array([1.0, NAN]), np.array([2.0, 3.0])))
    assert math.isnan(rank_correlation_of(np.array([NAN, 1.0]), np.array([2.0, NAN])))


def test_the_matrix_is_symmetric_and_knows_its_labels() -> None:
    found = Correlations.of({"up": UP, "swapped": SWAPPED, "flat": CONSTANT, "down": DOWN})
    assert found.labels == ("up", "swapped", "flat", "down")
    expected = [[1, 0.8, NAN, -1], [0.8, 1, NAN, -0.8], [NAN, NAN, NAN, NAN], [-1, -0.8, NAN, 1]]
    assert found.rho == pytest.approx(np.array(expected), nan_ok=True)
    assert found.between("down", "swapped") == pytest.approx(-0.8)
    assert Correlations.of({}).rho.shape == (0, 0)


def test_the_size_that_scores_follow_most_counts_whatever_its_sign() -> None:
    assert size_correlation(UP, {"params": SWAPPED, "macs": DOWN}) == ("macs", pytest.approx(-1))
    assert size_correlation(UP, {"params": SWAPPED, "macs": CONSTANT}) == ("params", pytest.approx(0.8))
    name, rho = size_correlation(UP, {"params": CONSTANT, "macs": np.full(4, NAN)})
    assert name == ""
    assert math.isnan(rho)


def test_the_matrix_as_text() -> None:
    lines = list(Correlations.of({"a long name": UP, "macs": DOWN, "flat": CONSTANT}).lines({"a long name": "[1]"}))
    assert lines == [
        "        [1]   macs   flat",
        "[1]    1.00  -1.00      -",
        "macs  -1.00   1.00      -",
        "flat      -      -      -",
    ]


def test_a_wide_matrix_comes_in_blocks_that_fit_a_screen() -> None:
    rng = np.random.default_rng(0)
    columns = {f"[{number}]": rng.normal(size=8) for number in range(1, 12)}
    lines = list(Correlations.of(columns).lines({}))
    assert max(map(len, lines)) <= 80
    heads = [line.split() for line in lines if line.startswith(" ")]
    assert heads == [[f"[{number}]" for number in range(1, 10)], ["[10]", "[11]"]]
    assert len(lines) == 2 * 12
