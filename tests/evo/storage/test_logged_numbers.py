"""Catches: a missing number that is taken for one, a size that one run knows and another does not, a column changed."""

import numpy as np

from evo.storage.logged_numbers import first_known, floats

NAN = float("nan")


def test_what_is_missing_is_no_number() -> None:
    np.testing.assert_array_equal(floats([2, None, -1.5]), [2.0, NAN, -1.5])
    assert floats([3]).dtype == np.float64


def test_the_first_run_that_knows_a_number_says_it() -> None:
    first, second, third = (np.array(values) for values in ([1.0, NAN, NAN], [5.0, 2.0, NAN], [6.0, 7.0, 3.0]))
    np.testing.assert_array_equal(first_known([first, second, third]), [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(first_known([first]), first)
    np.testing.assert_array_equal(first, [1.0, NAN, NAN])
