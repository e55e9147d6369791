"""Catches: a sample with a candidate twice, one that depends on its size, a search without end in a small space, scores
in another order than their candidates."""

from pathlib import Path

import numpy as np

from evo.engine.reference_sample import draw_sample, logged_rows, scored_sample
from evo.records.trial import Outcome, Status
from tests.runs import log_outcomes, scored
from tests.toy import BitStrings, MirroredBitStrings


def test_no_two_candidates_have_one_key_and_a_smaller_sample_begins_a_larger_one() -> None:
    space = MirroredBitStrings(length=6)
    large = draw_sample(space, 20, seed=0)
    assert len({min(text, text[::-1]) for text in large}) == len(large) == 20
    assert draw_sample(space, 8, seed=0) == large[:8]
    assert draw_sample(space, 8, seed=1) != large[:8]


def test_a_small_space_has_fewer() -> None:
    assert sorted(draw_sample(BitStrings(length=2), 64, seed=0)) == ["00", "01", "10", "11"]


def test_scores_and_sizes_are_those_of_their_candidates(tmp_path: Path) -> None:
    texts = [f"{number:010b}" for number in range(3)]
    failed = Outcome(Status.FAILED, error="x", params=5, macs=6)
    log_outcomes(tmp_path / "a", [scored(1.0, params=2, macs=3), failed, scored(2.0)])
    log_outcomes(tmp_path / "b", [scored(4.0), scored(5.0, params=9), scored(6.0, params=7, macs=8)])
    logged = {label: logged_rows(tmp_path / label, texts) for label in "ab"}
    by_label = {label: rows for label, rows in logged.items() if rows is not None}
    drawn = scored_sample(("x", "y"), by_label, slice(2))
    assert drawn.texts == ("x", "y")
    np.testing.assert_array_equal(drawn.scores["a"], [1.0, np.nan])
    np.testing.assert_array_equal(drawn.scores["b"], [4.0, 5.0])
    np.testing.assert_array_equal(drawn.params, [2.0, 5.0])
    rest = scored_sample(("z",), by_label, slice(2, None))
    assert (rest.scores["a"].tolist(), rest.params.tolist(), rest.macs.tolist()) == ([2.0], [7.0], [8.0])
    assert logged_rows(tmp_path / "a", texts[:2]) is None
    assert logged_rows(tmp_path / "a", texts[::-1]) is None
    assert logged_rows(tmp_path / "none", texts) is None
