"""Catches: a column of another number, one that is rare or says nothing, words that are scaled, a missing score that is
not the mean, and numbers that do not go with their names."""

import numpy as np
import pytest

from fitness.predictors.feature_table import FeatureTable

ROWS = [
    {"word a": 1.0, "word b": 1.0, "params": 2.0, "macs": 5.0},
    {"word a": 3.0, "word c": 1.0, "params": 4.0, "macs": 5.0},
    {"word b": 1.0, "params": 6.0, "macs": 5.0},
]
SCORES = np.array([[1.0], [np.nan], [3.0]])


def test_columns_are_what_enough_candidates_have_and_what_differs() -> None:
    assert FeatureTable.choose(ROWS, SCORES, least=1).names == ("params", "word a", "word b", "word c")
    assert FeatureTable.choose(ROWS, SCORES, least=2).names == ("params", "word a", "word b")
    assert FeatureTable.choose(ROWS, SCORES, least=3).names == ("params",)


def test_words_are_counts_and_other_numbers_have_mean_0_and_deviation_1() -> None:
    table = FeatureTable.choose(ROWS, SCORES, least=2)
    features = table.rows(ROWS, SCORES)
    assert features[:, 1:3].tolist() == [[1, 1], [3, 0], [0, 1]]
    assert features[:, 0] == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])
    assert features[:, 3] == pytest.approx([-1, 0, 1])  # the score's deviation among those known is 1


def test_other_candidates_are_measured_by_those_learnt_from() -> None:
    table = FeatureTable.choose(ROWS, SCORES, least=2)
    (row,) = table.rows([{"word a": 2.0, "word z": 9.0, "params": 4.0 + (8 / 3) ** 0.5}], np.array([[np.nan]]))
    assert row == pytest.approx([1, 2, 0, 0])


def test_a_score_that_is_equal_everywhere_says_nothing() -> None:
    table = FeatureTable.choose(ROWS, np.full((3, 1), 7.0), least=2)
    assert table.rows(ROWS, np.full((3, 1), 7.0))[:, 3].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("names", "centres", "scales"),
    [
        (("a", "b"), [0.0], [1.0]),
        (("a",), [0.0, 0.0], [1.0]),
        (("a",), [0.0], [0.0]),
        (("a",), [[0.0]], [[1.0]]),
        (("a",), [0], [1.0]),
        (("a",), [0.0], [True]),
        ((1,), [0.0], [1.0]),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(names: object, centres: object, scales: object) -> None:
    with pytest.raises(ValueError, match="feature"):
        FeatureTable(names, np.array(centres), np.array(scales))  # type: ignore[arg-type]
