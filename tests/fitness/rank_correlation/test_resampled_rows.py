"""Catches: rows of equal value that are counted apart, a resample that is not rows drawn with replacement, a share of
places that is lost or given twice.

Expected values are worked by hand.
"""

import numpy as np
import pytest

from fitness.rank_correlation.resampled_rows import (
    ResampledRows,
    RowGroups,
    ScoredRows,
    as_they_are,
    resampled,
    resampled_counts,
    top_places,
)
from tasks import derive_rng

VALUES = np.array([5.0, 1.0, 5.0, 3.0])
TWICE = np.array([[2.0, 1.0, 0.0, 1.0]])  # the first row drawn twice, the third never


def test_groups_ascend_and_hold_every_drawn_row() -> None:
    groups = RowGroups.of(VALUES, TWICE)
    assert groups.of_row.tolist() == [2, 0, 2, 1]
    assert groups.sizes.tolist() == [[1, 1, 2]]
    assert groups.average_ranks().tolist() == [[3, 0.5, 3, 1.5]]


def test_what_has_no_rank_is_refused() -> None:
    with pytest.raises(ValueError, match="no rank"):
        RowGroups.of(np.array([1.0, np.nan]), np.ones((1, 2)))


def test_ties_share_the_places_and_the_weights_of_the_places() -> None:
    groups = as_they_are(VALUES, VALUES).scores
    assert groups.top_shares(1).tolist() == [[0.5, 0, 0.5, 0]]
    assert groups.top_shares(3).tolist() == [[1, 0, 1, 1]]
    until = np.array([0, 8.0, 12, 14, 15])  # places weigh 8, 4, 2 and 1
    assert groups.place_weights(until).tolist() == [[6, 1, 6, 2]]
    assert RowGroups.of(VALUES, TWICE).place_weights(until).tolist() == [[6, 1, 6, 2]]


def test_the_first_resamples_alone() -> None:
    rows = ResampledRows.of(VALUES, VALUES, np.vstack([TWICE, np.ones((1, 4))]))
    assert rows.first(1).counts.tolist() == TWICE.tolist()
    assert rows.first(1).labels.sizes.tolist() == [[1, 1, 2]]


def test_resamples_are_rows_drawn_with_replacement() -> None:
    rng = derive_rng(7, "bootstrap")
    expected = [np.bincount(rng.integers(5, size=5), minlength=5).tolist() for _ in range(3)]
    (counts,) = resampled_counts(5, 3, seed=7)
    assert counts.tolist() == expected


def test_a_measure_sees_every_resample_unless_it_is_limited() -> None:
    rows = ScoredRows(VALUES, VALUES)
    measures = {"rows": lambda sample: sample.counts.sum(axis=1), "few": lambda sample: sample.counts[:, 0]}
    found = resampled(measures, rows, resamples=9, seed=0, limits={"few": 4})
    assert found["rows"].tolist() == [4] * 9
    assert found["few"].tolist() == next(resampled_counts(4, 9, seed=0))[:4, 0].tolist()


@pytest.mark.parametrize(("rows", "top", "places"), [(4, 10, 1), (14, 10, 1), (15, 10, 2), (128, 10, 13), (10, 50, 5)])
def test_the_best_percents_are_so_many_rows(rows: int, top: float, places: int) -> None:
    assert top_places(rows, top) == places
