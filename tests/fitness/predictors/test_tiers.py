"""Catches: tiers of other sizes or in the wrong order, what is left over in another tier than the last."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fitness.predictors.tiers import TIERS, tiers_of


def test_tiers_of_eleven_members() -> None:
    labels = [float(label) for label in (5, 11, 1, 7, 3, 9, 2, 10, 4, 8, 6)]
    expected = {11: 0, 10: 0, 9: 1, 8: 1, 7: 2, 6: 2, 5: 3, 4: 3, 3: 4, 2: 4, 1: 4}  # what remains is in the last
    assert tiers_of(labels).tolist() == [expected[int(label)] for label in labels]


def test_ties_go_by_order_and_fewer_members_than_tiers_are_of_the_last() -> None:
    assert tiers_of([1.0] * 10).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert tiers_of([1.0, 3.0, 2.0]).tolist() == [4, 4, 4]
    assert tiers_of([]).tolist() == []


@given(st.lists(st.floats(-10, 10), min_size=5, max_size=40))
def test_slices_are_equal_and_no_label_is_above_one_of_a_better_tier(labels: list[float]) -> None:
    tiers = tiers_of(labels)
    counts = [tiers.tolist().count(tier) for tier in range(TIERS)]
    assert counts[:-1] == [len(labels) // TIERS] * (TIERS - 1)
    best = sorted(zip(labels, tiers.tolist(), strict=True), key=lambda pair: -pair[0])
    assert all(one[1] <= two[1] or one[0] == two[0] for one, two in pairwise(best))


def test_tiers_are_equal_slices_of_the_labels_and_the_rest_is_of_the_last() -> None:
    labels = [0.1, 0.9, 0.5, 0.7, 0.3, 0.8, 0.2, 0.6, 0.4, 1.0, 0.0, 0.05]  # two each, and four
    assert tiers_of(labels).tolist() == [4, 0, 2, 1, 3, 1, 4, 2, 3, 0, 4, 4]
    assert tiers_of([1.0, 1.0, 1.0, 1.0, 1.0]).tolist() == [0, 1, 2, 3, 4]
    assert tiers_of([2.0, 1.0]).tolist() == [4, 4]
