"""Catches: an interval that is not Student's, a mean over seeds that have chosen nothing."""

import numpy as np

from tests.benchmarks.seed_spread import spread


def test_the_interval_is_students_and_seeds_without_a_choice_are_told() -> None:
    assert spread(np.array([90.0, 92.0, 94.0])) == "92.00 [87.03, 96.97]"  # 4.303 * 2 / sqrt(3)
    assert spread(np.array([90.0, np.nan, 94.0])).endswith("] (1 seeds: nothing yet)")
    assert spread(np.array([90.0])) == "90.00"
    assert spread(np.array([np.nan])) == "nothing yet"
