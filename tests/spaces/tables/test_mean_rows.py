"""Catches: a mean over the wrong runs, a missing value counted as zero, an empty column kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.tables.mean_rows import MeanRows


def test_runs_of_one_candidate_are_averaged() -> None:
    rows = MeanRows(["x", "y", "never"])
    rows.add("b", {"x": 1.0})
    rows.add("a", {"x": 5.0, "y": float("nan")})
    rows.add("b", {"x": 2.0, "y": 7.0})
    assert len(rows) == 2
    assert rows.candidates() == ["b", "a"]
    means = rows.means()
    assert list(means) == ["x", "y"]
    np.testing.assert_array_equal(means["x"], [1.5, 5.0])
    np.testing.assert_array_equal(means["y"], [7.0, np.nan])


def test_of_sizes_the_first_is_kept_and_all_others_are_remembered() -> None:
    rows = MeanRows(["x", "size"], sizes=["size"])
    for size, x in ((float("nan"), 1.0), (3.0, 2.0), (3.0, 3.0), (5.0, 6.0), (3.0, 3.0), (5.0, 3.0), (4.0, 3.0)):
        rows.add("a", {"x": x, "size": size})
    rows.add("b", {"x": 1.0, "size": 7.0})
    np.testing.assert_array_equal(rows.means()["size"], [3.0, 7.0])
    np.testing.assert_array_equal(rows.means()["x"], [3.0, 1.0])
    assert rows.stated_sizes() == {(0, "size"): [3.0, 5.0, 4.0]}


def test_infinite_values_stay() -> None:
    rows = MeanRows(["x"])
    rows.add("a", {"x": float("inf")})
    assert rows.means()["x"][0] == float("inf")


def test_a_column_that_was_not_named_is_an_error() -> None:
    with pytest.raises(KeyError):
        MeanRows(["x"]).add("a", {"z": 1.0})


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1e6, 1e6)), min_size=1))
def test_means_are_those_of_numpy(runs: list[tuple[str, float]]) -> None:
    rows = MeanRows(["x"])
    for candidate, value in runs:
        rows.add(candidate, {"x": value})
    for candidate, mean in zip(rows.candidates(), rows.means()["x"], strict=True):
        assert mean == pytest.approx(np.mean([value for name, value in runs if name == candidate]), abs=1e-6)
