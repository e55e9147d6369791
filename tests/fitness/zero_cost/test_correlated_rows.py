"""Catches: covariances in place of correlations, a wrong sign or constant, an undefined score that passes for one."""

import math

import numpy as np
import pytest
import torch

from fitness.zero_cost.correlated_rows import distinctness

K = 1e-5


def test_equal_rows_have_one_eigenvalue_and_opposite_ones_too() -> None:
    expected = -(math.log(2 + K) + 1 / (2 + K) + math.log(K) + 1 / K)
    for sign in (1, -1):
        rows = torch.tensor([[1.0, 2.0, 4.0], [10.0 * sign, 20.0 * sign, 40.0 * sign]])  # correlation 1 or -1
        assert distinctness(rows) == pytest.approx(expected, rel=1e-6)


def test_any_rows_by_numpy() -> None:
    rows = np.random.default_rng(1).standard_normal((4, 9))
    values = np.linalg.eigvalsh(np.corrcoef(rows)) + K
    assert distinctness(torch.from_numpy(rows)) == pytest.approx(-float(np.sum(np.log(values) + 1 / values)))


def test_one_row_has_one_eigenvalue() -> None:
    assert distinctness(torch.tensor([[1.0, 2.0, 4.0]])) == pytest.approx(-(math.log(1 + K) + 1 / (1 + K)))


def test_a_row_that_does_not_vary_leaves_it_undefined() -> None:
    assert math.isnan(distinctness(torch.tensor([[1.0, 2.0], [3.0, 3.0]])))
